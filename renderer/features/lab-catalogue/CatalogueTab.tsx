import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { Catalogue, CataloguePanel, CatalogueSet, CatalogueTest } from '../../../shared/contract'
import { specimenKindOf } from '../../../shared/records/lab-catalogue/catalogue'
import { foldName } from '../../../shared/records/patient/name'
import { useAnswer, useWho } from '../../client'
import { Button, Choice, Empty, Mark, Panel, ProblemNotice, TextField, useHabit, useScreen, Waiting } from '../../components'
import { unitText } from '../results'
import { EntryDialog, type EntryKind } from './EntryDialog'
import { t } from './words'
import './catalogue.css'

const kinds = ['tests', 'panels', 'sets'] as const

type Entry = CatalogueTest | CataloguePanel | CatalogueSet

/** Everything that can be ordered, to be looked through and changed. */
export const CatalogueTab = () => {
  const mayChange = useWho()?.actions.includes('lab.configure') ?? false
  const { value: catalogue, problem, refresh } = useAnswer('readCatalogue')
  const [kind, setKind] = useHabit<EntryKind>('lab-catalogue-kind', 'tests')
  const [text, setText] = useState('')
  const [isRetiredShown, setRetiredShown] = useState(false)
  const [editing, setEditing] = useState<{ readonly entry?: Entry }>()
  useScreen('lab-catalogue', catalogue !== undefined)
  if (!catalogue) return problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : <Waiting>{common.waiting}</Waiting>
  const sought = foldName(text.trim())
  const entries: readonly Entry[] = catalogue[kind]
  const found = entries.filter((entry) => (isRetiredShown || !entry.isRetired) && (sought === '' || [entry.name, entry.code, ...('words' in entry ? (entry.words ?? []) : [])].some((each) => foldName(each).includes(sought))))
  return (
    <Panel
      id="lab-catalogue-title"
      title={t('title')}
      actions={mayChange ? <Button onClick={() => setEditing({})}>{t(`new.${kind}`)}</Button> : null}
    >
      <p className="faint">{t('lead')}</p>
      <div className="catalogue-tools">
        <Choice label={t('which')} hideLabel value={kind} options={kinds.map((value) => ({ value, label: t(`which.${value}`, { count: catalogue[value].filter(({ isRetired }) => !isRetired).length }) }))} onChoose={setKind} />
        <TextField label={t('find')} value={text} maxLength={100} dir="auto" onText={setText} />
        <Button kind="quiet" onClick={() => setRetiredShown((before) => !before)} aria-pressed={isRetiredShown}>
          {t(isRetiredShown ? 'retired.hide' : 'retired.show')}
        </Button>
      </div>
      {found.length === 0 ? (
        <Empty title={t('none')}>{t('none.text')}</Empty>
      ) : (
        <table className="table catalogue-table">
          <thead>
            <tr>
              <th scope="col">{t('column.code')}</th>
              <th scope="col">{t('column.name')}</th>
              {kind === 'tests' ? <th scope="col">{t('column.specimen')}</th> : <th scope="col">{t('column.holds')}</th>}
              {kind === 'tests' ? <th scope="col">{t('column.unit')}</th> : null}
              {kind === 'tests' ? <th scope="col">{t('column.method')}</th> : null}
              {kind === 'sets' ? null : <th scope="col">{t('column.price')}</th>}
              {mayChange ? <th scope="col">{t('column.change')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {found.map((entry) => (
              <tr key={entry.code} data-code={entry.code}>
                <td>
                  <code>{entry.code}</code>
                </td>
                <th scope="row" dir="auto">
                  {entry.name} {entry.isRetired ? <Mark>{t('retired')}</Mark> : null} {'isCalculated' in entry && entry.isCalculated ? <Mark>{t('calculated')}</Mark> : null}
                </th>
                <Cells entry={entry} catalogue={catalogue} />
                {mayChange ? (
                  <td>
                    <Button aria-label={t('edit.label', { name: entry.name })} onClick={() => setEditing({ entry })}>
                      {t('edit')}
                    </Button>
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {editing ? <EntryDialog kind={kind} catalogue={catalogue} entry={editing.entry} onClose={() => setEditing(undefined)} /> : null}
    </Panel>
  )
}

const Cells = ({ entry, catalogue }: { readonly entry: Entry; readonly catalogue: Catalogue }) => {
  const nameOf = (code: string) => catalogue.tests.find((test) => test.code === code)?.name ?? catalogue.panels.find((panel) => panel.code === code)?.name ?? code
  if ('specimen' in entry) {
    return (
      <>
        <td>{specimenKindOf(entry.specimen).name}</td>
        <td>
          <bdi>{entry.unit === undefined ? '' : unitText(entry.unit)}</bdi>
        </td>
        <td dir="auto">{entry.method ?? ''}</td>
        <td>{entry.price ?? ''}</td>
      </>
    )
  }
  if ('tests' in entry) {
    return (
      <>
        <td>{entry.tests.map(nameOf).join(', ')}</td>
        <td>{entry.price ?? ''}</td>
      </>
    )
  }
  return <td>{[...entry.orders.map(nameOf), ...entry.imaging.map(({ modality, bodyPart }) => `${modality} ${bodyPart}`)].join(', ')}</td>
}

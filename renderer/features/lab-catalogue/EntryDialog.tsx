import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { orderPriorities, type Catalogue, type CataloguePanel, type CatalogueSet, type CatalogueTest, type OrderPriority } from '../../../shared/contract'
import { resultKinds, type ResultKind } from '../../../shared/records/lab-catalogue/catalogue'
import { useAct } from '../../client'
import { Choice, Dialog, ProblemNotice, say, SelectField, TextArea, TextField, useDraft } from '../../components'
import { unclearNumber } from '../language'
import { draftOf, readPanel, readSet, readTest, type EntryDraft, type Faults } from './entry'
import { t } from './words'

/** The kinds of entries. */
export type EntryKind = 'tests' | 'panels' | 'sets'

interface Props {
  readonly kind: EntryKind
  readonly catalogue: Catalogue
  /** Absent: a new one. */
  readonly entry?: CatalogueTest | CataloguePanel | CatalogueSet | undefined
  readonly onClose: () => void
}

/** Writes one entry of the catalogue. */
export const EntryDialog = ({ kind, catalogue, entry, onClose }: Props) => {
  const [draft, setDraft, clear] = useDraft(`lab-catalogue:${kind}:${entry?.code ?? ''}`, () => draftOf(entry))
  const [tried, setTried] = useState(false)
  const acts = { tests: useAct('saveCatalogueTest'), panels: useAct('saveCataloguePanel'), sets: useAct('saveCatalogueSet') }
  const { busy, problem } = acts[kind][1]
  const taken = (kind === 'sets' ? catalogue.sets : [...catalogue.tests, ...catalogue.panels]).map(({ code }) => code).filter((code) => code !== entry?.code)
  const read = () => (kind === 'tests' ? readTest(draft, taken) : kind === 'panels' ? readPanel(draft, taken, catalogue) : readSet(draft, taken, catalogue))
  const write = () => {
    if (kind === 'tests') {
      const found = readTest(draft, taken)
      return 'ask' in found ? acts.tests[0](found.ask) : undefined
    }
    if (kind === 'panels') {
      const found = readPanel(draft, taken, catalogue)
      return 'ask' in found ? acts.panels[0](found.ask) : undefined
    }
    const found = readSet(draft, taken, catalogue)
    return 'ask' in found ? acts.sets[0](found.ask) : undefined
  }
  const save = async () => {
    setTried(true)
    if (busy || !(await write())?.ok) return
    clear()
    say(t('saved', { name: draft.name.trim() }))
    onClose()
  }
  const found = read()
  const faults: Faults = tried && 'faults' in found ? found.faults : {}
  const faultOf = (field: keyof EntryDraft): string | undefined => {
    const fault = faults[field]
    return fault && ((field === 'price' ? unclearNumber(draft.price) : undefined) ?? t(fault.id, fault.facts))
  }
  const put = (change: Partial<EntryDraft>) => setDraft((before) => ({ ...before, ...change }))
  const field = (name: 'code' | 'name' | 'loinc' | 'unit' | 'decimals' | 'method' | 'price' | 'words', more: { readonly hint?: string; readonly optional?: string; readonly maxLength?: number; readonly disabled?: boolean; readonly 'data-autofocus'?: boolean } = {}) => (
    <TextField label={t(name)} value={draft[name]} maxLength={200} error={faultOf(name)} dir="auto" onText={(text) => put({ [name]: text })} {...more} />
  )
  const optional = { optional: common.optional }
  return (
    <Dialog
      title={entry ? t('edit.title', { name: entry.name }) : t(`new.title.${kind}`)} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void save()}
      save={{ label: t('save'), busy }} width={680}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <div className="two">
          {field('code', { hint: t('code.hint'), maxLength: 30, disabled: entry !== undefined, ...(entry ? {} : { 'data-autofocus': true }) })}
          {field('name', entry ? { 'data-autofocus': true } : {})}
        </div>
        {kind === 'tests' ? <TestFields draft={draft} put={put} field={field} faultOf={faultOf} catalogue={catalogue} /> : null}
        {kind === 'panels' ? <TextArea label={t('tests')} hint={t('tests.hint')} value={draft.holds} rows={3} maxLength={4000} error={faultOf('holds')} dir="ltr" onText={(holds) => put({ holds })} /> : null}
        {kind === 'sets' ? (
          <>
            <TextArea label={t('orders')} hint={t('orders.hint')} value={draft.holds} rows={2} maxLength={4000} error={faultOf('holds')} dir="ltr" onText={(holds) => put({ holds })} />
            <TextArea label={t('imaging')} hint={t('imaging.hint')} {...optional} value={draft.imaging} rows={2} maxLength={2000} error={faultOf('imaging')} dir="ltr" onText={(imaging) => put({ imaging })} />
            <SelectField<OrderPriority | 'none'>
              label={t('priority')} value={draft.priority} options={(['none', ...orderPriorities] as const).map((value) => ({ value, label: t(`priority.${value}`) }))} onChoose={(priority) => put({ priority })}
            />
          </>
        ) : (
          <div className="two">
            {field('loinc', { ...optional, maxLength: 10 })}
            {field('price', { ...optional, maxLength: 14 })}
          </div>
        )}
        {kind === 'sets' ? null : field('words', { ...optional, hint: t('words.hint'), maxLength: 1000 })}
        <Choice label={t('standing')} value={draft.isRetired ? 'no' : 'yes'} options={(['yes', 'no'] as const).map((value) => ({ value, label: t(`standing.${value}`) }))} onChoose={(value) => put({ isRetired: value === 'no' })} />
      </div>
    </Dialog>
  )
}

interface TestFieldsProps {
  readonly draft: EntryDraft
  readonly put: (change: Partial<EntryDraft>) => void
  readonly field: (name: 'unit' | 'decimals' | 'method', more?: { readonly optional?: string; readonly maxLength?: number }) => React.ReactElement
  readonly faultOf: (field: keyof EntryDraft) => string | undefined
  readonly catalogue: Catalogue
}

/** What only a test has. */
const TestFields = ({ draft, put, field, faultOf, catalogue }: TestFieldsProps) => (
  <>
    <Choice<ResultKind> label={t('result')} value={draft.result} options={resultKinds.map((value) => ({ value, label: t(`result.${value}`) }))} onChoose={(result) => put({ result })} />
    {draft.result === 'numeric' ? (
      <div className="two">
        {field('unit', { optional: common.optional, maxLength: 60 })}
        {field('decimals', { optional: common.optional, maxLength: 1 })}
      </div>
    ) : null}
    {draft.result === 'coded' ? <TextArea label={t('answers')} hint={t('answers.hint')} value={draft.answers} rows={4} maxLength={4000} error={faultOf('answers')} dir="auto" onText={(answers) => put({ answers })} /> : null}
    <div className="two">
      <SelectField label={t('specimen')} value={draft.specimen} options={catalogue.specimens.map(({ code, name, container }) => ({ value: code, label: `${name} (${container})` }))} onChoose={(specimen) => put({ specimen })} />
      {field('method', { optional: common.optional })}
    </div>
  </>
)

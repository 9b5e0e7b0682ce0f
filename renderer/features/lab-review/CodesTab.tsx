import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { LabSettingsState, TestMapping, UnmappedCode } from '../../../shared/contract'
import { type Known, useAct, useAnswer, useWho } from '../../client'
import { Button, ConfirmDialog, Empty, Mark, Notice, ProblemNotice, Waiting } from '../../components'
import { unitText } from '../results'
import { MappingDialog } from './MappingDialog'
import { t } from './words'

type Over = { readonly what: 'explain'; readonly code: UnmappedCode } | { readonly what: 'remove'; readonly mapping: TestMapping } | null

/** Codes and units of analysers: what nobody has explained yet, and what the practice has said. */
export const CodesTab = ({ settings }: { readonly settings: Known<LabSettingsState> }) => {
  const who = useWho()
  const mayConfigure = who?.actions.includes('lab.configure') ?? false
  const { value: unmapped, problem, loading, refresh } = useAnswer('listUnmapped', undefined, { keepPrevious: true })
  const [over, setOver] = useState<Over>(null)
  const [filed, setFiled] = useState<number | null>(null)
  return (
    <>
      {filed === null ? null : <Notice tone="done" role="status" title={t('codes.saved', { count: filed })} />}
      <section className="panel" aria-labelledby="lab-unmapped">
        <div className="panel-head">
          <h2 id="lab-unmapped">{t('codes.unmapped')}</h2>
        </div>
        {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {unmapped?.length === 0 ? <Empty title={t('codes.unmapped.empty')}>{t('codes.unmapped.text')}</Empty> : null}
        {unmapped && unmapped.length > 0 ? (
          <table className="table lab-table">
            <thead>
              <tr>
                <th scope="col">{t('codes.column.code')}</th>
                <th scope="col">{t('codes.column.device')}</th>
                <th scope="col">{t('codes.column.example')}</th>
                <th scope="col">{t('codes.column.count')}</th>
                {mayConfigure ? <th scope="col">{t('codes.column.act')}</th> : null}
              </tr>
            </thead>
            <tbody>
              {unmapped.map((each) => (
                <tr key={`${each.profile} ${each.code} ${each.unit}`}>
                  <th scope="row">
                    <code>{each.code}</code>{' '}
                    <Mark tone="abnormal" sign="!">
                      {each.missing === 'test' ? t('codes.missing.test') : t('codes.missing.unit', { name: each.expected?.name ?? each.code, unit: unitText(each.expected?.unit ?? '') })}
                    </Mark>
                  </th>
                  <td>{each.deviceName}</td>
                  <td>
                    <bdi>{`${each.example.text} ${each.example.unit ?? ''}`.trim()}</bdi>
                  </td>
                  <td>{each.results}</td>
                  {mayConfigure ? (
                    <td>
                      <Button kind="main" aria-label={t('codes.explain', { code: each.code })} onClick={() => setOver({ what: 'explain', code: each })}>
                        {t('codes.explain.short')}
                      </Button>
                    </td>
                  ) : null}
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </section>
      <Mapped settings={settings} {...(mayConfigure ? { onRemove: (mapping: TestMapping) => setOver({ what: 'remove', mapping }) } : {})} />
      {over?.what === 'explain' ? (
        <MappingDialog
          code={over.code}
          tests={settings.value?.tests ?? []}
          onClose={() => setOver(null)}
          onSaved={(count) => {
            setFiled(count)
            setOver(null)
          }}
        />
      ) : null}
      {over?.what === 'remove' ? <RemoveDialog mapping={over.mapping} onClose={() => setOver(null)} /> : null}
    </>
  )
}

const Mapped = ({ settings, onRemove }: { readonly settings: Known<LabSettingsState>; readonly onRemove?: (mapping: TestMapping) => void }) => (
  <section className="panel" aria-labelledby="lab-mapped">
    <div className="panel-head">
      <h2 id="lab-mapped">{t('codes.mapped')}</h2>
    </div>
    {settings.problem ? <ProblemNotice problem={settings.problem} onAgain={settings.refresh} /> : null}
    {settings.value?.mappings.length === 0 ? <Empty title={t('codes.mapped.empty')} /> : null}
    {settings.value && settings.value.mappings.length > 0 ? (
      <table className="table lab-table">
        <thead>
          <tr>
            <th scope="col">{t('codes.column.code')}</th>
            <th scope="col">{t('codes.column.profile')}</th>
            <th scope="col">{t('codes.column.means')}</th>
            <th scope="col">{t('codes.column.unit')}</th>
            <th scope="col">{t('codes.column.sent')}</th>
            {onRemove ? <th scope="col">{t('codes.column.act')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {settings.value.mappings.map((mapping) => (
            <tr key={`${mapping.profile} ${mapping.code}`}>
              <th scope="row">
                <code>{mapping.code}</code>
              </th>
              <td>{mapping.profile}</td>
              <td>{mapping.kind === 'left-out' ? t('codes.left-out') : `${mapping.name}${mapping.loinc ? ` (${mapping.loinc})` : ''}`}</td>
              <td>
                <bdi>{mapping.kind === 'left-out' ? '' : unitText(mapping.unit)}</bdi>
              </td>
              <td>{Object.keys(mapping.units).map((sent) => sent || t('unit.empty')).join(', ')}</td>
              {onRemove ? (
                <td>
                  <Button aria-label={t('codes.remove', { code: mapping.code })} onClick={() => onRemove(mapping)}>
                    {t('codes.remove.short')}
                  </Button>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    ) : null}
  </section>
)

const RemoveDialog = ({ mapping, onClose }: { readonly mapping: TestMapping; readonly onClose: () => void }) => {
  const [remove, { busy, problem }] = useAct('removeTestMapping')
  const act = async () => (await remove({ profile: mapping.profile, code: mapping.code })).ok
  return (
    <ConfirmDialog title={t('codes.remove.title', { code: mapping.code })} act={t('codes.remove.short')} leave={t('cancel')} onAct={act} onClose={onClose} busy={busy} problem={problem}>
      <p>{t('codes.remove.text')}</p>
    </ConfirmDialog>
  )
}

import { useState } from 'react'
import type { LabPolicy, LabSettingsState, TestRule } from '../../../shared/contract'
import { usualDeltaLimits } from '../../../shared/records/observation/deltaCheck'
import { type Known, useAct, useWho } from '../../client'
import { Button, Choice, Empty, Notice, ProblemNotice } from '../../components'
import { unitText } from '../results'
import { RuleDialog } from './RuleDialog'
import { acceptedToday } from './rule'
import { t } from './words'

type Test = LabSettingsState['tests'][number]

const policies = ['by-staff', 'unflagged', 'never'] as const satisfies readonly LabPolicy['accept'][]

/** When a result counts by itself: for the practice, and test by test. */
export const RulesTab = ({ settings }: { readonly settings: Known<LabSettingsState> }) => {
  const who = useWho()
  const mayConfigure = who?.actions.includes('lab.configure') ?? false
  const [setPolicy, { problem }] = useAct('setLabPolicy')
  const [editing, setEditing] = useState<Test | null>(null)
  const { value } = settings
  if (!value) return settings.problem ? <ProblemNotice problem={settings.problem} onAgain={settings.refresh} /> : null
  const rules = new Map(value.rules.map((rule) => [rule.test, rule]))
  return (
    <>
      <section className="panel" aria-labelledby="lab-policy">
        <div className="panel-head">
          <h2 id="lab-policy">{t('policy')}</h2>
        </div>
        <div className="panel-body lab-form">
          {mayConfigure ? (
            <Choice label={t('policy')} hideLabel value={value.policy.accept} options={policies.map((accept) => ({ value: accept, label: t(`policy.${accept}`) }))} onChoose={(accept) => void setPolicy({ accept })} />
          ) : (
            <p>{t(`policy.${value.policy.accept}`)}</p>
          )}
          {value.policy.accept === 'by-staff' ? <Notice tone="info" title={t(value.hasTechnician ? 'policy.by-staff.technician' : 'policy.by-staff.nobody')} /> : null}
          {problem ? <ProblemNotice problem={problem} /> : null}
        </div>
      </section>
      <section className="panel" aria-labelledby="lab-rules">
        <div className="panel-head">
          <h2 id="lab-rules">{t('rules.title')}</h2>
        </div>
        {value.tests.length === 0 ? <Empty title={t('rules.empty')}>{t('rules.empty.text')}</Empty> : null}
        {value.tests.length > 0 ? (
          <table className="table lab-table">
            <thead>
              <tr>
                <th scope="col">{t('rules.column.test')}</th>
                <th scope="col">{t('rules.column.accept')}</th>
                <th scope="col">{t('rules.column.limits')}</th>
                <th scope="col">{t('rules.column.delta')}</th>
                {mayConfigure ? <th scope="col">{t('codes.column.act')}</th> : null}
              </tr>
            </thead>
            <tbody>
              {value.tests.map((test) => {
                const rule = rules.get(test.test)
                return (
                  <tr key={test.test}>
                    <th scope="row">{test.name}</th>
                    <td>{t(`rules.${rule?.accept ?? 'default'}`)}</td>
                    <td className={rule ? '' : 'faint'}>{limitsText(rule, test.unit)}</td>
                    <td className={rule?.delta ? '' : 'faint'}>{deltaText(rule, test)}</td>
                    {mayConfigure ? (
                      <td>
                        <Button aria-label={t('rules.edit', { test: test.name })} onClick={() => setEditing(test)}>
                          {t('rules.edit.short')}
                        </Button>
                      </td>
                    ) : null}
                  </tr>
                )
              })}
            </tbody>
          </table>
        ) : null}
      </section>
      {editing ? <RuleDialog key={editing.test} test={editing} rule={rules.get(editing.test)} today={acceptedToday(value)} onClose={() => setEditing(null)} /> : null}
    </>
  )
}

const limitsText = (rule: TestRule | undefined, unit: string): string =>
  rule?.low === undefined && rule?.high === undefined ? t('rules.limits.none') : `${rule.low ?? '…'} – ${rule.high ?? '…'} ${unitText(rule.unit ?? unit)}`

const deltaText = (rule: TestRule | undefined, { test, unit }: Test): string => {
  const limit = rule?.delta ?? (Object.hasOwn(usualDeltaLimits, test) ? usualDeltaLimits[test] : undefined)
  if (!limit) return t('rules.limits.none')
  const { percent, absolute, days } = limit
  const limits = [percent === undefined ? '' : `${percent} %`, absolute === undefined ? '' : `${absolute} ${unitText(unit)}`].filter(Boolean).join(', ')
  return t(rule?.delta ? 'rules.delta' : 'rules.delta.usual', { limits: limits || t('rules.limits.none'), days })
}

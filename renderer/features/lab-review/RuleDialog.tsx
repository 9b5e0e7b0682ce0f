import { useState } from 'react'
import type { LabSettingsState, TestRule } from '../../../shared/contract'
import { useAct } from '../../client'
import { Choice, Dialog, ProblemNotice, TextField, useDraft } from '../../components'
import { unclearNumber } from '../language'
import { unitText } from '../results'
import { readRule, ruleDraft, usualCritical, type RuleDraft } from './rule'
import { t } from './words'

interface Props {
  readonly test: LabSettingsState['tests'][number]
  readonly rule: TestRule | undefined
  /** How it is accepted while it has no rule. */
  readonly today: TestRule['accept']
  readonly onClose: () => void
}

/** When a result of one test counts by itself, and from which change on somebody looks at it. */
export const RuleDialog = ({ test, rule, today, onClose }: Props) => {
  const [draft, setDraft, clear] = useDraft<RuleDraft>(`lab-rule-${test.test}`, ruleDraft(rule, today))
  const [tried, setTried] = useState(false)
  const [save, { busy, problem }] = useAct('saveTestRule')
  const read = readRule(test, draft)
  const faultOf = (field: keyof RuleDraft): string | undefined => {
    const fault = 'faults' in read ? read.faults[field] : undefined
    return tried && fault ? (unclearNumber(draft[field]) ?? t(fault)) : undefined
  }
  const submit = async () => {
    setTried(true)
    if (busy || 'faults' in read) return
    if (!(await save(read.rule)).ok) return
    clear()
    onClose()
  }
  const unit = unitText(test.unit)
  const usual = usualCritical(test.test)
  const field = (name: Exclude<keyof RuleDraft, 'accept'>, label: string, fieldUnit: string) => (
    <TextField label={label} value={draft[name]} unit={fieldUnit} inputMode="decimal" maxLength={12} optional={t('optional')} error={faultOf(name)} onText={(text) => setDraft({ ...draft, [name]: text })} />
  )
  return (
    <Dialog
      title={t('rule.title', { test: test.name })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      save={{ label: t('rule.save'), busy }}
    >
      <div className="lab-form">
        <Choice
          label={t('rule.accept')}
          value={draft.accept}
          options={(['unflagged', 'never'] as const).map((value) => ({ value, label: t(`rule.accept.${value}`) }))}
          onChoose={(accept) => setDraft({ ...draft, accept })}
        />
        <div className="lab-pair">
          {field('low', t('rule.low'), unit)}
          {field('high', t('rule.high'), unit)}
        </div>
        <div className="lab-pair">
          {field('percent', t('rule.delta.percent'), '%')}
          {field('absolute', t('rule.delta.absolute'), unit)}
          {field('days', t('rule.delta.days'), t('rule.days'))}
        </div>
        <div className="lab-pair">
          {field('criticalLow', t('rule.critical.low'), unit)}
          {field('criticalHigh', t('rule.critical.high'), unit)}
        </div>
        {usual ? <p className="faint">{t('rule.critical.usual', { limits: usual })}</p> : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

import { useState } from 'react'
import type { QueueEntry } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { chartByAge, moreUrgent, signsOfChart, triage, triageColours, triageSigns, weightOf, type SignGroup, type TriageChart, type TriageColour, type TriageSign } from '../../../shared/records/triage/iitt'
import { newKey, useAct } from '../../client'
import { Choice, Dialog, formatDate, ProblemNotice, TextField, useDraft, useNow } from '../../components'
import { NumberPad, readEntry } from '../charting'
import { unclearNumber, unitOf } from '../language'
import { todayIs } from '../patients'
import { colourWords, numberWords, reasonWords, t } from './words'

const numbers = ['pulse', 'respiratory-rate', 'temperature', 'spo2', 'bp-systolic', 'bp-diastolic'] as const satisfies readonly VitalCode[]
const letters = ['A', 'C', 'V', 'P', 'U'] as const
const groups = ['airway', 'circulation', 'disability', 'other', 'pregnant'] as const satisfies readonly SignGroup[]
type Number = (typeof numbers)[number]

interface Draft {
  readonly key: string
  readonly chart?: TriageChart
  readonly signs: readonly TriageSign[]
  readonly isPregnant: boolean
  readonly typed: Readonly<Partial<Record<Number | 'avpu', string>>>
  readonly raisedTo?: TriageColour
}

interface Props {
  readonly entry: QueueEntry
  readonly onClose: () => void
}

/** What somebody finds who looks at a walk-in, and what follows from it while it is marked. */
export const TriageDialog = ({ entry: { patient, encounter }, onClose }: Props) => {
  const [draft, setDraft, clear] = useDraft<Draft>(`triage:${encounter}`, () => ({ key: newKey(), signs: [], isPregnant: false, typed: {} }))
  const [tried, setTried] = useState(false)
  const [record, { busy, problem }] = useAct('recordTriage')
  const today = todayIs(useNow())
  const byAge = chartByAge(patient.birthDate, today)
  const chart = byAge ?? draft.chart
  const change = (next: Partial<Draft>) => setDraft((before) => ({ ...before, ...next }))
  const read = (code: Number) => readEntry(code, draft.typed[code] ?? '')
  const isWrong = (code: Number) => !['empty', 'value'].includes(read(code).kind)
  const values = [
    ...numbers.flatMap((code) => {
      const entry = read(code)
      return entry.kind === 'value' ? [{ code, value: entry.value as number }] : []
    }),
    ...letters.filter((letter) => letter === draft.typed.avpu).map((value) => ({ code: 'avpu' as const, value })),
  ]
  const signs = chart ? draft.signs.filter((sign) => signsOfChart(chart, draft.isPregnant).includes(sign)) : []
  const { birthDate } = patient
  const result = chart && triage({ chart, signs, isPregnant: draft.isPregnant, values: Object.fromEntries(values.map(({ code, value }) => [code, value])), ...(birthDate === undefined ? {} : { birthDate }) }, today)
  const colour = result && (draft.raisedTo ? moreUrgent(draft.raisedTo, result.colour) : result.colour)
  const save = async () => {
    setTried(true)
    const [wrong] = numbers.filter(isWrong)
    if (wrong) return document.getElementById(`triage-${wrong}`)?.focus()
    if (!chart || busy) return
    const { key, isPregnant, raisedTo } = draft
    const answer = await record({ key, patient: patient.id, encounter, chart, signs: [...signs], isPregnant, values, ...(raisedTo ? { raisedTo } : {}) })
    if (!answer.ok) return
    clear()
    onClose()
  }
  const toggle = (sign: TriageSign) => change({ signs: draft.signs.includes(sign) ? draft.signs.filter((one) => one !== sign) : [...draft.signs, sign] })
  const above = result ? triageColours.slice(0, triageColours.indexOf(result.colour)) : []
  return (
    <Dialog
      title={t('look.title', { name: displayName(patient) })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void save()}
      width={920}
      save={{ label: t('look.save', { colour: colourWords(colour) }), busy }}
    >
      <div className="triage">
        <p className="faint">
          {birthDate === undefined ? '' : `${t('look.born', { date: formatDate(birthDate) })} · `}
          {patient.number}
        </p>
        {byAge === undefined ? (
          <Choice
            label={t('look.chart')}
            hint={t('look.chart.why')}
            value={draft.chart}
            onChoose={(next) => change({ chart: next })}
            options={[{ value: 'adult', label: t('look.chart.adult') }, { value: 'child', label: t('look.chart.child') }]}
            error={tried && !chart ? t('look.chart.fault') : undefined}
          />
        ) : null}
        {patient.gender === 'male' ? null : (
          <Choice
            label={t('look.pregnant')}
            value={draft.isPregnant ? 'yes' : 'no'}
            onChoose={(next) => change({ isPregnant: next === 'yes' })}
            options={[{ value: 'no', label: t('look.pregnant.no') }, { value: 'yes', label: t('look.pregnant.yes') }]}
          />
        )}
        {chart ? (
          <section aria-label={t('look.signs')} className="triage-signs">
            {groups.map((group) => {
              const of = signsOfChart(chart, draft.isPregnant).filter((sign) => triageSigns[sign].group === group)
              return of.length === 0 ? null : (
                <fieldset key={group} className="triage-group" data-group={group}>
                  <legend>{t(`group.${group}`)}</legend>
                  {of.map((sign) => (
                    <label key={sign} className="triage-sign" data-weight={weightOf(sign, chart)}>
                      <input type="checkbox" checked={draft.signs.includes(sign)} onChange={() => toggle(sign)} />
                      <span>{t(`sign.${sign}`)}</span>
                    </label>
                  ))}
                </fieldset>
              )
            })}
          </section>
        ) : null}
        <section aria-label={t('look.numbers')} className="triage-numbers">
          <div className="triage-fields">
            {numbers.map((code) => (
              <TextField
                key={code}
                id={`triage-${code}`}
                label={numberWords(code)}
                unit={unitOf(code)}
                inputMode="decimal"
                maxLength={8}
                value={draft.typed[code] ?? ''}
                onText={(text) => change({ typed: { ...draft.typed, [code]: text } })}
                error={isWrong(code) && (tried || (draft.typed[code] ?? '').length > 2) ? (unclearNumber(draft.typed[code] ?? '') ?? t('look.number.wrong')) : undefined}
              />
            ))}
            <Choice label={numberWords('avpu')} value={letters.find((one) => one === draft.typed.avpu)} onChoose={(avpu) => change({ typed: { ...draft.typed, avpu } })} options={letters.map((value) => ({ value, label: value }))} />
          </div>
          <NumberPad />
        </section>
        {result ? (
          <div className="triage-result" role="status" data-colour={colour}>
            <strong>
              {t('look.result')}: {colourWords(result.colour)}
            </strong>
            {result.reasons.length > 0 ? <p>{result.reasons.map(reasonWords).join(' · ')}</p> : null}
            {result.highRisk.length > 0 ? <p>▲ {t('review', { signs: result.highRisk.map(numberWords).join(', ') })}</p> : null}
            {result.missing.length > 0 ? <p className="small">{t('missing', { signs: result.missing.map(numberWords).join(', ') })}</p> : null}
            {chart === 'child' ? <p className="small">{t('look.child.card')}</p> : null}
          </div>
        ) : null}
        {above.length > 0 ? (
          <Choice
            label={t('look.raise')}
            value={draft.raisedTo && above.includes(draft.raisedTo) ? draft.raisedTo : 'no'}
            onChoose={(next) => setDraft(({ raisedTo: _raised, ...before }) => (next === 'no' ? before : { ...before, raisedTo: next }))}
            options={[{ value: 'no' as const, label: t('look.raise.no') }, ...above.map((value) => ({ value, label: colourWords(value) }))]}
          />
        ) : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

import { useEffect, useState, type ReactNode } from 'react'
import { common } from '../../../resources/locales/en/common'
import { charting } from '../../../resources/locales/en/charting'
import type { PatientSummary, ScoredAs, VitalEntry } from '../../../shared/contract'
import { flagVital } from '../../../shared/records/observation/flagVitals'
import { childSigns, type VitalCode } from '../../../shared/records/observation/vitals'
import { newKey, useAct } from '../../client'
import { Button, Choice, draftTypedAt, Form, formatDayTime, formatTime, moveOn, type Option, ProblemNotice, TextField, useDraft, useKeys, useNow, wording } from '../../components'
import { chartOf, PregnancyLapsed, ScorePreview } from '../early-warning'
import { unclearNumber, unitOf, unitsMark, valueOf, vitalName } from '../language'
import { todayIs } from '../patients'
import { formOrder, pressuresSwapped, readEntry, readSet, readTimeToday, signsOf, type Typed } from './entry'
import { FlagMark } from './marks'
import { NumberPad } from './NumberPad'

const t = wording(charting)
const levels = ['A', 'C', 'V', 'P', 'U'] as const
const grades = ['none', 'mild', 'moderate', 'severe'] as const

interface Draft {
  readonly key: string
  readonly typed: Typed
  /** `hh:mm`, or undefined for now. */
  readonly taken: string | undefined
}

const blank = (): Draft => ({ key: newKey(), typed: {}, taken: undefined })

interface Props {
  readonly patient: PatientSummary
  /** The newest value of each sign, shown beside the field. */
  readonly latest: ReadonlyMap<VitalCode, VitalEntry>
  /** How the patient is scored; absent: not known, and no score is shown. */
  readonly scoredAs: ScoredAs | undefined
  /** Puts the focus into the first field when it comes up. */
  readonly focused?: boolean
  /** A set was charted: the caller goes on from here, and takes the focus. */
  readonly onSaved?: () => void
}

/**
 * A set of vital signs by keyboard, in the order of the paper form: Enter goes on, Ctrl+Enter saves. What
 * cannot be is refused in place and keeps the focus; what is merely abnormal is flagged and needs nothing more.
 */
export const VitalsForm = ({ patient, latest, scoredAs, focused = false, onSaved }: Props) => {
  // What was typed in one unit is never read in another.
  const draftName = `vitals:${patient.id}${unitsMark()}`
  const [draft, setDraft, clear] = useDraft<Draft>(draftName, blank)
  const [looked, setLooked] = useState<ReadonlySet<VitalCode>>(new Set())
  const [said, setSaid] = useState('')
  const [record, { busy, problem }] = useAct('recordVitals')
  const now = useNow()
  // Found again after a crash: the signs were taken when they were typed, not now.
  const [typedAt, setTypedAt] = useState(() => (Object.values(draft.typed).some((text) => text !== '') ? draftTypedAt(draftName) : undefined))
  const takenWrong = draft.taken !== undefined && readTimeToday(draft.taken, now) === null
  const put = (code: VitalCode, text: string) => {
    setSaid('')
    setDraft((before) => ({ ...before, typed: { ...before.typed, [code]: text } }))
  }
  const look = (code: VitalCode) => setLooked((before) => (before.has(code) ? before : new Set([...before, code])))
  const focus = (code: VitalCode) => document.getElementById(`vital-${code}`)?.focus()

  const wrongWith = (code: VitalCode): string | undefined => {
    const text = draft.typed[code] ?? ''
    const entry = readEntry(code, text)
    if (entry.kind === 'not-a-number') return unclearNumber(text) ?? t('form.notNumber', { value: text.trim() })
    if (entry.kind === 'implausible') return t('form.implausible', { value: text.trim(), min: entry.min, max: entry.max, unit: unitOf(code) })
    return code === 'bp-diastolic' && pressuresSwapped(draft.typed) ? t('form.pressures') : undefined
  }

  const save = async () => {
    const set = readSet(draft.typed)
    if (!set.ok) {
      look(set.first)
      return focus(set.first)
    }
    if (set.values.length === 0) return setSaid(t('form.nothing'))
    const at = new Date()
    const effective = draft.taken === undefined ? (typedAt ?? at.toISOString()) : readTimeToday(draft.taken, at)
    if (!effective) return document.getElementById('vitals-taken')?.focus()
    if (busy) return
    const answer = await record({ key: draft.key, patient: patient.id, effective, values: set.values })
    if (!answer.ok) {
      const field = formOrder.find((code) => code === answer.problem.facts['field'])
      if (field) focus(field)
      return
    }
    clear()
    setTypedAt(undefined)
    setLooked(new Set())
    setSaid(t('form.saved', { time: formatTime(at), count: answer.value.length }))
    if (onSaved) onSaved()
    else focus(formOrder[0] ?? 'pulse')
  }

  useEffect(() => {
    if (focused) document.getElementById(`vital-${formOrder[0]}`)?.focus()
  }, [focused])

  useKeys(t('form.keys.title'), [
    { keys: 'Enter / ArrowDown', does: t('form.keys.next') },
    { keys: '/', does: t('form.keys.slash') },
    { keys: 'Ctrl+Enter', does: t('form.save') },
  ])

  const onKey = (event: KeyboardEvent) => {
    const { target, currentTarget: form } = event
    if (!(target instanceof HTMLInputElement) || !(form instanceof HTMLElement) || target.type === 'radio') return
    const code = formOrder.find((one) => `vital-${one}` === target.id)
    const onward = event.key === 'Enter' || event.key === 'ArrowDown'
    if (code && onward && readEntry(code, draft.typed[code] ?? '').kind !== 'empty' && wrongWith(code)) {
      // Refused where it stands: the next field opens when this one can be.
      event.preventDefault()
      look(code)
      target.select()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (moveOn(form, target, event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault()
    } else if (code === 'bp-systolic' && event.key === '/') {
      event.preventDefault()
      focus('bp-diastolic')
    }
  }

  const shownWrong = (code: VitalCode) => (looked.has(code) ? wrongWith(code) : undefined)
  const flagOf = (code: VitalCode) => {
    const entry = readEntry(code, draft.typed[code] ?? '')
    return entry.kind === 'value' ? flagVital(code, entry.value, patient.birthDate, todayIs(now)) : undefined
  }

  const input = (code: VitalCode, label?: string) => (
    <input
      id={`vital-${code}`}
      className="input vital-input"
      inputMode="decimal"
      autoComplete="off"
      maxLength={8}
      value={draft.typed[code] ?? ''}
      aria-label={label}
      aria-invalid={shownWrong(code) ? true : undefined}
      aria-describedby={`vital-${code}-note`}
      onChange={(event) => put(code, event.target.value)}
      onBlur={() => (draft.typed[code] ?? '').trim() && look(code)}
    />
  )

  const note = (code: VitalCode, before: string | number | undefined) => {
    const wrong = shownWrong(code)
    const flag = flagOf(code)
    return (
      <span className="vital-note" id={`vital-${code}-note`}>
        {wrong ? (
          <span className="field-error" role="alert">
            {wrong}
          </span>
        ) : flag ? (
          <FlagMark flag={flag} short />
        ) : before !== undefined ? (
          <span className="faint small">
            {t('form.before')} {before}
          </span>
        ) : null}
      </span>
    )
  }

  const before = (code: VitalCode) => {
    const value = latest.get(code)?.value
    return value === undefined ? undefined : valueOf(code, value)
  }

  const row = (code: VitalCode) => (
    <div className="vital" key={code} data-wrong={shownWrong(code) ? true : undefined}>
      <label className="vital-name" htmlFor={`vital-${code}`}>
        {vitalName(code)}
      </label>
      {input(code)}
      <span className="vital-unit">{unitOf(code)}</span>
      {note(code, before(code))}
    </div>
  )

  // One line on paper, one line here: 120 / 80 mmHg.
  const upper = latest.get('bp-systolic')
  const lower = latest.get('bp-diastolic')
  const pressure = (
    <div className="vital" key="pressure" role="group" aria-label={t('pressure')} data-wrong={shownWrong('bp-systolic') || shownWrong('bp-diastolic') ? true : undefined}>
      <span className="vital-name" aria-hidden="true">
        {t('pressure')}
      </span>
      <span className="vital-pair">
        {input('bp-systolic', vitalName('bp-systolic'))}
        <span aria-hidden="true">/</span>
        {input('bp-diastolic', vitalName('bp-diastolic'))}
      </span>
      <span className="vital-unit">{unitOf('bp-systolic')}</span>
      {shownWrong('bp-systolic') || (flagOf('bp-systolic') && !shownWrong('bp-diastolic')) ? note('bp-systolic', undefined) : null}
      {shownWrong('bp-systolic') ? null : flagOf('bp-systolic') && !shownWrong('bp-diastolic') && !flagOf('bp-diastolic')
        ? null
        : note('bp-diastolic', upper && lower ? `${upper.value}/${lower.value}` : undefined)}
    </div>
  )

  /** A sign that is chosen, not typed. */
  const choice = (code: 'avpu' | 'respiratory-distress', options: readonly Option<string>[], said: ReactNode) => (
    <div className="vital vital-level" key={code}>
      <span className="vital-name" aria-hidden="true">
        {vitalName(code)}
      </span>
      <div className="vital-choice">
        <Choice label={vitalName(code)} hideLabel value={draft.typed[code]} onChoose={(value) => put(code, value)} options={options} />
      </div>
      <span className="vital-note">{said}</span>
    </div>
  )
  const level = () =>
    choice(
      'avpu',
      levels.map((value) => ({ value, label: value })),
      draft.typed.avpu ? (
        draft.typed.avpu === 'A' ? (
          <span className="faint small">{t('avpu.A')}</span>
        ) : (
          <>
            <span className="small">{t(`avpu.${draft.typed.avpu as 'C' | 'V' | 'P' | 'U'}`)}</span> <FlagMark flag="abnormal" />
          </>
        )
      ) : latest.get('avpu') ? (
        <span className="faint small">
          {t('form.before')} {latest.get('avpu')?.value}
        </span>
      ) : null,
    )
  const grade = () => choice('respiratory-distress', grades.map((value) => ({ value, label: t(`distress.${value}`) })), null)

  // A child's chart asks for more; what was typed of it stays in sight.
  const isChild = scoredAs !== undefined && chartOf(patient, scoredAs, todayIs(now))?.chart === 'pews'
  const asked = formOrder.filter((code) => isChild || !childSigns.includes(code) || (draft.typed[code] ?? '') !== '')

  return (
    <>
      {scoredAs ? <PregnancyLapsed patient={patient} scoredAs={scoredAs} /> : null}
      <Form className="vitals-form" label={t('form.title')} onSave={() => void save()} onKey={onKey}>
        <div className="vitals-rows">
          {problem ? <ProblemNotice problem={problem} /> : null}
          <div className="vital vital-taken">
            {draft.taken === undefined ? (
              <>
                <span className="vital-name">{t('form.taken')}</span>
                <span>
                  {typedAt ? t('form.taken.typed', { at: formatDayTime(typedAt) }) : `${t('form.taken.now')} (${formatTime(now)})`}
                </span>
                <Button kind="quiet" onClick={() => setDraft((before) => ({ ...before, taken: formatTime(now) }))}>
                  {t('form.taken.change')}
                </Button>
              </>
            ) : (
              <>
                <TextField
                  id="vitals-taken"
                  label={t('form.taken.at')}
                  inputMode="numeric"
                  value={draft.taken}
                  onText={(taken) => setDraft((before) => ({ ...before, taken }))}
                  error={takenWrong ? t('form.taken.wrong') : undefined}
                  autoFocus
                />
                <Button
                  kind="quiet"
                  onClick={() => {
                    setTypedAt(undefined)
                    setDraft((before) => ({ ...before, taken: undefined }))
                  }}
                >
                  {t('form.taken.reset')}
                </Button>
              </>
            )}
          </div>
          {asked.map((code) => (code === 'avpu' ? level() : code === 'respiratory-distress' ? grade() : code === 'bp-systolic' ? pressure : code === 'bp-diastolic' ? null : row(code)))}
        </div>
        <NumberPad />
        <div className="vitals-foot">
          <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
            {t('form.save')}
          </Button>
          <Button
            kind="quiet"
            onClick={() => {
              clear()
              setTypedAt(undefined)
              setLooked(new Set())
              focus(formOrder[0] ?? 'pulse')
            }}
          >
            {t('form.clear')}
          </Button>
          {scoredAs ? <ScorePreview patient={patient} scoredAs={scoredAs} signs={signsOf(draft.typed)} today={todayIs(now)} /> : null}
          <span className="vitals-said" role="status">
            {busy ? common.waiting : said}
          </span>
        </div>
      </Form>
    </>
  )
}

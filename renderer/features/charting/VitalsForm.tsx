import { useRef, useState, type KeyboardEvent } from 'react'
import { common } from '../../../resources/locales/en/common'
import { charting } from '../../../resources/locales/en/charting'
import type { PatientSummary, VitalEntry } from '../../../shared/contract'
import { flagVital } from '../../../shared/records/observation/flagVitals'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { newKey, useAct } from '../../client'
import { Button, Choice, enterGoesOn, formatTime, moveOn, ProblemNotice, TextField, useDraft, useKeys, wording } from '../../components'
import { todayIs } from '../patients'
import { formOrder, pressuresSwapped, readEntry, readSet, readTimeToday, type Typed } from './entry'
import { definitionOf, FlagMark, unitOf } from './marks'
import { NumberPad } from './NumberPad'

const t = wording(charting)
const levels = ['A', 'C', 'V', 'P', 'U'] as const

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
  readonly onSaved?: (entries: readonly VitalEntry[]) => void
}

/**
 * A set of vital signs by keyboard, in the order of the paper form: Enter goes on, Ctrl+Enter saves. What
 * cannot be is refused in place and keeps the focus; what is merely abnormal is flagged and needs nothing more.
 */
export const VitalsForm = ({ patient, latest, onSaved }: Props) => {
  const [draft, setDraft, clear] = useDraft<Draft>(`vitals:${patient.id}`, blank())
  const [looked, setLooked] = useState<ReadonlySet<VitalCode>>(new Set())
  const [note, setNote] = useState('')
  const [record, { busy, problem }] = useAct('recordVitals')
  const form = useRef<HTMLFormElement>(null)
  const now = new Date()
  const takenAt = draft.taken === undefined ? now.toISOString() : readTimeToday(draft.taken, now)
  const put = (code: VitalCode, text: string) => {
    setNote('')
    setDraft((before) => ({ ...before, typed: { ...before.typed, [code]: text } }))
  }
  const look = (code: VitalCode) => setLooked((before) => (before.has(code) ? before : new Set([...before, code])))
  const focus = (code: VitalCode) => document.getElementById(`vital-${code}`)?.focus()

  const wrongWith = (code: VitalCode): string | undefined => {
    const text = draft.typed[code] ?? ''
    const entry = readEntry(code, text)
    if (entry.kind === 'not-a-number') return t('form.notNumber', { value: text.trim() })
    if (entry.kind === 'implausible') return t('form.implausible', { value: text.trim(), min: entry.min, max: entry.max, unit: unitOf(code) })
    return code === 'bp-diastolic' && pressuresSwapped(draft.typed) ? t('form.pressures') : undefined
  }

  const save = async () => {
    const set = readSet(draft.typed)
    if (!set.ok) {
      look(set.first)
      return focus(set.first)
    }
    if (set.values.length === 0) return setNote(t('form.nothing'))
    if (!takenAt) return document.getElementById('vitals-taken')?.focus()
    if (busy) return
    const answer = await record({ key: draft.key, patient: patient.id, effective: takenAt, values: set.values })
    if (!answer.ok) {
      const field = formOrder.find((code) => code === answer.problem.facts['field'])
      if (field) focus(field)
      return
    }
    clear()
    setDraft(blank())
    setLooked(new Set())
    setNote(t('form.saved', { time: formatTime(new Date()), count: answer.value.length }))
    focus(formOrder[0] ?? 'pulse')
    onSaved?.(answer.value)
  }

  useKeys(t('form.keys.title'), [
    { keys: 'Enter / ArrowDown', does: t('form.keys.next') },
    { keys: '/', does: t('form.keys.slash') },
    { keys: 'Ctrl+Enter', does: t('form.save') },
  ])

  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void save()
      return
    }
    if (!(event.target instanceof HTMLInputElement) || event.target.type === 'radio') return enterGoesOn(event)
    const code = formOrder.find((one) => `vital-${one}` === (event.target as HTMLElement).id)
    const onward = event.key === 'Enter' || event.key === 'ArrowDown'
    if (code && onward && readEntry(code, draft.typed[code] ?? '').kind !== 'empty' && wrongWith(code)) {
      // Refused where it stands: the next field opens when this one can be.
      event.preventDefault()
      look(code)
      event.target.select()
      return
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (moveOn(event.currentTarget, event.target, event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault()
      return
    }
    if (code === 'bp-systolic' && event.key === '/') {
      event.preventDefault()
      return focus('bp-diastolic')
    }
    enterGoesOn(event)
  }

  const row = (code: VitalCode) => {
    const definition = definitionOf(code)
    const text = draft.typed[code] ?? ''
    const entry = readEntry(code, text)
    const wrong = looked.has(code) ? wrongWith(code) : undefined
    const flag = entry.kind === 'value' ? flagVital(code, entry.value, patient.birthDate, todayIs(now)) : undefined
    const before = latest.get(code)
    return (
      <div className="vital" key={code} data-wrong={wrong ? true : undefined}>
        <label className="vital-name" htmlFor={`vital-${code}`}>
          {definition.display}
        </label>
        <input
          id={`vital-${code}`}
          className="input vital-input"
          inputMode="decimal"
          autoComplete="off"
          maxLength={8}
          value={text}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`vital-${code}-note`}
          onChange={(event) => put(code, event.target.value)}
          onBlur={() => text.trim() && look(code)}
        />
        <span className="vital-unit">{unitOf(code)}</span>
        <span className="vital-note" id={`vital-${code}-note`}>
          {wrong ? (
            <span className="field-error" role="alert">
              {wrong}
            </span>
          ) : flag ? (
            <FlagMark flag={flag} />
          ) : before ? (
            <span className="faint small">
              {t('form.before')} {before.value}
            </span>
          ) : null}
        </span>
      </div>
    )
  }

  const level = (
    <div className="vital vital-level" key="avpu">
      <span className="vital-name" aria-hidden="true">
        {definitionOf('avpu').display}
      </span>
      <div className="vital-choice">
        <Choice
          label={definitionOf('avpu').display}
          hideLabel
          value={levels.find((one) => one === draft.typed.avpu)}
          onChoose={(value) => put('avpu', value)}
          options={levels.map((value) => ({ value, label: value }))}
        />
      </div>
      <span className="vital-note">
        {draft.typed.avpu ? (
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
        ) : null}
      </span>
    </div>
  )

  return (
    <form
      ref={form}
      className="vitals-form"
      aria-label={t('form.title')}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className="vitals-rows">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {formOrder.map((code) => (code === 'avpu' ? level : row(code)))}
        <div className="vital vital-taken">
          {draft.taken === undefined ? (
            <>
              <span className="vital-name">{t('form.taken')}</span>
              <span>
                {t('form.taken.now')} ({formatTime(now)})
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
                error={takenAt ? undefined : t('form.taken.wrong')}
                autoFocus
              />
              <Button kind="quiet" onClick={() => setDraft((before) => ({ ...before, taken: undefined }))}>
                {t('form.taken.reset')}
              </Button>
            </>
          )}
        </div>
      </div>
      <NumberPad form={form} />
      <div className="vitals-foot">
        <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
          {t('form.save')}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            setDraft(blank())
            setLooked(new Set())
            focus(formOrder[0] ?? 'pulse')
          }}
        >
          {t('form.clear')}
        </Button>
        <span className="vitals-said" role="status">
          {busy ? common.waiting : note}
        </span>
      </div>
    </form>
  )
}

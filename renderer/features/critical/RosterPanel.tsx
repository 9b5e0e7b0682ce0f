import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { DutyEntry } from '../../../shared/contract'
import { isClockTime } from '../../../shared/records/basic/dutyRoster'
import { localDay } from '../../../shared/records/localDay'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, formatDate, Panel, ProblemNotice, say, SelectField, TextField, useDraft, Waiting } from '../../components'
import { t } from './words'

const dayMs = 86_400_000
const dayBeside = (day: string, by: number): string => localDay(Date.parse(`${day}T12:00:00`) + by * dayMs)
const dutyOf = ({ practitioner, from, to, rank }: DutyEntry) => ({ practitioner, from, to, rank })

/** Who is on duty for alerts on a day; those who manage the staff set it. */
export const RosterPanel = () => {
  const who = useWho()
  const mayRead = who?.actions.includes('staff.read') ?? false
  const maySet = who?.actions.includes('staff.manage') ?? false
  const [day, setDay] = useState(() => localDay(Date.now()))
  const today = localDay(Date.now())
  const roster = useAnswer('readRoster', { day }, { skip: !mayRead, keepPrevious: true })
  const before = useAnswer('readRoster', { day: dayBeside(day, -1) }, { skip: !maySet })
  const [save, { busy, problem }] = useAct('saveRoster')
  if (!mayRead) return null
  const duties = roster.isPrevious ? [] : (roster.value ?? [])
  const set = async (next: readonly ReturnType<typeof dutyOf>[]) => {
    if (!busy && (await save({ day, duties: [...next] })).ok) say(t('roster.saved'))
  }
  return (
    <Panel id="alerts-roster" title={t('roster')}>
      <p>{t('roster.text')}</p>
      <div className="critical-day">
        <Button kind="quiet" aria-label={t('roster.day.before')} onClick={() => setDay(dayBeside(day, -1))}>
          ‹
        </Button>
        <strong aria-live="polite">{formatDate(day)}</strong>
        <Button kind="quiet" aria-label={t('roster.day.after')} onClick={() => setDay(dayBeside(day, 1))}>
          ›
        </Button>
        {day === today ? null : (
          <Button kind="quiet" onClick={() => setDay(today)}>
            {t('roster.today')}
          </Button>
        )}
      </div>
      {roster.problem && !roster.value ? <ProblemNotice problem={roster.problem} onAgain={roster.refresh} /> : null}
      {roster.loading ? <Waiting>{common.waiting}</Waiting> : null}
      {roster.value && duties.length === 0 ? <p>{t('roster.none')}</p> : null}
      {duties.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('roster.column.rank')}</th>
              <th scope="col">{t('roster.column.name')}</th>
              <th scope="col">{t('roster.column.from')}</th>
              <th scope="col">{t('roster.column.to')}</th>
              {maySet ? (
                <th scope="col">
                  <span className="visually-hidden">{t('roster.remove')}</span>
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {duties.map((duty) => (
              <tr key={`${duty.practitioner}${duty.from}`}>
                <td>{duty.rank}.</td>
                <td>
                  <strong>{duty.name}</strong>
                </td>
                <td>{duty.from}</td>
                <td>{duty.to}</td>
                {maySet ? (
                  <td>
                    <Button kind="quiet" disabled={busy} aria-label={t('roster.remove.named', { name: duty.name })} onClick={() => void set(duties.filter((each) => each !== duty).map(dutyOf))}>
                      {t('roster.remove')}
                    </Button>
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {maySet && roster.value && duties.length === 0 && (before.value?.length ?? 0) > 0 ? (
        <div>
          <Button busy={busy} onClick={() => void set((before.value ?? []).map(dutyOf))}>
            {t('roster.before')}
          </Button>
        </div>
      ) : null}
      {maySet ? <AddDuty key={day} duties={duties} busy={busy} onAdd={(duty) => void set([...duties.map(dutyOf), duty])} /> : null}
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Panel>
  )
}

/** A time of day as people type it, `7:00` or `0700`, as rosters have it: the field of the browser would ask for AM and PM where the computer speaks American. */
const clockTyped = (text: string): string => {
  const [, hours, minutes] = /^(\d{1,2})[:.]?(\d{2})$/.exec(text.trim()) ?? []
  return hours === undefined || minutes === undefined ? text : `${hours.padStart(2, '0')}:${minutes}`
}

const AddDuty = ({ duties, busy, onAdd }: { readonly duties: readonly DutyEntry[]; readonly busy: boolean; readonly onAdd: (duty: ReturnType<typeof dutyOf>) => void }) => {
  const { value: people = [] } = useAnswer('listStaff')
  const [form, setForm, clear] = useDraft('roster-duty', { practitioner: '', from: '08:00', to: '20:00', rank: '' })
  const [tried, setTried] = useState(false)
  const rank = Number(form.rank || duties.length + 1)
  const [from, to] = [clockTyped(form.from), clockTyped(form.to)]
  const faults = {
    practitioner: form.practitioner === '' ? t('roster.fault.person') : undefined,
    from: isClockTime(from) ? undefined : t('roster.fault.time'),
    to: isClockTime(to) ? undefined : t('roster.fault.time'),
    rank: Number.isInteger(rank) && rank >= 1 && rank <= 99 ? undefined : t('roster.fault.rank'),
  }
  const faultOf = (field: keyof typeof faults) => (tried ? faults[field] : undefined)
  const add = () => {
    setTried(true)
    if (busy || Object.values(faults).some((fault) => fault !== undefined)) return
    onAdd({ practitioner: form.practitioner, from, to, rank })
    setTried(false)
    clear()
  }
  const options = [{ value: '', label: '—' }, ...people.map(({ practitioner, name }) => ({ value: practitioner, label: name }))]
  return (
    <div className="critical-duty">
      <SelectField label={t('roster.person')} value={form.practitioner} options={options} error={faultOf('practitioner')} onChoose={(practitioner) => setForm({ ...form, practitioner })} />
      <TextField label={t('roster.from')} inputMode="numeric" maxLength={5} value={form.from} error={faultOf('from')} onText={(from) => setForm({ ...form, from })} />
      <TextField label={t('roster.to')} inputMode="numeric" maxLength={5} hint={t('roster.to.hint')} value={form.to} error={faultOf('to')} onText={(to) => setForm({ ...form, to })} />
      <TextField label={t('roster.rank')} inputMode="numeric" value={form.rank} placeholder={String(duties.length + 1)} error={faultOf('rank')} onText={(text) => setForm({ ...form, rank: text })} />
      <Button disabled={busy} onClick={add}>
        {t('roster.add')}
      </Button>
    </div>
  )
}

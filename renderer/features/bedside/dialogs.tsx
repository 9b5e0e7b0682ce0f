import { useState, type ReactNode } from 'react'
import type { BedEntry, FeedEntry, FeedRules, PatientSummary, Problem, ServedPatient } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { newKey, useAct } from '../../client'
import { Dialog, formatDate, ProblemNotice, SelectField, TextField, useDraft } from '../../components'
import { PatientChooser } from './PatientChooser'
import { reasonWords, t } from './words'

interface Frame {
  readonly title: string
  readonly save: string
  readonly busy: boolean
  readonly problem: Problem | undefined
  readonly disabled?: boolean
  readonly onSave: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Every dialog here: what is asked, and one button that says what it does. */
const Ask = ({ title, save, busy, problem, disabled = false, onSave, onClose, children }: Frame) => (
  <Dialog
    title={title}
    closeLabel={t('cancel')}
    onClose={onClose}
    onSubmit={() => !busy && !disabled && onSave()}
    width={480}
    save={{ label: save, busy, disabled }}
  >
    <div className="stack">
      {children}
      {problem ? <ProblemNotice problem={problem} /> : null}
    </div>
  </Dialog>
)

interface Closing {
  readonly onClose: () => void
}

/** Who somebody is, to be held against the wristband. */
const Person = ({ patient }: { readonly patient: Omit<ServedPatient, 'id'> }) => (
  <p>
    <b>{patient.name}</b> <span className="faint">{patient.birthDate === undefined ? '' : `${t('born', { date: formatDate(patient.birthDate) })} · `}{patient.number}</span>
  </p>
)

/** A new bed. */
export const AddBedDialog = ({ onClose }: Closing) => {
  const [{ key, name }, setBed, clear] = useDraft('add-bed', () => ({ key: newKey(), name: '' }))
  const [tried, setTried] = useState(false)
  const [add, { busy, problem }] = useAct('addBed')
  const save = async () => {
    setTried(true)
    if (name.trim() === '' || !(await add({ key, name: name.trim() })).ok) return
    clear()
    onClose()
  }
  return (
    <Ask title={t('add.title')} save={t('add.save')} busy={busy} problem={problem} onSave={() => void save()} onClose={onClose}>
      <TextField label={t('add.name')} hint={t('add.hint')} value={name} onText={(text) => setBed((before) => ({ ...before, name: text }))} error={tried && name.trim() === '' ? t('add.fault') : undefined} data-autofocus />
    </Ask>
  )
}

/** Who lies in a bed: the monitors that stand there chart for this person from now on. */
export const SeatDialog = ({ bed, onClose }: Closing & { readonly bed: BedEntry }) => {
  const [patient, setPatient] = useState<PatientSummary | null>(null)
  const [seat, { busy, problem }] = useAct('seatPatient')
  const save = async () => {
    if (patient && (await seat({ bed: bed.id, patient: patient.id })).ok) onClose()
  }
  const monitors = bed.feeds.map(({ deviceName }) => deviceName).join(', ')
  return (
    <Ask
      title={t('seat.title', { bed: bed.name })}
      save={patient ? t('seat.save', { name: displayName(patient), bed: bed.name }) : t('seat.nobody')}
      busy={busy}
      problem={problem}
      disabled={!patient}
      onSave={() => void save()}
      onClose={onClose}
    >
      <PatientChooser chosen={patient} onChoose={setPatient} />
      <p>{monitors === '' ? t('seat.none') : t('seat.monitors', { monitors })}</p>
    </Ask>
  )
}

/** The patient leaves the bed. */
export const LeaveDialog = ({ bed, onClose }: Closing & { readonly bed: BedEntry }) => {
  const [empty, { busy, problem }] = useAct('emptyBed')
  const save = async () => {
    if ((await empty({ bed: bed.id })).ok) onClose()
  }
  return (
    <Ask title={t('leave.title', { name: bed.patient?.name ?? '', bed: bed.name })} save={t('leave.save')} busy={busy} problem={problem} onSave={() => void save()} onClose={onClose}>
      <p>{t('leave.text')}</p>
    </Ask>
  )
}

/** A bed that is no more. */
export const RemoveDialog = ({ bed, onClose }: Closing & { readonly bed: BedEntry }) => {
  const [remove, { busy, problem }] = useAct('removeBed')
  const save = async () => {
    if ((await remove({ bed: bed.id })).ok) onClose()
  }
  return (
    <Ask title={t('remove.title', { bed: bed.name })} save={t('bed.remove')} busy={busy} problem={problem} onSave={() => void save()} onClose={onClose}>
      <p>{t('remove.text')}</p>
    </Ask>
  )
}

/** Where a monitor stands; whom it serves there is asked next. */
export const PlaceDialog = ({ feed, beds, onPlaced, onClose }: Closing & { readonly feed: FeedEntry; readonly beds: readonly BedEntry[]; readonly onPlaced: (feed: FeedEntry) => void }) => {
  const [bed, setBed] = useState(feed.bed ?? '')
  const [place, { busy, problem }] = useAct('placeMonitor')
  const save = async () => {
    const answer = await place({ feed: feed.id, ...(bed === '' ? {} : { bed }) })
    if (answer.ok) onPlaced(answer.value)
  }
  return (
    <Ask title={t('place.title', { monitor: feed.deviceName })} save={t('place.save')} busy={busy} problem={problem} onSave={() => void save()} onClose={onClose}>
      <SelectField label={t('place.bed')} value={bed} onChoose={setBed} options={[{ value: '', label: t('place.nowhere') }, ...beds.map(({ id, name }) => ({ value: id, label: name }))]} data-autofocus />
      <p>{t('place.text')}</p>
    </Ask>
  )
}

interface ConfirmProps extends Closing {
  readonly feed: FeedEntry
  /** The bed where it stands, if it stands at one. */
  readonly bed: BedEntry | undefined
  readonly rules: FeedRules
  readonly onSeat: (bed: BedEntry) => void
}

/** Whom a monitor serves now: asked at each take-over, and answered by a person who looks at the patient. */
export const ConfirmDialog = ({ feed, bed, rules, onSeat, onClose }: ConfirmProps) => {
  const [found, setFound] = useState<PatientSummary | null>(null)
  const [confirm, { busy, problem }] = useAct('confirmMonitor')
  const lies = bed?.patient
  const patient = bed ? lies : found ? { id: found.id, name: displayName(found) } : undefined
  const save = async () => {
    if (bed && !lies) return onSeat(bed)
    if (patient && (await confirm({ feed: feed.id, patient: patient.id })).ok) onClose()
  }
  return (
    <Ask
      title={t('confirm.title', { monitor: feed.deviceName })}
      save={bed && !lies ? t('bed.seat') : patient ? t('confirm.save', { name: patient.name }) : t('seat.nobody')}
      busy={busy}
      problem={problem}
      disabled={!bed && !patient}
      onSave={() => void save()}
      onClose={onClose}
    >
      {feed.reason ? <p>{reasonWords(feed, rules)}</p> : null}
      {bed && lies ? (
        <>
          <p>{t('confirm.bed', { bed: bed.name })}</p>
          <Person patient={lies} />
        </>
      ) : null}
      {bed && !lies ? <p>{t('confirm.empty', { bed: bed.name })}</p> : null}
      {bed ? null : <PatientChooser chosen={found} onChoose={setFound} />}
      {feed.patient && feed.patient.id !== patient?.id ? <p className="faint">{t('confirm.before', { name: feed.patient.name })}</p> : null}
      {bed && !lies ? null : <p>{t('confirm.look')}</p>}
    </Ask>
  )
}

const limits = { everyMinutes: [1, 60], silentMinutes: [1, 60], offMinutes: [1, 120], confirmHours: [1, 24] } as const
const labels = { everyMinutes: 'rules.every', silentMinutes: 'rules.silent', offMinutes: 'rules.off', confirmHours: 'rules.hours' } as const
type Rule = keyof typeof limits

/** How often is charted, and when a monitor asks. */
export const RulesDialog = ({ rules, onClose }: Closing & { readonly rules: FeedRules }) => {
  const [typed, setTyped] = useState<Readonly<Record<Rule, string>>>({
    everyMinutes: String(rules.everyMinutes), silentMinutes: String(rules.silentMinutes), offMinutes: String(rules.offMinutes), confirmHours: String(rules.confirmHours),
  })
  const [set, { busy, problem }] = useAct('setFeedRules')
  const names = Object.keys(limits) as Rule[]
  const faultOf = (rule: Rule) => {
    const [from, to] = limits[rule]
    return /^\d+$/.test(typed[rule].trim()) && Number(typed[rule]) >= from && Number(typed[rule]) <= to ? undefined : t('rules.fault', { from, to })
  }
  const save = async () => {
    if (names.some(faultOf)) return
    const ask = { everyMinutes: Number(typed.everyMinutes), silentMinutes: Number(typed.silentMinutes), offMinutes: Number(typed.offMinutes), confirmHours: Number(typed.confirmHours) }
    if ((await set(ask)).ok) onClose()
  }
  return (
    <Ask title={t('rules.title')} save={t('rules.save')} busy={busy} problem={problem} onSave={() => void save()} onClose={onClose}>
      <p className="faint">{t('rules.text')}</p>
      {names.map((rule) => (
        <TextField
          key={rule}
          label={t(labels[rule])}
          inputMode="numeric"
          unit={t(rule === 'confirmHours' ? 'rules.unit.hours' : 'rules.minutes')}
          value={typed[rule]}
          error={faultOf(rule)}
          onText={(text) => setTyped((before) => ({ ...before, [rule]: text }))}
        />
      ))}
    </Ask>
  )
}

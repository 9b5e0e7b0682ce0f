import { useState } from 'react'
import type { DeviceEntry, PatientSummary, Problem, Reading } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { newKey, useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, formatTime, ProblemNotice, SelectField, Waiting } from '../../components'
import { unitOf, valueOf, vitalName } from '../language'
import { CalibrationMark } from './inventory'
import { t } from './words'
import './devices.css'

interface Props {
  readonly patient: Pick<PatientSummary, 'id' | 'family' | 'given' | 'prefix'>
}

/** Takes a reading of a monitor for the patient whose chart is open. Draws nothing where there is no monitor, or no right to file. */
export const ReadingButton = ({ patient }: Props) => {
  const who = useWho()
  const may = who?.actions.includes('reading.confirm') ?? false
  const { value: devices } = useAnswer('listDevices', undefined, { skip: !may })
  const [device, setDevice] = useState<string | null>(null)
  const [taken, setTaken] = useState<{ readonly reading: Reading; readonly key: string } | null>(null)
  const [take, taking] = useAct('takeReading')
  const [filed, setFiled] = useState<Reading | null>(null)
  const monitors = devices?.filter(({ category }) => category === 'vitals') ?? []
  const { value: ward } = useAnswer('readWard', undefined, { skip: !may })
  const streams = [...(ward?.loose ?? []), ...(ward?.beds ?? []).flatMap(({ feeds }) => feeds)].filter(({ kind }) => kind === 'stream')
  const own = streams.find((feed) => feed.patient?.id === patient.id)
  const isElsewhere = (id: string) => streams.some(({ device: of, state, patient: served }) => of === id && state === 'charting' && served?.id !== patient.id)
  // The monitor that serves this patient, else one that answers and serves nobody else.
  const free = monitors.filter(({ id }) => !isElsewhere(id))
  const first = monitors.find(({ id }) => id === own?.device) ?? free.find(({ state }) => state === 'open') ?? free[0] ?? monitors[0]
  if (!may || !first) return null
  const read = async (from: string) => {
    setDevice(from)
    setTaken(null)
    setFiled(null)
    const answer = await take({ device: from, patient: patient.id })
    if (answer.ok) setTaken({ reading: answer.value, key: newKey() })
  }
  return (
    <>
      <Button onClick={() => void read(first.id)}>{monitors.length === 1 ? t('read', { device: first.name }) : t('read.choose')}</Button>
      <span role="status" className="faint">
        {filed ? `${t('read.filed')}: ${filed.values.map(({ code, value }) => `${vitalName(code)} ${valueOf(code, value)} ${unitOf(code)}`).join(', ')}` : ''}
      </span>
      {device === null ? null : (
        <ReadingDialog patient={patient} monitors={monitors} device={device} taken={taken} isStream={streams.some(({ device: of }) => of === device)} busy={taking.busy} problem={taking.problem} onRead={(from) => void read(from)} onFiled={setFiled} onClose={() => setDevice(null)} />
      )}
    </>
  )
}

interface DialogProps extends Props {
  readonly monitors: readonly DeviceEntry[]
  readonly device: string
  /** The reading, and the key under which it is filed once. */
  readonly taken: { readonly reading: Reading; readonly key: string } | null
  /** A monitor shows a cuff's pressure until the next one: nobody can tell from here how old it is. */
  readonly isStream: boolean
  readonly busy: boolean
  readonly problem: Problem | undefined
  readonly onRead: (device: string) => void
  readonly onFiled: (reading: Reading) => void
  readonly onClose: () => void
}

/** The values, whose they would be, and one button that files them. */
const ReadingDialog = ({ patient, monitors, device, taken, isStream, busy, problem, onRead, onFiled, onClose }: DialogProps) => {
  const [confirm, confirming] = useAct('confirmReading')
  const { value: inventory } = useAnswer('listInventory')
  const submit = async () => {
    if (busy || confirming.busy || !taken) return
    const answer = await confirm({ key: taken.key, patient: patient.id, reading: taken.reading.id })
    if (!answer.ok) return
    onFiled(taken.reading)
    onClose()
  }
  const again = (from: string) => {
    confirming.clear()
    onRead(from)
  }
  return (
    <Dialog
      title={t('read.title', { name: displayName(patient) })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      width={460}
      foot={
        <>
          <Button busy={busy} onClick={() => again(device)}>
            {t('read.again')}
          </Button>
          <span className="spread" />
          <Button kind="main" type="submit" busy={confirming.busy} disabled={!taken} keys="Ctrl+Enter">
            {t('read.confirm')}
          </Button>
        </>
      }
    >
      {monitors.length > 1 ? (
        <SelectField
          label={t('column.device')}
          value={device}
          options={monitors.map(({ id, name }) => ({ value: id, label: name }))}
          onChoose={again}
        />
      ) : null}
      {busy ? <Waiting>{t('read.taking')}</Waiting> : null}
      {taken ? (
        <>
          <dl className="reading" aria-label={t('read.values')}>
            {taken.reading.values.map(({ code, value }) => (
              <div key={code}>
                <dt>{vitalName(code)}</dt>
                <dd>
                  <span className="reading-value">{valueOf(code, value)}</span>&nbsp;{unitOf(code)}
                </dd>
              </div>
            ))}
          </dl>
          <p className="faint">{t('read.from', { device: taken.reading.deviceName, time: formatTime(taken.reading.at) })}</p>
          <CalibrationMark entry={inventory?.find((entry) => entry.device === taken.reading.device)} />
          {isStream && taken.reading.values.some(({ code }) => code === 'bp-systolic') ? <p>{t('read.pressure')}</p> : null}
          {taken.reading.bed === undefined ? null : <p>{t('read.bed', { bed: taken.reading.bed })}</p>}
        </>
      ) : null}
      {problem ? <ProblemNotice problem={problem} onAgain={() => again(device)} /> : null}
      {confirming.problem ? <ProblemNotice problem={confirming.problem} /> : null}
    </Dialog>
  )
}

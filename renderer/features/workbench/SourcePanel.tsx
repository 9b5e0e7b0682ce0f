import { useRef, useState } from 'react'
import { recordingLimit, type SerialSettings } from '../../../shared/contract'
import { clinic, useAnswer } from '../../client'
import { Button, Choice, Panel, ProblemNotice, SelectField, TextField } from '../../components'
import { LineSettings } from '../devices'
import { joined, useRecorder } from './useRecorder'
import { t } from './words'

interface Props {
  readonly size: number | undefined
  readonly serial: SerialSettings
  readonly onSerial: (serial: SerialSettings) => void
  /** `path`: where it came from, when a device can be paired there. */
  readonly onRecording: (recording: Uint8Array<ArrayBuffer>, path?: string) => void
  readonly onOther: () => void
}

const ways = () => (['port', 'trace', 'file'] as const).map((value) => ({ value, label: t(`source.${value}`) }))
const minutes = () => (['5', '60', '1440'] as const).map((value) => ({ value, label: t(`source.minutes.${value}`) }))
const other = '(other)'

/** Where the bytes come from: a port that is listened to, what the black box kept, or a file. */
export const SourcePanel = ({ size, serial, onSerial, onRecording, onOther }: Props) => {
  const [way, setWay] = useState<ReturnType<typeof ways>[number]['value']>('port')
  const [fault, setFault] = useState<string>()
  const take = (recording: Uint8Array<ArrayBuffer>, path?: string) => {
    setFault(recording.length === 0 ? t('source.nothing') : recording.length > recordingLimit ? t('source.large') : undefined)
    if (recording.length > 0 && recording.length <= recordingLimit) onRecording(recording, path)
  }
  if (size !== undefined) {
    return (
      <Panel id="workbench-source" title={t('source')}>
        <p role="status">{t('source.is', { count: size })}</p>
        <div>
          <Button onClick={onOther}>{t('source.other')}</Button>
        </div>
      </Panel>
    )
  }
  return (
    <Panel id="workbench-source" title={t('source')}>
      <p className="faint">{t('source.lead')}</p>
      <Choice label={t('source.from')} value={way} options={ways()} onChoose={setWay} />
      {way === 'port' ? <PortSource serial={serial} onSerial={onSerial} onRecording={take} /> : null}
      {way === 'trace' ? <TraceSource onRecording={take} /> : null}
      {way === 'file' ? <FileSource onRecording={take} /> : null}
      {fault === undefined ? null : <p role="alert">{fault}</p>}
    </Panel>
  )
}

const PortSource = ({ serial, onSerial, onRecording }: Pick<Props, 'serial' | 'onSerial' | 'onRecording'>) => {
  const ports = useAnswer('listPorts')
  const recorder = useRecorder()
  const [port, setPort] = useState('')
  const [typed, setTyped] = useState('')
  const free = (ports.value ?? []).filter(({ usedBy }) => usedBy === undefined)
  const chosen = port || (free[0]?.path ?? other)
  const path = chosen === other ? typed.trim() : chosen
  const isOpen = recorder.heard !== undefined
  return (
    <>
      <div className="workbench-row">
        <SelectField label={t('source.path')} disabled={isOpen} value={chosen} options={[...free.map(({ path: value, name }) => ({ value, label: value.endsWith(name) ? value : `${value} · ${name}` })), { value: other, label: '…' }]} onChoose={setPort} />
        {chosen === other ? <TextField label={t('source.path')} hint={t('source.path.hint')} disabled={isOpen} value={typed} maxLength={500} onText={setTyped} /> : null}
      </div>
      {isOpen ? null : <LineSettings serial={serial} onChange={onSerial} />}
      <div className="workbench-row">
        {isOpen ? (
          <Button kind="main" disabled={recorder.heard === 0} onClick={() => void recorder.end().then((bytes) => onRecording(bytes, path))}>
            {t('source.stop-recording')}
          </Button>
        ) : (
          <Button kind="main" disabled={path === ''} onClick={() => void recorder.begin(path, serial)}>
            {t('source.record')}
          </Button>
        )}
        {isOpen ? <span role="status">{recorder.heard === 0 ? t('source.waiting') : t('source.heard', { count: recorder.heard ?? 0 })}</span> : null}
      </div>
      {recorder.problem ? <ProblemNotice problem={recorder.problem} /> : null}
    </>
  )
}

const TraceSource = ({ onRecording }: Pick<Props, 'onRecording'>) => {
  const traces = useAnswer('listTraces')
  const [chosen, choose] = useState('')
  const [past, setPast] = useState<ReturnType<typeof minutes>[number]['value']>('60')
  const lines = (traces.value ?? []).filter(({ bytes }) => bytes > 0)
  const line = lines.find((each) => each.line === chosen) ?? lines[0]
  const take = async () => {
    if (!line) return
    const page = await clinic.openTrace({ line: line.line, from: new Date(Date.now() - Number(past) * 60_000).toISOString() })
    const pieces = page.ok ? page.value.pieces.flatMap((piece) => ('bytes' in piece && piece.from === 'device' ? [piece.bytes] : [])) : []
    onRecording(joined(pieces), line.profile === undefined ? line.path : undefined)
  }
  if (traces.problem) return <ProblemNotice problem={traces.problem} onAgain={traces.refresh} />
  if (traces.value && !line) return <p className="faint">{t('source.line.none')}</p>
  return (
    <div className="workbench-row">
      <SelectField label={t('source.line')} value={line?.line ?? ''} options={lines.map(({ line: value, name }) => ({ value, label: name }))} onChoose={choose} />
      <SelectField label={t('source.minutes')} value={past} options={minutes()} onChoose={setPast} />
      <Button kind="main" disabled={!line} onClick={() => void take()}>
        {t('source.take')}
      </Button>
    </div>
  )
}

const FileSource = ({ onRecording }: Pick<Props, 'onRecording'>) => {
  const input = useRef<HTMLInputElement>(null)
  return (
    <div>
      <Button kind="main" onClick={() => input.current?.click()}>
        {t('source.choose')}
      </Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('source.choose')}
        onChange={({ target }) => {
          const file = target.files?.[0]
          target.value = ''
          if (file) void file.arrayBuffer().then((bytes) => onRecording(new Uint8Array(bytes)))
        }}
      />
    </div>
  )
}

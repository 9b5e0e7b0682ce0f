import { useState } from 'react'
import type { SerialSettings, TraceLine } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, Choice, Empty, formatSize, formatWhen, Mark, ProblemNotice, SelectField, TextField, useScreen, Waiting } from '../../components'
import { common } from '../../../resources/locales/en/common'
import { PieceLog, shownOptions, type Shown } from './PieceLog'
import { ReplayPanel } from './ReplayPanel'
import { SavePanel } from './SavePanel'
import { SendForm } from './SendForm'
import { useOpenPort, useWatched, type LineView, type OpenPort } from './useLine'
import { t } from './words'
import './terminal.css'

const speeds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const
const usual: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }
const other = 'other'

/** Every byte of a line: a device's is watched, a free port is opened and sent to. */
export const TerminalScreen = ({ line: first = '' }: { /** Shown at once. */ readonly line?: string }) => {
  const lines = useAnswer('listTraces')
  const who = useWho()
  const mayOpen = who?.actions.includes('device.pair') ?? false
  const [chosen, choose] = useState(first)
  useScreen('terminal', lines.value !== undefined || lines.problem !== undefined)
  const line = lines.value?.find((each) => each.line === chosen)
  const isDevice = line?.profile !== undefined
  return (
    <section className="filling" aria-labelledby="terminal-title">
      <header className="screen-head">
        <h1 id="terminal-title">{t('title')}</h1>
      </header>
      <div className="terminal-body">
        <p className="faint">{t('lead')}</p>
        {lines.problem ? <ProblemNotice problem={lines.problem} onAgain={lines.refresh} /> : null}
        {lines.loading ? <Waiting>{common.waiting}</Waiting> : null}
        {lines.value ? (
          <SelectField
            label={t('line')}
            value={chosen}
            options={[
              { value: '', label: t('line.none') },
              ...lines.value.filter(({ profile }) => profile !== undefined || mayOpen).map(({ line: value, name, path }) => ({ value, label: name === path ? path : `${name} · ${path}` })),
              ...(mayOpen ? [{ value: other, label: t('line.other') }] : []),
            ]}
            onChoose={choose}
          />
        ) : null}
        {lines.value && chosen === '' ? (
          <>
            <Empty title={t('line.none')}>{t('line.none.text')}</Empty>
            <ReplayPanel />
          </>
        ) : null}
        {line && isDevice ? <Watched key={line.line} line={line} /> : null}
        {(line && !isDevice) || chosen === other ? <FreePort key={chosen} path={line?.path} /> : null}
      </div>
    </section>
  )
}

const Watched = ({ line }: { readonly line: TraceLine }) => {
  const view = useWatched(line.line)
  return (
    <>
      <p className="faint">
        {t('watch')} {line.from && line.to ? t('recorded', { from: formatWhen(line.from), to: formatWhen(line.to), size: formatSize(line.bytes) }) : t('recorded.none')}
      </p>
      <View view={view} />
      <div className="terminal-panels">
        <SavePanel line={line.line} />
        <ReplayPanel line={line.line} />
      </div>
    </>
  )
}

/** A port that no device uses; with a path that is typed where none is given. */
const FreePort = ({ path: given }: { readonly path: string | undefined }) => {
  const port = useOpenPort()
  const [typed, setTyped] = useState('')
  const [serial, setSerial] = useState(usual)
  const path = given ?? typed.trim()
  return (
    <>
      <div className="terminal-port">
        {given === undefined ? <TextField label={t('line.path')} hint={t('line.path.hint')} value={typed} maxLength={500} disabled={port.line !== undefined} onText={setTyped} /> : null}
        <Settings serial={serial} onChange={setSerial} disabled={port.line !== undefined} />
        {port.line ? (
          <Button onClick={() => void port.close()}>{t('close')}</Button>
        ) : (
          <Button kind="main" busy={port.busy} disabled={path === ''} onClick={() => void port.open(path, serial)}>
            {t('open')}
          </Button>
        )}
        {port.line ? <PortState port={port} /> : null}
      </div>
      {port.line ? <SendForm port={port} /> : null}
      <View view={port} />
      {path === '' ? null : (
        <div className="terminal-panels">
          <SavePanel line={path} />
        </div>
      )}
    </>
  )
}

const PortState = ({ port: { line } }: { readonly port: OpenPort }) =>
  line ? (
    <span role="status">
      <Mark tone={line.state === 'open' ? 'accent' : 'plain'} sign={line.state === 'open' ? '●' : '○'}>
        {t(`state.${line.state}`)}
      </Mark>{' '}
      {line.problem ? t(`state.problem.${line.problem}`) : null}
    </span>
  ) : null

interface SettingsProps {
  readonly serial: SerialSettings
  readonly onChange: (serial: SerialSettings) => void
  readonly disabled: boolean
}

const Settings = ({ serial, onChange, disabled }: SettingsProps) => (
  <>
    <SelectField label={t('speed')} disabled={disabled} value={String(serial.baudRate)} options={speeds.map((speed) => ({ value: String(speed), label: String(speed) }))} onChoose={(speed) => onChange({ ...serial, baudRate: Number(speed) })} />
    <SelectField label={t('bits')} disabled={disabled} value={serial.dataBits === 7 ? '7' : '8'} options={[{ value: '8', label: '8' }, { value: '7', label: '7' }]} onChoose={(bits) => onChange({ ...serial, dataBits: bits === '7' ? 7 : 8 })} />
    <SelectField label={t('parity')} disabled={disabled} value={serial.parity} options={(['none', 'even', 'odd'] as const).map((value) => ({ value, label: t(`parity.${value}`) }))} onChoose={(parity) => onChange({ ...serial, parity })} />
    <SelectField label={t('stop')} disabled={disabled} value={serial.stopBits === 2 ? '2' : '1'} options={[{ value: '1', label: '1' }, { value: '2', label: '2' }]} onChoose={(stop) => onChange({ ...serial, stopBits: stop === '2' ? 2 : 1 })} />
  </>
)

/** The log with its choices: how bytes are written, hold still, clear. */
const View = ({ view }: { readonly view: LineView }) => {
  const [shown, setShown] = useState<Shown>('text')
  const [held, hold] = useState<LineView['rows']>()
  return (
    <>
      {view.problem ? <ProblemNotice problem={view.problem} /> : null}
      <div className="terminal-choices">
        <Choice label={t('show')} value={shown} options={shownOptions()} onChoose={setShown} />
        <Button aria-pressed={held !== undefined} onClick={() => hold(held ? undefined : view.rows)}>
          {held ? t('go-on') : t('hold')}
        </Button>
        <Button
          onClick={() => {
            hold(undefined)
            view.clear()
          }}
        >
          {t('clear')}
        </Button>
        {held ? <span className="faint" role="status">{t('held')}</span> : null}
      </div>
      {view.isCut ? <p className="faint">{t('older')}</p> : null}
      <PieceLog rows={held ?? view.rows} shown={shown} label={t('log')} follows={held === undefined} />
    </>
  )
}

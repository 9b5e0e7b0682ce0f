import { useEffect, useState, type ReactNode } from 'react'
import type { DeviceEntry, Reading } from '../../../shared/contract'
import { useAct, useAnswer, useEvent, usePractice, useWho } from '../../client'
import { Button, ConfirmDialog, Dialog, Empty, formatDayTime, formatTime, hasDraft, Mark, ProblemNotice, ScrollRegion, SelectField, TextField, useKeys, useScreen, Waiting, type Tone } from '../../components'
import { unitOf, valueOf, vitalName } from '../language'
import { OwnProfiles } from './OwnProfiles'
import { CalibrationMark, UpkeepDialog, Use } from './inventory'
import { t as inventoryWords } from './inventory/words'
import { PairWizard } from './wizard'
import { said, t } from './words'
import './devices.css'

/** How often the list of ports is asked for: a plugged-in adapter shows within two seconds. */
const portsMs = 1_500
/** How often what devices have sent is counted up for the list. */
const inventoryMs = 10_000
const virtualProfiles = ['sysmex-xn', 'contec-cms50'] as const

type Over = { readonly what: 'none' } | { readonly what: 'pair' } | { readonly what: 'unpair' | 'simulate' | 'upkeep'; readonly device: DeviceEntry }

/** What is plugged in, what is paired, how it is doing. */
export const DevicesScreen = ({ children }: { readonly children?: ReactNode }) => {
  const who = useWho()
  const practice = usePractice()
  const mayPair = who?.actions.includes('device.pair') ?? false
  const training = practice?.state === 'open' && practice.practice.training
  const devices = useAnswer('listDevices')
  const ports = useAnswer('listPorts', undefined, { keepPrevious: true })
  const inventory = useAnswer('listInventory', undefined, { keepPrevious: true })
  const entryOf = (device: string) => inventory.value?.find((entry) => entry.device === device)
  const [live, setLive] = useState<ReadonlyMap<string, Reading>>(new Map())
  const [over, setOver] = useState<Over>({ what: 'none' })
  const [attach, attaching] = useAct('attachSimulator')
  useScreen('devices', devices.value !== undefined || devices.problem !== undefined)
  useEvent('readingChanged', (reading) => setLive((before) => new Map(before).set(reading.device, reading)))
  const { refresh: readPorts } = ports
  const { refresh: readDevices } = devices
  const { refresh: readInventory } = inventory
  useEffect(() => {
    const timer = setInterval(readInventory, inventoryMs)
    return () => clearInterval(timer)
  }, [readInventory])
  const count = devices.value?.length
  // What was paired a moment ago has an entry, too.
  useEffect(readInventory, [readInventory, count])
  useEffect(() => {
    const timer = setInterval(() => {
      readPorts()
      readDevices()
    }, portsMs)
    return () => clearInterval(timer)
  }, [readPorts, readDevices])
  const pair = () => setOver({ what: 'pair' })
  useKeys(t('keys.title'), mayPair ? [{ keys: 'Ctrl+N', does: t('pair'), run: pair }] : [])
  const close = () => setOver({ what: 'none' })
  const missing = training && mayPair ? virtualProfiles.filter((profile) => !devices.value?.some((device) => device.simulated && device.profile === profile)) : []

  return (
    <section className="filling" aria-labelledby="devices-title">
      <header className="screen-head">
        <h1 id="devices-title">{t('title')}</h1>
        <span className="spread" />
        {missing.map((profile) => (
          <Button key={profile} busy={attaching.busy} onClick={() => void attach({ profile })}>
            {t(`attach.${profile}`)}
          </Button>
        ))}
        {mayPair ? (
          <Button kind="main" onClick={pair} keys="Ctrl+N">
            {t('pair')}
            {hasDraft('pair-device') ? ' …' : ''}
          </Button>
        ) : null}
      </header>
      <ScrollRegion className="devices-body" aria-label={t('body')}>
        <p className="faint">{t('lead')}</p>
        {devices.problem ? <ProblemNotice problem={devices.problem} onAgain={devices.refresh} /> : null}
        {inventory.problem ? <ProblemNotice problem={inventory.problem} onAgain={inventory.refresh} /> : null}
        {attaching.problem ? <ProblemNotice problem={attaching.problem} /> : null}
        {devices.loading ? <Waiting>…</Waiting> : null}
        {devices.value?.length === 0 ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
        {devices.value && devices.value.length > 0 ? (
          <div className="panel devices-table">
            <table className="table">
              <caption className="visually-hidden">{t('caption')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('column.device')}</th>
                  <th scope="col">{t('column.port')}</th>
                  <th scope="col">{t('column.state')}</th>
                  <th scope="col">{t('column.heard')}</th>
                  {mayPair ? <th scope="col">{t('column.act')}</th> : null}
                </tr>
              </thead>
              <tbody>
                {devices.value.map((device) => (
                  <tr key={device.id}>
                    <th scope="row" className="devices-name">
                      {device.name} {device.simulated ? <Mark tone="training">{t('virtual')}</Mark> : null}
                      {device.place ? <div className="faint">{device.place}</div> : null}
                      <CalibrationMark entry={entryOf(device.id)} />
                    </th>
                    <td>
                      {device.simulated ? <span className="faint">{t('path.virtual')}</span> : <code className="devices-path">{device.path}</code>}
                    </td>
                    <td>
                      <StateMark device={device} />
                      {device.category === 'vitals' && device.state === 'open' ? <Numbers reading={live.get(device.id)} /> : null}
                    </td>
                    <td className="devices-heard">
                      {heardAt(device, entryOf(device.id)?.lastHeard)}
                      <Use entry={entryOf(device.id)} />
                    </td>
                    {mayPair ? (
                      <td className="devices-acts">
                        {device.simulated && device.category === 'analyser' ? <Button onClick={() => setOver({ what: 'simulate', device })}>{t('simulate')}</Button> : null}
                        {who?.actions.includes('trace.read') ? (
                          <a className="button" data-kind="quiet" href={`#/terminal/${device.id}`} aria-label={`${t('watch')} ${device.name}`}>
                            {t('watch')}
                          </a>
                        ) : null}
                        {/* Not before it is known what is kept of it: what stands empty in the dialog is taken away. */}
                        <Button kind="quiet" disabled={entryOf(device.id) === undefined} onClick={() => setOver({ what: 'upkeep', device })} aria-label={inventoryWords('edit.named', { name: device.name })}>
                          {inventoryWords('edit')}
                        </Button>
                        <Button kind="quiet" onClick={() => setOver({ what: 'unpair', device })} aria-label={`${t('unpair')} ${device.name}`}>
                          {t('unpair')}
                        </Button>
                      </td>
                    ) : null}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : null}
        <section className="panel" aria-labelledby="ports-title">
          <div className="panel-head">
            <h2 id="ports-title">{t('ports')}</h2>
          </div>
          <div className="panel-body">
            {ports.problem ? <ProblemNotice problem={ports.problem} /> : null}
            {ports.value?.length === 0 ? <p className="faint">{t('ports.none')}</p> : null}
            <ul className="devices-ports">
              {ports.value?.map((port) => (
                <li key={port.path}>
                  <code className="devices-path">{port.path}</code> {port.path.endsWith(port.name) ? null : <span>{port.name}</span>} <Mark>{said(`port.${port.kind}`)}</Mark>{' '}
                  {port.usedBy ? <span className="faint">{t('ports.used', { name: port.usedBy })}</span> : null}
                </li>
              ))}
            </ul>
          </div>
        </section>
        {mayPair ? <OwnProfiles /> : null}
        {training && mayPair ? <AttachVirtual /> : null}
        {children}
      </ScrollRegion>
      {over.what === 'pair' ? <PairWizard ports={ports.value ?? (ports.problem ? [] : undefined)} devices={devices.value ?? []} onClose={close} /> : null}
      {over.what === 'unpair' ? <UnpairDialog device={over.device} onClose={close} /> : null}
      {over.what === 'upkeep' ? <UpkeepDialog device={over.device} entry={entryOf(over.device.id)} onClose={close} /> : null}
      {over.what === 'simulate' ? <SimulateDialog device={over.device} onClose={close} /> : null}
    </section>
  )
}

/** Training: any kind of device that there is a profile for, without the device. */
const AttachVirtual = () => {
  const profiles = useAnswer('listProfiles')
  const [chosen, choose] = useState('')
  const [attach, { busy, problem }] = useAct('attachSimulator')
  const profile = chosen || (profiles.value?.[0]?.id ?? '')
  return (
    <section className="panel" aria-labelledby="attach-title">
      <div className="panel-head">
        <h2 id="attach-title">{t('attach')}</h2>
      </div>
      <div className="panel-body devices-form">
        <SelectField label={t('attach.profile')} value={profile} options={(profiles.value ?? []).map(({ id, maker, model }) => ({ value: id, label: `${maker} ${model}` }))} onChoose={choose} />
        <div>
          <Button busy={busy} disabled={profile === ''} onClick={() => void attach({ profile })}>
            {t('attach.save')}
          </Button>
        </div>
        {profiles.problem ? <ProblemNotice problem={profiles.problem} onAgain={profiles.refresh} /> : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </section>
  )
}

/** When a device was heard last, also before this start of the application. */
const heardAt = (device: DeviceEntry, before: string | undefined): string => {
  const at = device.lastHeard ?? before
  return at === undefined ? t('heard.never') : formatTimeOf(at)
}

const formatTimeOf = (instant: string): string => (new Date(instant).toDateString() === new Date().toDateString() ? formatTime(instant) : formatDayTime(instant))

const tones: Readonly<Record<DeviceEntry['state'], Tone>> = { open: 'accent', waiting: 'plain', stopped: 'plain' }
const signs: Readonly<Record<DeviceEntry['state'], string>> = { open: '●', waiting: '○', stopped: '–' }

const StateMark = ({ device }: { readonly device: DeviceEntry }) => (
  <>
    <Mark tone={tones[device.state]} sign={signs[device.state]}>
      {t(`state.${device.state}`)}
    </Mark>
    {device.problem ? <div className="faint">{said(`problem.${device.problem}`)}</div> : null}
  </>
)

/** A number with its unit, which no line end parts; those whose unit does not name them with their name. */
const inWords = ({ code, value }: Reading['values'][number]): string => `${code === 'pulse' ? '' : `${vitalName(code)} `}${valueOf(code, value)} ${unitOf(code)}`.replaceAll(' ', '\u00a0')

/** Live numbers: unknown is said in words, never shown as an old number. */
const Numbers = ({ reading }: { readonly reading: Reading | undefined }) => {
  if (!reading) return null
  if (!reading.usable) return <div className="faint">{t('probe-off')}</div>
  return <div className="devices-live">{reading.values.map(inWords).join(' · ')}</div>
}

const UnpairDialog = ({ device, onClose }: { readonly device: DeviceEntry; readonly onClose: () => void }) => {
  const [unpair, { busy, problem }] = useAct('unpairDevice')
  const act = async () => (await unpair({ device: device.id })).ok
  return (
    <ConfirmDialog title={t('unpair.title', { name: device.name })} act={t('unpair')} leave={t('cancel')} onAct={act} onClose={onClose} busy={busy} problem={problem}>
      <p>{t('unpair.text')}</p>
    </ConfirmDialog>
  )
}

const SimulateDialog = ({ device, onClose }: { readonly device: DeviceEntry; readonly onClose: () => void }) => {
  const [accession, setAccession] = useState('')
  const [simulate, { busy, problem }] = useAct('simulateResult')
  const submit = async () => {
    if (!busy && (await simulate({ device: device.id, accession: accession.trim() })).ok) onClose()
  }
  return (
    <Dialog
      title={t('simulate.title')}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      save={{ label: t('simulate.send'), busy }}
    >
      <div className="devices-form">
        <p>{t('simulate.text')}</p>
        <TextField label={t('simulate.accession')} hint={t('simulate.hint')} value={accession} maxLength={20} onText={setAccession} data-autofocus />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

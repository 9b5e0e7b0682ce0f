import { useEffect, useId, useState } from 'react'
import type { BluetoothDevice } from '../../../shared/contract'
import { useAct, useAnswer } from '../../client'
import { Button, Empty, Mark, Panel, ProblemNotice, Waiting } from '../../components'
import { PairingPart } from './PairingPart'
import { t } from './words'
import './bluetooth.css'

/** How often the state is asked for while the panel is open. */
const askMs = 1_000

interface Props {
  /** A device that is paired with this computer was chosen, by the path under which it can be paired here. */
  readonly onChoose: (path: string, device: BluetoothDevice) => void
}

/** Bluetooth of this computer: look for devices, pair one, choose one. */
export const BluetoothPanel = ({ onChoose }: Props) => {
  const title = useId()
  const state = useAnswer('bluetoothState', undefined, { keepPrevious: true })
  const [find, finding] = useAct('findBluetooth')
  const [pair, pairingAct] = useAct('pairBluetooth')
  const [answer, answering] = useAct('answerBluetooth')
  const [forget, forgetting] = useAct('forgetBluetooth')
  const [leaving, setLeaving] = useState<string>()
  const { refresh, value, problem } = state
  useEffect(() => {
    const timer = setInterval(refresh, askMs)
    return () => clearInterval(timer)
  }, [refresh])

  const isUsable = value?.state === 'ready' || value?.state === 'off'
  const problems = [problem, finding.problem, pairingAct.problem, answering.problem, forgetting.problem].filter((each) => each !== undefined && each !== null)
  const nameOf = (address: string) => value?.devices.find((device) => device.address === address)?.name ?? address
  return (
    <Panel
      id={title}
      title={t('title')}
      actions={
        isUsable ? (
          <>
            <span className="spread" />
            <Button busy={finding.busy} onClick={() => void find({ on: !value.isSearching }).then(refresh)}>
              {t(value.isSearching ? 'stop' : 'find')}
            </Button>
          </>
        ) : null
      }
    >
      {!value && !problem ? <Waiting>{t('reading')}</Waiting> : null}
      {problems.length > 0 ? <ProblemNotice problem={problems[0]!} onAgain={refresh} /> : null}
      {value?.state === 'none' || value?.state === 'system' || value?.state === 'off' ? <p className="faint">{t(value.state)}</p> : null}
      {value?.isSearching ? <p role="status">{t('finding')}</p> : null}
      {value?.pairing ? (
        <PairingPart
          pairing={value.pairing}
          name={nameOf(value.pairing.address)}
          busy={answering.busy}
          onAnswer={(accept, code) => void answer({ address: value.pairing!.address, accept, ...(code === undefined ? {} : { code }) }).then(refresh)}
        />
      ) : null}
      {isUsable && value.devices.length === 0 && !value.isSearching ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
      {isUsable && value.devices.length > 0 ? (
        <ul className="bluetooth-list" aria-label={t('list')}>
          {value.devices.map((device) => (
            <li key={device.address} className="bluetooth-device">
              <span className="bluetooth-name">{device.name}</span>
              <code className="faint">{device.address}</code>
              {device.isPaired ? <Mark tone="done" sign="✓">{t('paired')}</Mark> : null}
              {device.hasSerialPort ? <Mark>{t('serial')}</Mark> : null}
              {device.signalDbm === undefined ? null : <Mark>{t('near')}</Mark>}
              <span className="bluetooth-acts">
                {leaving === device.address ? (
                  <>
                    <span role="status">{t('forget.sure', { name: device.name })}</span>
                    <Button
                      kind="main"
                      busy={forgetting.busy}
                      onClick={() => {
                        setLeaving(undefined)
                        void forget({ address: device.address }).then(refresh)
                      }}
                    >
                      {t('forget.yes')}
                    </Button>
                    <Button autoFocus onClick={() => setLeaving(undefined)}>
                      {t('keep')}
                    </Button>
                  </>
                ) : device.isPaired ? (
                  <>
                    <Button aria-label={t('use.named', { name: device.name })} onClick={() => onChoose(device.path, device)}>
                      {t('use')}
                    </Button>
                    <Button aria-label={t('calls.named', { name: device.name })} onClick={() => onChoose(device.callsPath, device)}>
                      {t('calls')}
                    </Button>
                    <Button kind="quiet" aria-label={t('forget.named', { name: device.name })} onClick={() => setLeaving(device.address)}>
                      {t('forget')}
                    </Button>
                  </>
                ) : (
                  <Button
                    busy={pairingAct.busy}
                    disabled={value.pairing?.state === 'working'}
                    aria-label={t('pair.named', { name: device.name })}
                    onClick={() => void pair({ address: device.address }).then(refresh)}
                  >
                    {t('pair')}
                  </Button>
                )}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {isUsable && value.devices.some(({ isPaired }) => isPaired) ? <p className="faint">{t('calls.hint')}</p> : null}
    </Panel>
  )
}

import { useState } from 'react'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Panel, ProblemNotice, SelectField } from '../../components'
import { t } from './words'

const speeds = ['9600', '19200', '38400', '57600', '115200'] as const

/** Which serial port of this computer a scanner is at; nothing is drawn where nobody may say so. */
export const SerialScannerPanel = () => {
  const may = useWho()?.actions.includes('device.pair') ?? false
  const ports = useAnswer('listPorts', undefined, { skip: !may })
  const { value: scanner } = useAnswer('readSerialScanner', undefined, { skip: !may })
  const [chosen, setChosen] = useState<string>()
  const [speed, setSpeed] = useState<(typeof speeds)[number]>('9600')
  const [set, { busy, problem }] = useAct('setSerialScanner')
  if (!may || scanner === undefined) return null
  const serial = (ports.value ?? []).filter(({ kind }) => kind === 'serial')
  const path = chosen ?? scanner?.path ?? ''
  return (
    <Panel id="serial-scanner" title={t('serial')}>
      <p className="faint">{t('serial.text')}</p>
      {scanner ? <p role="status">{t(scanner.state === 'open' ? 'serial.open' : 'serial.closed', { port: scanner.path })}</p> : null}
      <SelectField label={t('serial.port')} value={path} onChoose={setChosen} options={[{ value: '', label: t('serial.none') }, ...serial.map((port) => ({ value: port.path, label: port.name })), ...(path !== '' && !serial.some((port) => port.path === path) ? [{ value: path, label: path }] : [])]} />
      <SelectField label={t('serial.baud')} value={speed} onChoose={setSpeed} options={speeds.map((value) => ({ value, label: value }))} />
      <div>
        <Button busy={busy} disabled={path === ''} onClick={() => void set({ scanner: { path, baudRate: Number(speed) } })}>
          {t('serial.save')}
        </Button>{' '}
        {scanner ? (
          <Button kind="quiet" disabled={busy} onClick={() => void set({ scanner: null }).then(() => setChosen(undefined))}>
            {t('serial.off')}
          </Button>
        ) : null}
      </div>
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Panel>
  )
}

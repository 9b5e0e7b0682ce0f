import type { SerialSettings } from '../../../../shared/contract'
import { SelectField } from '../../../components'
import { said, t } from '../words'

const speeds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const

interface Props {
  readonly serial: SerialSettings
  /** Only for the eye: the label stays for the screen reader. */
  readonly hideLabel?: boolean
  readonly onChange: (serial: SerialSettings) => void
}

/** Speed, data bits, parity and stop bits. */
export const LineSettings = ({ serial, hideLabel, onChange }: Props) => {
  const change = (part: Partial<SerialSettings>) => onChange({ ...serial, ...part })
  const known: readonly number[] = speeds
  return (
    <fieldset className="devices-line">
      <legend className={hideLabel ? 'visually-hidden' : 'field-label'}>{t('pair.line')}</legend>
      <SelectField
        label={t('pair.baud')}
        value={String(serial.baudRate)}
        options={[...(known.includes(serial.baudRate) ? [] : [serial.baudRate]), ...known].map((speed) => ({ value: String(speed), label: String(speed) }))}
        onChoose={(value) => change({ baudRate: Number(value) })}
      />
      <SelectField label={t('pair.data')} value={String(serial.dataBits)} options={['7', '8'].map((value) => ({ value, label: value }))} onChoose={(value) => change({ dataBits: value === '7' ? 7 : 8 })} />
      <SelectField
        label={t('pair.parity')}
        value={serial.parity}
        options={(['none', 'even', 'odd'] as const).map((value) => ({ value, label: said(`parity.${value}`) }))}
        onChoose={(parity) => change({ parity })}
      />
      <SelectField label={t('pair.stop')} value={String(serial.stopBits)} options={['1', '2'].map((value) => ({ value, label: value }))} onChoose={(value) => change({ stopBits: value === '2' ? 2 : 1 })} />
    </fieldset>
  )
}

/** Settings as a technician says them: `9600, 8 bits, parity none, 1 stop bit`. */
export const settingsInWords = ({ baudRate, dataBits, parity, stopBits }: SerialSettings): string =>
  t('listen.settings', { baud: baudRate, data: dataBits, parity: said(`parity.${parity}`), stop: stopBits })

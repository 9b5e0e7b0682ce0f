import { encodeText } from '../../../shared/standards/astm'
import { writeMessage } from '../../../shared/standards/hl7'
import type { VitalNumbers } from '../framers'
import type { VitalsProfile } from '../profiles'
import { astmTime } from './bloodCount'

type MonitorProfile = Extract<VitalsProfile, { protocol: 'vital-hl7' }>

/** What one message of a monitor or central station is about. */
export interface VitalMessage {
  readonly numbers: VitalNumbers
  readonly at: Date
  /** MSH-10. */
  readonly id: string
  /** As the station names it: point of care, then bed (`ICU/5`). */
  readonly bed: string
  /** MSH-11: production, training, debugging. */
  readonly processing?: 'P' | 'T' | 'D'
}

/** ORU^R01 with the numbers of one bed, in the codes and units of the profile. */
export const vitalMessage = ({ codes, units, model, maker }: MonitorProfile, { numbers, at, id, bed, processing = 'P' }: VitalMessage): Uint8Array => {
  const spelled = new Map<string, string>(Object.entries(codes).map(([code, vital]) => [vital, code]))
  const unit = Object.entries(units).find(([, from]) => from === '1')?.[0] ?? ''
  const [ward = '', place = ''] = bed.split('/')
  const sent = (Object.entries(numbers) as [keyof VitalNumbers, number][]).filter(([vital]) => spelled.has(vital))
  return encodeText(
    writeMessage([
      ['MSH', model, maker, undefined, undefined, astmTime(at), undefined, ['ORU', 'R01', 'ORU_R01'], id, processing, '2.6', undefined, undefined, 'AL', 'NE', undefined, 'UNICODE UTF-8'],
      ['PID', 1],
      ['PV1', 1, 'I', [ward, undefined, place]],
      ['OBR', 1, undefined, undefined, ['182777000', 'monitoring of patient', 'SCT'], undefined, undefined, astmTime(at)],
      ...sent.map(([vital, value], index) => ['OBX', index + 1, 'NM', [spelled.get(vital)!, vital], undefined, String(value), unit, undefined, undefined, undefined, undefined, 'R'] as const),
    ]),
  )
}

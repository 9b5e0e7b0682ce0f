import type { MeasuredValues, MeasuredVital } from '../../../shared/contract'
import { overdueAt } from '../../../shared/records/device/upkeep'
import { vitalFault, vitalObservation } from '../../../shared/records/observation/vitalObservation'
import type { Replica } from '../../replica'
import type { VitalNumbers } from '..'
import { captureSystem } from '../inbox'

/** A row of numbers, and whose monitor it came from. */
export interface ChartedRow {
  /** Names the row: the same row, charted again after a crash, is one. */
  readonly key: string
  readonly patient: string
  /** ISO instant. */
  readonly at: string
  readonly values: MeasuredValues
  readonly device: { readonly id: string; readonly name: string; readonly profile: string }
  /** Journal references of the messages that it came in, where it came in messages. */
  readonly captures: readonly string[]
  /** Practitioner id of the person who filed it; absent: the monitor charts by itself, and nobody has looked at it. */
  readonly by?: string
}

/** References that an Observation carries; the messages of an interval. */
const mostCaptures = 60

/** The numbers that somebody can have. */
export const possibleValues = (numbers: VitalNumbers): MeasuredValues =>
  (Object.entries(numbers) as [MeasuredVital, number][]).filter(([code, value]) => !vitalFault(code, value)).map(([code, value]) => ({ code, value }))

/** Puts a row on a chart, all of it or nothing, and once however often it is done. */
export const chartRow = async ({ records }: Replica, { key, patient, at, values, device, captures, by }: ChartedRow): Promise<void> => {
  const calibrationWasDue = overdueAt((await records.get('Device', device.id))?.resource, at)
  const origin = { kind: 'device', device: device.name, profile: device.profile, deviceId: device.id, ...(calibrationWasDue === undefined ? {} : { calibrationWasDue }) } as const
  await records.addAll(
    values.map(({ code, value }) => ({
      type: 'Observation' as const,
      key: `feed/${key}/${code}`,
      resource: {
        ...vitalObservation({ subject: patient, code, value, effective: at, origin, ...(by === undefined ? {} : { performer: by }) }),
        ...(captures.length === 0 ? {} : { identifier: captures.slice(-mostCaptures).map((capture) => ({ system: captureSystem, value: capture })) }),
      },
    })),
    by ?? `device:${device.id}`,
  )
}

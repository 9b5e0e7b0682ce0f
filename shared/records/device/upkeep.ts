import type { Device } from 'fhir/r4'
import { localDay } from '../localDay'
import { extensions } from '../systems'

/** What a practice keeps of a device beside its name and place. */
export interface Upkeep {
  /** As it stands on the device. */
  readonly serialNumber?: string
  /** The last day on which its numbers may be relied on without a new calibration: YYYY-MM-DD. */
  readonly calibrationDue?: string
}

/** How a calibration stands: `soon` within {@link soonDays}. */
export type CalibrationState = 'unknown' | 'good' | 'soon' | 'overdue'

/** Days ahead in which somebody should order the calibration. */
const soonDays = 30
const dayMs = 86_400_000

/** What its record says. */
export const upkeepOf = (resource: Device): Upkeep => {
  const calibrationDue = resource.extension?.find(({ url }) => url === extensions.calibrationDue)?.valueDate
  return { ...(resource.serialNumber === undefined ? {} : { serialNumber: resource.serialNumber }), ...(calibrationDue === undefined ? {} : { calibrationDue }) }
}

/** The record with this upkeep; what is left out is taken away. */
export const withUpkeep = ({ serialNumber: _serial, extension = [], ...resource }: Device, { serialNumber, calibrationDue }: Upkeep): Device => {
  const others = extension.filter(({ url }) => url !== extensions.calibrationDue)
  const all = calibrationDue === undefined ? others : [...others, { url: extensions.calibrationDue, valueDate: calibrationDue }]
  return { ...resource, ...(serialNumber === undefined ? {} : { serialNumber }), ...(all.length === 0 ? {} : { extension: all }) }
}

/** The record of a device that people call so, and that stands there; an empty place is none. */
export const describedAs = ({ note: _place, ...resource }: Device, { name, place }: { readonly name: string; readonly place: string }): Device => ({
  ...resource,
  deviceName: [{ name, type: 'user-friendly-name' }],
  ...(place === '' ? {} : { note: [{ text: place }] }),
})

/** How a calibration stands on a day (YYYY-MM-DD). The day on which it is due still counts as good. */
export const calibrationOn = (day: string, due: string | undefined): CalibrationState => {
  if (due === undefined) return 'unknown'
  if (day > due) return 'overdue'
  return Date.parse(due) - Date.parse(day) <= soonDays * dayMs ? 'soon' : 'good'
}

/** The day on which the calibration of a device was due, where a reading at this instant comes after it. */
export const overdueAt = (resource: Device | undefined, at: string): string | undefined => {
  const due = resource && upkeepOf(resource).calibrationDue
  return due !== undefined && calibrationOn(localDay(at), due) === 'overdue' ? due : undefined
}

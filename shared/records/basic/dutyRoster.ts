import type { Basic, Extension } from 'fhir/r4'
import { extensions, systems } from '../systems'

/** One person on duty for alerts. */
export interface Duty {
  /** Practitioner id. */
  readonly practitioner: string
  /** Local time, HH:MM, on the day of the roster. */
  readonly from: string
  /** Local time, HH:MM; not later than `from`: on the next day. */
  readonly to: string
  /** 1 is told first, then 2, and so on. */
  readonly rank: number
}

/** Code of the `Basic` record of a day's roster. */
export const rosterCode = 'duty-roster'

/** Most duties of one day. */
export const mostDuties = 40

const clockTime = /^(?:[01]\d|2[0-3]):[0-5]\d$/
/** Stands for a duty that was taken out: two workstations' rosters are put together duty by duty, and the other's must not bring it back. */
const takenOut = 'none'

const partOf = ({ practitioner, from }: Pick<Duty, 'practitioner' | 'from'>): string => `${practitioner} ${from}`

/** Whether a text is a time of day. */
export const isClockTime = (text: string): boolean => clockTime.test(text)

/** The record of a day's roster, after the one before it. */
export const rosterRecord = (day: string, duties: readonly Duty[], before: Basic | undefined): Basic => {
  const parts = new Map<string, Extension>(
    (before ? rosterParts(before) : []).map(({ url }) => [url, { url, valueString: takenOut }]),
  )
  for (const duty of duties) parts.set(partOf(duty), { url: partOf(duty), valueString: `${duty.to} ${duty.rank}` })
  return {
    resourceType: 'Basic',
    code: { coding: [{ system: systems.basic, code: rosterCode }] },
    created: day,
    extension: [{ url: extensions.dutyRoster, extension: [...parts.values()] }],
  }
}

const rosterParts = (record: Basic): readonly Extension[] =>
  record.code.coding?.some(({ code }) => code === rosterCode) ? (record.extension?.find(({ url }) => url === extensions.dutyRoster)?.extension ?? []) : []

/** The duties in a record, the first to be told first; what is no duty is left out. */
export const dutiesOf = (record: Basic): Duty[] =>
  rosterParts(record)
    .flatMap(({ url, valueString = '' }): Duty[] => {
      const [practitioner = '', from = ''] = url.split(' ')
      const [to = '', rank = ''] = valueString.split(' ')
      return practitioner !== '' && isClockTime(from) && isClockTime(to) && /^\d{1,2}$/.test(rank) ? [{ practitioner, from, to, rank: Number(rank) }] : []
    })
    .sort((one, other) => one.rank - other.rank || (one.from < other.from ? -1 : 1))

/** Whether a duty of a day covers a moment, both given as local day and time. */
export const isOnDuty = ({ from, to }: Duty, day: string, at: { readonly day: string; readonly time: string; readonly dayBefore: string }): boolean => {
  const overnight = to <= from
  if (at.day === day) return at.time >= from && (overnight || at.time < to)
  return overnight && at.dayBefore === day && at.time < to
}

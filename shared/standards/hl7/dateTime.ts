import { parseDateTime as localOf, type LocalDateTime } from '../astm/value'

/** A time of HL7 (TS, DTM): local, unless the sender says how far from UTC it is. */
export interface Hl7DateTime extends LocalDateTime {
  /** Minutes east of UTC; absent: the sender's own time. */
  readonly offsetMinutes?: number
}

const shape = /^(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,6})?)?)?)?([+-]\d{4})?$/

/** Reads `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]` (2.A.22); what is left out counts as its beginning. Undefined: no real time. */
export const parseDateTime = (text: string): Hl7DateTime | undefined => {
  const [all, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', zone] = shape.exec(text.trim()) ?? []
  if (all === undefined) return undefined
  const local = localOf(`${year}${month}${day}${hour}${minute}${second}`)
  if (!local || zone === undefined) return local
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3))]
  if (hours > 14 || minutes > 59) return undefined
  return { ...local, offsetMinutes: (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) }
}

/** Writes a time to the second, local. */
export const writeDateTime = ({ year, month, day, hour, minute, second }: LocalDateTime): string =>
  [String(year).padStart(4, '0'), ...[month, day, hour, minute, second].map((part) => String(part).padStart(2, '0'))].join('')

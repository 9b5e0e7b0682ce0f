import type { Replica } from '../replica'
import type { PersonNames } from './names'

/** What every part of charting is built on. */
export interface ChartingParts {
  readonly replica: Replica
  readonly names: PersonNames
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** See {@link onePerKey}. */
  readonly once: <Value>(key: string, act: () => Promise<Value>, isKept: (value: Value) => boolean) => Promise<Value>
}

/** The person who does something: what `author` and `performer` become. */
export interface Actor {
  readonly practitioner: string
}

/** ISO instant of now. */
export const instantNow = (parts: Pick<ChartingParts, 'now'>): string => new Date(parts.now()).toISOString()

/** Today where this workstation stands, YYYY-MM-DD. */
export const localToday = (parts: Pick<ChartingParts, 'now'>): string => {
  const date = new Date(parts.now())
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The ISO instant in an envelope's stamp `2026-11-21T10:00:00.000Z-0000-A`. */
export const instantOfStamp = (at: string): string => at.slice(0, at.indexOf('Z') + 1)

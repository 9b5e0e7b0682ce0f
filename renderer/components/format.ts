/** Dates, times and numbers as people read them: `21-Nov-2026`, `14:05`, `0.5`. Digits are Latin in every language. */
import { format as words } from '../../resources/locales/en/format'
import { isolated, withoutIsolates } from './language'
import { wording } from './wording'

const t = wording(words)
const monthNumbers = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'] as const
/** Read whatever the language is: many forms and people write them so. */
const englishMonths = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const

const monthName = (month: number): string | undefined => {
  const number = monthNumbers[month - 1]
  return number && t(`month.${number}`)
}

const two = (value: number) => String(value).padStart(2, '0')

/** A FHIR date, whole or in part, never shifted by a time zone: `14-Jul-1945`, `Jul-1945`, `1945`. */
export const formatDate = (date: string): string => {
  const [year, month, day] = date.split('-')
  const name = monthName(Number(month))
  if (!year || !name) return year ?? ''
  return isolated(day ? `${day}-${name}-${year}` : `${name}-${year}`)
}

/** The day of an instant on this computer's clock. */
export const formatDay = (instant: string | Date): string => {
  const at = new Date(instant)
  return Number.isNaN(at.getTime()) ? '' : isolated(`${two(at.getDate())}-${monthName(at.getMonth() + 1)}-${at.getFullYear()}`)
}

/** The time of an instant on this computer's clock. */
export const formatTime = (instant: string | Date): string => {
  const at = new Date(instant)
  return Number.isNaN(at.getTime()) ? '' : `${two(at.getHours())}:${two(at.getMinutes())}`
}

/** Both. */
export const formatDayTime = (instant: string | Date): string => `${formatDay(instant)} ${formatTime(instant)}`.trim()

/** An instant in short: the time alone when it is today. */
export const formatWhen = (instant: string | Date): string =>
  new Date(instant).toDateString() === new Date().toDateString() ? formatTime(instant) : formatDayTime(instant)

/** `12 min ago`, only ever beside the absolute time; empty when it is in the future or long ago. */
export const formatAgo = (instant: string | Date, now: Date): string => {
  const minutes = Math.floor((now.getTime() - new Date(instant).getTime()) / 60_000)
  if (!(minutes >= 0)) return ''
  if (minutes < 1) return t('ago.now')
  if (minutes < 60) return t('ago.minutes', { count: minutes })
  if (minutes < 48 * 60) return t('ago.hours', { count: Math.floor(minutes / 60) })
  const days = Math.floor(minutes / 1440)
  return days < 60 ? t('ago.days', { count: days }) : ''
}

/** The month that a word says, whole or shortened, in the language of this window or in English; 0 when it is none or could be two. */
const monthOf = (word: string): number => {
  const bare = (text: string) => text.toLowerCase().normalize('NFKD').replace(/\p{M}|\./gu, '')
  const typed = bare(word)
  const own = monthNumbers.filter((number) => {
    const name = bare(t(`month.${number}`))
    return typed.startsWith(name) || (typed.length >= 3 && name.startsWith(typed))
  })
  return own.length === 1 ? Number(own[0]) : own.length > 1 ? 0 : englishMonths.findIndex((name) => typed.startsWith(name)) + 1
}

const valid = (year: number, month: number, day: number) => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** An age in years or in months, as the languages of the screens write it. */
const ageTyped = /^(\d{1,3})\s*(?:(y|yrs?|years?|a|ans?|سنة|سنوات)|m|mths?|months?|mois|شهر|شهرًا|أشهر)$/

/**
 * Reads a calendar date as people type it, day first: `14-Jul-1945`, `14/7/1945`, `14071945`, `7/1945`,
 * `Jul 1945`, `1945`, `1945-07-14`; an age (`61y`, `5m`) gives the year or the month of birth.
 * Answers a FHIR date, or null when it is none.
 */
export const readDate = (text: string, today: Date): string | null => {
  const typed = withoutIsolates(text).trim().toLowerCase()
  const age = ageTyped.exec(typed)
  if (age) {
    const count = Number(age[1])
    if (age[2] !== undefined) return count <= 130 ? String(today.getFullYear() - count) : null
    const month = new Date(today.getFullYear(), today.getMonth() - count, 1)
    return `${month.getFullYear()}-${two(month.getMonth() + 1)}`
  }
  const iso = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(typed)
  const parts = iso ? [iso[3], iso[2], iso[1]] : /^\d{8}$/.test(typed) ? [typed.slice(0, 2), typed.slice(2, 4), typed.slice(4)] : typed.split(/[\s./-]+/)
  const [day, month, year] = parts.length >= 3 ? parts : parts.length === 2 ? [undefined, ...parts] : [undefined, undefined, parts[0]]
  if (parts.length > 3 || !year || !/^\d{4}$/.test(year)) return null
  const y = Number(year)
  if (y < today.getFullYear() - 130 || y > today.getFullYear()) return null
  if (month === undefined) return year
  const m = /^\d{1,2}$/.test(month) ? Number(month) : monthOf(month)
  if (m < 1 || m > 12) return null
  if (day === undefined) return `${year}-${two(m)}`
  const d = Number(day)
  if (!/^\d{1,2}$/.test(day) || !valid(y, m, d)) return null
  const date = `${year}-${two(m)}-${two(d)}`
  return date > `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}` ? null : date
}

const steps = ['0', '1', '2', '3', '4'] as const

/** A size as people read it: `1.4 GB`, `812 kB`, `0 bytes`; powers of a thousand, as disks are sold. */
export const formatSize = (bytes: number): string => {
  const step = bytes < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return `${step === 0 || value >= 99.5 ? Math.round(value) : Number(value.toFixed(1))} ${t(`unit.${steps[step] ?? '0'}`)}`
}

/** A result value: the text as sent, and a number only where the text is one. */
export interface ResultValue {
  readonly text: string
  readonly value?: number
  readonly comparator?: '<' | '<=' | '>=' | '>'
}

// A leading plus is a grade of a strip ("+2"), never a sign; "1:40" is a titre.
const number = /^(<=|>=|<|>)?\s*(-?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?)$/

/**
 * Reads `8.13`, `  5.5`, `> 300`, `< 1.20`. Anything else (`-----`, `LL`, `Positive`, `1:40`, nothing at all)
 * is text without a number: a value that is missing is never 0.
 */
export const parseValue = (sent: string): ResultValue => {
  const text = sent.trim()
  const [, comparator, digits] = number.exec(text) ?? []
  if (digits === undefined) return { text }
  const value = Number(digits)
  if (!Number.isFinite(value)) return { text }
  return comparator === undefined ? { text, value } : { text, value, comparator: comparator as NonNullable<ResultValue['comparator']> }
}

/** A local date and time as E1394 writes it, `YYYYMMDD[HHMM[SS]]`; there is no zone in it. */
export interface LocalDateTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** Reads clause 5.6.2's date and time; undefined when it is empty or no real date. */
export const parseDateTime = (text: string): LocalDateTime | undefined => {
  const parts = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/.exec(text.trim())
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number]
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth || hour > 23 || minute > 59 || second > 59) return undefined
  return { year, month, day, hour, minute, second }
}

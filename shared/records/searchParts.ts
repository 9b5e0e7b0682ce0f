import type { CodeableConcept, Identifier, Period, Reference } from 'fhir/r4'

/** Unicode's decimal digits stand in runs of ten: how far a digit is from the beginning of its run is its value. */
const westernDigit = (digit: string): string => {
  const code = digit.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1
  return String(value)
}

/** The text with the digits of every script (Arabic, Devanagari …) as 0 to 9. */
export const withWesternDigits = (text: string): string => text.normalize('NFKC').replace(/\p{Nd}/gu, westernDigit)

/** A telephone number as it is searched by: its digits only. */
export const digitsOf = (text: string): string => withWesternDigits(text).replace(/[^0-9]/g, '')

/** The last part of a reference: `Patient/01H…` and a bare id alike. */
export const idOfReference = (reference: Reference | undefined): string | undefined => {
  const text = reference?.reference
  if (text === undefined || text.startsWith('#')) return undefined
  return text.slice(text.lastIndexOf('/') + 1) || undefined
}

/** The first coding's code, else the text. */
export const codeOf = (concept: CodeableConcept | undefined): string | undefined => concept?.coding?.find((coding) => coding.code)?.code ?? concept?.text

/** An instant with a zone in UTC; a date stays a date, a time without zone stays as it is. */
export const instantInUtc = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(text)) return text
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? text : new Date(ms).toISOString()
}

/** When a period began. */
export const startOf = (period: Period | undefined): string | undefined => instantInUtc(period?.start ?? period?.end)

/** The value of the identifier of that system; without a system, of the first. */
export const identifierOf = (identifiers: readonly Identifier[] | undefined, system?: string): string | undefined =>
  (system === undefined ? identifiers : identifiers?.filter((identifier) => identifier.system === system))?.find((identifier) => identifier.value)?.value

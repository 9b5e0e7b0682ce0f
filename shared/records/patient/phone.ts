import { digitsOf } from '../searchParts'

/** Digits that whole telephone numbers share, whichever country code or trunk prefix they are written with. */
export const subscriberDigits = 8

/** Country calling codes of one and two digits (ITU-T E.164 annex); all others have three. */
const oneDigit = /^[17]/
const twoDigits = /^(?:2[07]|3[0-469]|4[0135-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

const countryCodeLength = (digits: string): number => (oneDigit.test(digits) ? 1 : twoDigits.test(digits) ? 2 : 3)

/** A telephone number as it is compared: digits only, without leading zeros. */
export interface PhoneDigits {
  /** As written, from its first digit that is not a zero. */
  readonly written: string
  /** Without the country code, when one was written (`+27 …`, `0027 …`). */
  readonly national: string
}

/** The digits of a telephone number; undefined when there are fewer than three, or more than a number can have. */
export const phoneDigits = (text: string): PhoneDigits | undefined => {
  const digits = digitsOf(text)
  const written = digits.replace(/^0+/, '')
  if (written.length < 3 || written.length > 20) return undefined
  const isInternational = /^\s*[+＋]/.test(text) || digits.startsWith('00')
  const national = isInternational && written.length > subscriberDigits ? written.slice(countryCodeLength(written)).replace(/^0+/, '') : written
  return { written, national: national.length < 3 ? written : national }
}

/** Whether two numbers are one: the same digits, or two whole numbers with the same last eight digits. */
export const isSamePhone = (left: string, right: string): boolean => {
  const [one, other] = [phoneDigits(left), phoneDigits(right)]
  if (one === undefined || other === undefined) return false
  if (one.national === other.national || one.written === other.written) return true
  return one.written.length > subscriberDigits && other.written.length > subscriberDigits && one.written.slice(-subscriberDigits) === other.written.slice(-subscriberDigits)
}

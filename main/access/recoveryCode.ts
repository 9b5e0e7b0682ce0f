import { randomBytes } from 'node:crypto'

/**
 * The printed recovery code: seven groups of five characters, e.g. `7K2MX-…`. Four characters of a group
 * carry 20 random bits (140 in all), the fifth checks the group and its place, so that a typing slip is
 * told together with the group it is in. Letters that look like a digit (I, L, O) or read badly (U) do
 * not occur; typed, the first three are taken for the digit.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groups = 7
const dataPerGroup = 4

/** Doubling in GF(32), x⁵ + x² + 1: distinct weights tell every single slip and every swap of two characters. */
const double = (value: number): number => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31

const checkOf = (data: readonly number[], group: number): number => data.reduce((sum, value) => double(sum ^ value), double(group + 1))

/** A new code, from the operating system's random source. */
export const newRecoveryCode = (): string => {
  const random = randomBytes(groups * dataPerGroup)
  const written: string[] = []
  for (let group = 0; group < groups; group += 1) {
    const data = [...random.subarray(group * dataPerGroup, (group + 1) * dataPerGroup)].map((byte) => byte & 31)
    written.push([...data, checkOf(data, group)].map((value) => alphabet[value]).join(''))
  }
  return written.join('-')
}

/** What a typed text is, read as a recovery code. */
export type TypedCode =
  /** Has not the length or the letters of one: perhaps a passphrase. */
  | { readonly kind: 'not-a-code' }
  /** A slip in this group, counted from 1. */
  | { readonly kind: 'slip'; readonly group: number }
  /** Reads right; the canonical form. */
  | { readonly kind: 'code'; readonly code: string }

/** Reads a typed code: small letters, any dashes and spaces, O for 0, I and L for 1. */
export const readRecoveryCode = (typed: string): TypedCode => {
  const plain = typed.toUpperCase().replace(/[\s\p{Pd}_.]/gu, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  const perGroup = dataPerGroup + 1
  if (plain.length !== groups * perGroup || !/^[0-9A-Z]+$/.test(plain)) return { kind: 'not-a-code' }
  const written: string[] = []
  for (let group = 0; group < groups; group += 1) {
    const text = plain.slice(group * perGroup, (group + 1) * perGroup)
    const values = [...text].map((letter) => alphabet.indexOf(letter))
    const check = values.pop()
    if (values.includes(-1) || check !== checkOf(values, group)) return { kind: 'slip', group: group + 1 }
    written.push(text)
  }
  return { kind: 'code', code: written.join('-') }
}

/**
 * The code that lets a further workstation in, e.g. `7K2M-X4QD-9TRB`. Eleven characters carry 55 random bits, the
 * twelfth checks them. Letters that look like a digit (I, L, O) or read badly (U) do not occur; typed, the first three are
 * taken for the digit.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const randomCharacters = 11

/** Doubling in GF(32), x⁵ + x² + 1: distinct weights tell every single slip and every swap of two characters. */
const double = (value: number): number => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31

const checkOf = (values: readonly number[]): number => values.reduce((sum, value) => double(sum ^ value), 1)

/** How many random bytes {@link joinCodeFrom} wants. */
export const joinCodeBytes = randomCharacters

/** The code of eleven random bytes, in groups of four. */
export const joinCodeFrom = (random: Uint8Array): string => {
  const values = [...random.subarray(0, randomCharacters)].map((byte) => byte & 31)
  const letters = [...values, checkOf(values)].map((value) => alphabet[value]).join('')
  return letters.match(/.{4}/g)?.join('-') ?? letters
}

/** The code in what somebody typed, as {@link joinCodeFrom} writes it; undefined where it holds a slip or is none. */
export const readJoinCode = (typed: string): string | undefined => {
  const plain = typed.toUpperCase().replace(/[\s\p{Pd}_.]/gu, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  if (plain.length !== randomCharacters + 1) return undefined
  const values = [...plain].map((letter) => alphabet.indexOf(letter))
  const check = values.pop()
  if (values.includes(-1) || check !== checkOf(values)) return undefined
  return plain.match(/.{4}/g)?.join('-')
}

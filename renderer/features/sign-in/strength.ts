/** How long somebody who has the disk would guess: less than days, years, or longer than it matters. */
export type Strength = 'short' | 'weak' | 'fair' | 'good'

/** The least length that is accepted. */
export const shortest = 12

const pools = [
  { of: /[a-z]/, size: 26 },
  { of: /[A-Z]/, size: 26 },
  { of: /\d/, size: 10 },
  { of: /[^a-zA-Z0-9]/, size: 33 },
] as const

/** A word from anybody's vocabulary: one of some 2,000. */
const bitsOfWord = 11
/** What people choose first, and put first into their word lists. */
const wellKnown = /pass(?:word|phrase)|qwert|azerty|letmein|welcome|admin|outpost|clinic|doctor|hospital|12345|abcde/i

/** Characters that do not follow from the one before: of `aaaa` and `1234`, the first. */
const surprising = (text: string): number => {
  let count = 0
  for (let place = 0; place < text.length; place += 1) {
    const step = place === 0 ? 9 : text.charCodeAt(place) - text.charCodeAt(place - 1)
    if (Math.abs(step) > 1) count += 1
  }
  return count
}

const bitsOfPart = (part: string): number => {
  const pool = pools.reduce((sum, { of, size }) => (of.test(part) ? sum + size : sum), 0)
  const byCharacters = surprising(part) * Math.log2(Math.max(2, pool))
  // A run of letters is more likely a word than letters by chance.
  return /^\p{L}+$/u.test(part) ? Math.min(byCharacters, Math.max(bitsOfWord, (part.length - 6) * 2)) : byCharacters
}

/** A rough estimate on the safe side of how hard a passphrase is to guess, in bits. */
export const bitsOf = (passphrase: string): number => {
  const parts = passphrase.normalize('NFKC').match(/\p{L}+|[^\p{L}\s]+/gu) ?? []
  const distinct = [...new Set(parts.map((part) => part.toLowerCase()))]
  const bits = distinct.reduce((sum, part) => sum + (wellKnown.test(part) ? 2 : bitsOfPart(part)), 0)
  return wellKnown.test(passphrase.replace(/\s/g, '')) ? Math.min(bits, bits / 2 + 10) : bits
}

/** What to think of a passphrase that guards a whole practice. */
export const strengthOf = (passphrase: string): Strength => {
  if (passphrase.length < shortest) return 'short'
  const bits = bitsOf(passphrase)
  return bits < 36 ? 'weak' : bits < 50 ? 'fair' : 'good'
}

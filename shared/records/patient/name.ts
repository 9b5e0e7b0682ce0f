/** A person's name as it is stored (`HumanName`, one given-name line as it was typed). */
export interface NameParts {
  readonly family: string
  readonly given?: string
  readonly prefix?: string
}

/**
 * A name as clinical screens write it: family name in capitals, given name, title, e.g.
 * `OYELARAN-SMITH, Adaeze (Dr)` (NHS Common User Interface, patient name). A single-word name stands alone.
 */
export const displayName = (name: NameParts): string => {
  const family = name.family.trim().toLocaleUpperCase('en')
  const given = name.given?.trim() ?? ''
  const prefix = name.prefix?.trim() ?? ''
  const full = family && given ? `${family}, ${given}` : family || given
  return prefix ? `${full} (${prefix})` : full
}

/** Up to two letters that tell two open windows apart; whole characters, also outside the basic plane. */
export const initialsOf = (name: NameParts): string =>
  [name.given, name.family]
    .map((part) => [...(part?.trim() ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase('en')

/** Letters that Unicode does not decompose, as people type them on a plain keyboard. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ħ: 'h', ŋ: 'n', ə: 'e', ɛ: 'e', ɔ: 'o',
}

/**
 * Latin, Greek and Cyrillic accents (U+0300–036F) and Arabic vowel signs and tatweel. Vowel signs of
 * Indic scripts are letters of the name and stay.
 */
const accents = /[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g

/**
 * A name as it is searched by: lower case, without accents, apostrophes and hyphens, single spaces.
 * Two spellings of one name fold to the same text: `O’Brien` and `obrien`, `Müller` and `muller`.
 */
export const foldName = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(accents, '')
    .replace(/[ßæœøłđðþıħŋəɛɔ]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(/['’ʼʻ`´‘.]/g, '')
    .replace(/[\s\p{Pd}_,;/]+/gu, ' ')
    .normalize('NFC')
    .trim()

import { foldName } from './name'

/** Longer words are cut: nobody types more, and an index must stay small. In UTF-16 code units. */
const longestWord = 60

/** Of a longer name only the beginning is looked at. */
const longestName = 400

/** What nobody sees or types: controls, marks of direction, joiners, halves of characters. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu

/** Spellings that people use for one another, script by script, once {@link foldName} has done its part. */
const spellings: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Arabic: alef with wasla; alef maksura, Persian yeh; ta marbuta, Urdu and Persian heh; Persian kaf; a hamza by itself.
  [/\u0671/g, '\u0627'],
  [/[\u0649\u06cc\u06d2]/g, '\u064a'],
  [/[\u0629\u06be\u06c1\u06d5\u06c0]/g, '\u0647'],
  [/\u06a9/g, '\u0643'],
  [/[\u0621\u06d6-\u06ed\u0610-\u061a]/g, ''],
  // Hebrew points; Greek final sigma.
  [/[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]/g, ''],
  [/ς/g, 'σ'],
  // Devanagari: a nukta is often left out; a nasal before a consonant is written as a dot just as well. Vowel signs are letters.
  [/\u093c/g, ''],
  [/\u0901/g, '\u0902'],
  [/[\u0919\u091e\u0923\u0928\u092e]\u094d(?=[\u0915-\u0939])/g, '\u0902'],
]

const cut = (word: string): string => (word.length <= longestWord ? word : word.slice(0, longestWord).replace(/[\ud800-\udbff]$/, ''))

/** Scripts that write a name without spaces, and of which one character says much. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/** Whether a word is of a script that is written without spaces: Chinese, Japanese, Korean. */
export const isUnspaced = (word: string): boolean => unspaced.test(word)

/**
 * The Arabic article in front of a name of at least three letters is left off: people give the name with it and
 * without it.
 */
const withoutArticle = (word: string): string => (/^\u0627\u0644[\u0620-\u064a]{3}/.test(word) ? word.slice(2) : word)

const spelled = (text: string): string => spellings.reduce((before, [pattern, replacement]) => before.replace(pattern, replacement), foldName(text.slice(0, longestName).replace(unseen, '')))

/** `عبدالرحمن` is `عبد الرحمن`. */
const servantOf = /(^| )(\u0639\u0628\u062f)(\u0627\u0644[\u0620-\u064a]{3})/g

/**
 * The words of a name as a search compares them: {@link foldName}, and the spellings of each script that people
 * use for one another. Deterministic, never throws, each word at most 60 code units.
 */
export const nameWords = (text: string): string[] =>
  spelled(text)
    .replace(servantOf, '$1$2 $3')
    .split(' ')
    .map((word) => cut(withoutArticle(word)))
    .filter(Boolean)

/**
 * All words by which a part of a name (family or given) is found: its words; several of them written together
 * (`Mokoena-Xaba` as `mokoenaxaba`, `van der Merwe` as `vandermerwe`); and of a name without spaces how it goes on
 * from each character, so that the given name is found where family and given name stand in one field.
 */
export const indexedWords = (text: string): string[] => {
  const words = new Set(nameWords(text))
  if (words.size > 1) words.add(cut(spelled(text).replace(/ /g, '')))
  for (const word of words) {
    const characters = isUnspaced(word) ? [...word] : []
    for (let place = 1; place < Math.min(characters.length, 6); place += 1) words.add(characters.slice(place).join(''))
  }
  return [...words]
}

import { doubleMetaphone } from 'double-metaphone'

/** Letters of other scripts by their nearest Latin ones, so that محمد sounds like Mohamed. */
const latinLetters: Readonly<Record<string, string>> = {
  ا: 'a', ب: 'b', ت: 't', ث: 'th', ج: 'j', ح: 'h', خ: 'kh', د: 'd', ذ: 'dh', ر: 'r', ز: 'z', س: 's', ش: 'sh', ص: 's', ض: 'd', ط: 't', ظ: 'z',
  ع: 'a', غ: 'g', ف: 'f', ق: 'q', ك: 'k', ل: 'l', م: 'm', ن: 'n', ه: 'h', و: 'w', ي: 'y', پ: 'p', چ: 'ch', ژ: 'zh', گ: 'g',
  अ: 'a', आ: 'a', इ: 'i', ई: 'i', उ: 'u', ऊ: 'u', ऋ: 'ri', ए: 'e', ऐ: 'ai', ओ: 'o', औ: 'au',
  क: 'k', ख: 'k', ग: 'g', घ: 'g', ङ: 'n', च: 'ch', छ: 'ch', ज: 'j', झ: 'j', ञ: 'n', ट: 't', ठ: 't', ड: 'd', ढ: 'd', ण: 'n', त: 't', थ: 't', द: 'd', ध: 'd',
  न: 'n', प: 'p', फ: 'f', ब: 'b', भ: 'b', म: 'm', य: 'y', र: 'r', ल: 'l', व: 'v', श: 'sh', ष: 'sh', स: 's', ह: 'h', 'ं': 'n', 'ा': 'a', 'ि': 'i', 'ी': 'i',
  'ु': 'u', 'ू': 'u', 'े': 'e', 'ै': 'ai', 'ो': 'o', 'ौ': 'au', 'ृ': 'ri', '्': '',
}

/** Sounds that several languages write alike and speak otherwise: each way of reading gives a key of its own. */
const readings: readonly { readonly written: string; readonly read: readonly string[] }[] = [
  // Khadija and Hadiza, but Khumalo and Kumalo.
  { written: 'kh', read: ['k', 'h'] },
  // Othman and Osman, but Thabo and Tabo.
  { written: 'th', read: ['t', 's'] },
  // Philip and Filipe, but Mpho and Mpo.
  { written: 'ph', read: ['f', 'p'] },
  // Ramadhan and Ramazan, but Odhiambo and Odiambo.
  { written: 'dh', read: ['d', 'z'] },
]

/** How languages write one sound; applied in order. `S` is the sound of sh and ch. */
const sounds: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Abdulrahman, Abdurrahman, Abdirahman, Abdalrahman: the article takes on the letter behind it.
  [/^(abd[aeiou]*)l(?=[^aeiou])/, '$1'],
  [/tsh|tch|sch|sh|ch|zh|x/g, 'S'],
  [/ck|q|c(?![eiy])/g, 'k'],
  [/c/g, 's'],
  [/z/g, 's'],
  [/dj|dz/g, 'j'],
  [/v/g, 'f'],
  [/h$/g, ''],
  [/(.)\1+/g, '$1'],
]

/** In Latin letters an h behind a consonant is breath; Arabic writes no short vowels, and its h is a letter. */
const breath = /(?<=[bcdfgjklmnprstSy])h/g

const vowels = /[aeiouyw]/g

/** Long and short, open and closed vowels as one of three: Moussa and Musa, Aly and Ali. */
const vowelClasses = (text: string): string =>
  text
    .replace(/ou|oo|[ow]/g, 'u')
    .replace(/ee|ei|ie|[ey]/g, 'i')
    .replace(/(.)\1+/g, '$1')

/** Keys of two sounds would make one of Ali and Ola: then the vowels count. */
const shortKey = 2

const skeletonOf = (latin: string, isLatin: boolean): string => {
  const heard = sounds.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), latin)
  const spoken = isLatin ? heard.replace(breath, '') : heard
  const first = /^[aeiou]/.test(spoken) ? 'A' : spoken.slice(0, 1)
  const key = `${first}${spoken.slice(1).replace(vowels, '')}`.replace(/(.)\1+/g, '$1')
  return key.length <= shortKey ? vowelClasses(spoken) : key
}

const variantsOf = (latin: string): readonly string[] =>
  readings.reduce<readonly string[]>((texts, { written, read }) => (latin.includes(written) ? texts.flatMap((text) => read.map((one) => text.split(written).join(one))) : texts), [latin])

/**
 * Keys of how a word of a name sounds; two words sound alike when they share one. Consonants by how Arabic, Bantu,
 * Hausa, Portuguese, Spanish, English and Hindi names are transcribed, and Lawrence Philips' Double Metaphone for
 * English spellings. A word of a script that it cannot read has none.
 *
 * @param word as `nameWords` spells it
 */
export const soundsOf = (word: string): string[] => {
  const latin = Array.from(word.slice(0, 40), (letter) => latinLetters[letter] ?? letter).join('')
  if (!/^[a-z]+$/.test(latin)) return []
  const isLatin = latin === word
  const keys = new Set(variantsOf(latin).map((variant) => skeletonOf(variant, isLatin)))
  // The letters of other scripts have no English spelling.
  if (isLatin) for (const key of doubleMetaphone(word)) if (key.length > shortKey) keys.add(`~${key}`)
  return [...keys].filter(Boolean)
}

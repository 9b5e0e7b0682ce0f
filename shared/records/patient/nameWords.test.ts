import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexedWords, nameWords } from './nameWords'

const seed = 20261121

describe('the words of a name', () => {
  it.each([
    ['O’Brien', "o'brien"], ['Müller', 'MULLER'], ['Mokoena-Xaba', 'mokoena xaba'], ['José', 'Jose\u0301'],
    ['أحمد', 'احمد'], ['إبراهيم', 'ابراهيم'], ['آمنة', 'امنه'], ['مُحَمَّد', 'محمد'], ['محـمد', 'محمد'], ['ليلى', 'ليلي'], ['فاطمة', 'فاطمه'], ['الحسن', 'حسن'], ['علی', 'علي'], ['عبدالرحمن', 'عبد الرحمن'],
    ['हिन्दी', 'हिंदी'], ['ज़ोहरा', 'जोहरा'], ['अंजली', 'अञ्जली'], ['चाँद', 'चांद'],
    ['ＷＡＮＧ', 'wang'], ['Nguyễn', 'nguyen'], ['\u202eAnna\u200b', 'anna'], ['דָּוִד', 'דוד'], ['Łukasz', 'lukasz'], ['Νίκος', 'νικοσ'],
  ])('are the same of %s and %s', (left, right) => {
    expect(nameWords(left)).toEqual(nameWords(right))
  })

  it.each([['मीरा', 'मरा'], ['मोहन', 'महन'], ['سامي', 'سام'], ['王', '李'], ['الي', 'ي']])('are others of %s and %s', (left, right) => {
    expect(nameWords(left)).not.toEqual(nameWords(right))
  })

  it('are also indexed as people write them together, and Chinese names from each character on', () => {
    expect(indexedWords('van der Merwe')).toEqual(['van', 'der', 'merwe', 'vandermerwe'])
    expect(indexedWords('عبد الرحمن')).toEqual(['عبد', 'رحمن', 'عبدالرحمن'])
    expect(indexedWords('عبدالرحمن')).toEqual(['عبد', 'رحمن', 'عبدالرحمن'])
    expect(indexedWords('王小明')).toEqual(['王小明', '小明', '明'])
    expect(indexedWords('Mokoena')).toEqual(['mokoena'])
  })

  it(`of any text at all are short, free of what nobody sees, and the same when taken again (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const words = nameWords(text)
        for (const word of indexedWords(text)) {
          expect(word.length).toBeLessThanOrEqual(60)
          expect(word).not.toMatch(/[\s\p{Cc}\p{Cs}]/u)
        }
        expect(words.every((word) => indexedWords(text).includes(word))).toBe(true)
      }),
      { seed, numRuns: 500 },
    )
    expect(nameWords('\ud800'.repeat(100_000))).toEqual([])
    expect(nameWords('a'.repeat(100_000))[0]).toHaveLength(60)
  })
})

import { describe, expect, it } from 'vitest'
import { indexing, indexOf, plainCode, wordsOf } from './codeIndex'
import { type Concept, conceptsIn, tableOf } from './concept'

const concept = (code: string, display: string, ...terms: string[]): Concept => ({ code, display, terms })

it.each(['', ' ', '.', 'a', '%', '\u0000', '😀', 'x'.repeat(10_000), 'the', "'; DROP TABLE", '(((((', 'a'.repeat(500) + ' b'.repeat(5_000)])('answers hostile text %# without a fault', (text) => {
  expect(indexOf([concept('A', 'Asthma'), concept('B', 'The')]).find({ text, limit: 5 }).length).toBeLessThanOrEqual(5)
})

describe('an index of codes', () => {
  const small = indexOf([
    concept('A75', 'Typhus fever'), concept('A01.0', 'Typhoid fever', 'Infection due to Salmonella typhi'), concept('A01', 'Typhoid and paratyphoid fevers'),
    concept('J45', 'Asthme', 'bronchite asthmatique'), concept('R51', 'Céphalée'), concept('B54', 'Paludisme, sans précision'), concept('X', 'حمى التيفوئيد'),
  ])
  const found = (text: string, extra?: (one: Concept) => number) => small.find({ text, limit: 10, ...(extra ? { extra } : {}) }).map((one) => one.concept.code)

  it('minds neither accents nor capitals, in French and in Arabic', () => {
    expect(found('cephalee')).toEqual(['R51'])
    expect(found('CÉPH')).toEqual(['R51'])
    expect(found('التيفوئيد')).toEqual(['X'])
  })

  it('sets what the display begins with before what only another word tells of', () => {
    expect(found('typh')[0]).not.toBe('X')
    expect(found('typhi')).toEqual(['A01.0'])
    expect(found('bronchite')).toEqual(['J45'])
  })

  it('has a code that is typed first, and those below it behind', () => {
    expect(found('a01')).toEqual(['A01', 'A01.0'])
    expect(found('A01.0')[0]).toBe('A01.0')
  })

  it('lets whoever asks make codes dearer', () => {
    expect(found('typh', ({ code }) => (code === 'A75' ? 50 : 0)).at(-1)).toBe('A75')
  })

  it('finds one letter wrong, left out, too many or swapped, in words of four letters and more', () => {
    for (const text of ['tiphus', 'typhs', 'typphus', 'tyhpus']) expect(found(text)).toContain('A75')
    expect(found('tux')).toEqual([])
  })

  it('finds with one foreign word among several, and with none of them nothing', () => {
    expect(found('severe typhoid fever')[0]).toBe('A01.0')
    expect(found('broken bicycle')).toEqual([])
  })

  it('gives the few that are asked for as they would stand at the front of all', () => {
    const many = indexOf(Array.from({ length: 500 }, (_, place) => concept(`C${(place * 7) % 500}`, `Fever ${'of the day '.repeat(place % 5)}`)))
    const all = many.find({ text: 'fe', limit: 500 }).map((one) => one.concept.code)
    expect(new Set(all).size).toBe(500)
    for (const limit of [1, 2, 12, 499]) expect(many.find({ text: 'fe', limit }).map((one) => one.concept.code)).toEqual(all.slice(0, limit))
    const costs = many.find({ text: 'fe', limit: 500 }).map((one) => one.cost)
    expect(costs).toEqual([...costs].sort((one, other) => one - other))
  })

  it('is made in turns, and is the same when it is made at once', () => {
    const concepts = Array.from({ length: 2_000 }, (_, place) => concept(`C${place}`, `word${place} common`))
    const steps = indexing(concepts)
    let turns = 0
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        expect(step.value.find({ text: 'word1999', limit: 1 })).toMatchObject([{ concept: { code: 'C1999' } }])
        break
      }
      turns += 1
    }
    expect(turns).toBeGreaterThan(4)
  })
})

describe('a table of concepts', () => {
  it('comes back as it was put in, but for what would break its lines', () => {
    const concepts = [concept('A', 'One'), concept('B', 'Two', 'other', 'third')]
    expect(conceptsIn(tableOf(concepts))).toEqual(concepts)
    expect(conceptsIn(tableOf([concept('C', 'a\tb\nc', 'x|y', 'z\r\n')]))).toEqual([concept('C', 'a b c', 'x y', 'z ')])
  })

  it('passes over lines that are none', () => {
    expect(conceptsIn('\n\t\nA\n\tOnly words\nB\tTwo\n')).toEqual([concept('B', 'Two')])
  })

  it('compares codes without their signs, and words without accents', () => {
    expect(plainCode('a01.0')).toBe('a010')
    expect(wordsOf('Fièvre (typhoïde), suite')).toEqual(['fievre', 'typhoide', 'suite'])
  })
})

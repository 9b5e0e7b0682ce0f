import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pageText, target, titlesOf } from './acceptance.mjs'
import { root } from './ground.mjs'

describe('The page of what must be seen', () => {
  it('is made of the tests as they are now (node build/acceptance.mjs)', () => {
    expect(readFileSync(join(root, target), 'utf8')).toBe(pageText())
  })

  it('finds the rows that a title names, however the test is written', () => {
    const q = "'"
    const text = [`it(${q}A1: one${q}, () => {})`, `describe.skipIf(!has(x))(${q}D1, D10: two${q}`, `  it.each([1])(\n${q}E7: three${q}`, `it(${q}no row${q}`, `it(${q}A1 without a colon${q}`, `say(${q}A1: no test${q}`].join('\n')
    expect(titlesOf(text)).toEqual([{ rows: ['A1'], shown: 'one' }, { rows: ['D1', 'D10'], shown: 'two' }, { rows: ['E7'], shown: 'three' }])
  })
})

import { describe, expect, it } from 'vitest'
import { bandCode } from '../../../shared/records/wristband/code'
import { usKeyOf, Wedge } from './wedge'

const code = bandCode('01HV000000000000000000PRAC', '01HV000000000000000000ADAA', { family: 'Okonkwo', given: 'Ada', gender: 'female', number: 'A-000001' })
/** Types a text, a key every so many milliseconds; `layout` says what this computer makes of each. */
const type = (wedge: Wedge, text: string, everyMs: number, { leaks = false, layout = (key: string) => key } = {}) => {
  let at = 1_000
  const verdicts = [...text].map((us) => wedge.type({ key: layout(us), us, at: (at += everyMs) }, leaks))
  return { verdicts, code: wedge.end(at + everyMs) }
}

describe('A40: a scanner that types like a keyboard', () => {
  it('A40: is told from a hand by its speed, and its code is whole', () => {
    for (const everyMs of [1, 5, 20, 34]) expect(type(new Wedge(), code, everyMs).code).toBe(code)
    for (const everyMs of [36, 60, 120]) expect(type(new Wedge(), code, everyMs).code).toBeUndefined()
    expect(type(new Wedge(), 'A26000123', 5).code).toBe('A26000123')
  })

  it('A40: lets nothing into a field but the first three characters, and takes those out again', () => {
    const { verdicts } = type(new Wedge(), code, 5, { leaks: true })
    expect(verdicts.slice(0, 5)).toEqual(['pass', 'pass', 'pass', 'restore', 'hold'])
    expect(verdicts.slice(5).every((verdict) => verdict === 'hold')).toBe(true)
    expect(type(new Wedge(), code, 5).verdicts.every((verdict) => verdict === 'hold')).toBe(true)
  })

  it('A40: lets a hand type whatever it types, and a fast machine what is no code', () => {
    expect(type(new Wedge(), 'OPW1-', 90, { leaks: true }).verdicts).toEqual(['pass', 'pass', 'pass', 'pass', 'pass'])
    const name = type(new Wedge(), 'OKONKWO', 2, { leaks: true })
    expect(name.verdicts.slice(3)).toEqual(['restore', 'pass', 'pass', 'pass'])
    expect(name.code).toBeUndefined()
    expect(type(new Wedge(), '120', 2, { leaks: true })).toMatchObject({ verdicts: ['pass', 'pass', 'pass'], code: undefined })
    expect(type(new Wedge(), 'shutdown', 2).verdicts.at(-1)).toBe('pass')
  })

  it('A40: reads a code under a French keyboard, where digits and strokes are elsewhere', () => {
    const french: Readonly<Record<string, string>> = { 1: '&', 0: 'à', '-': ')', A: 'Q', Q: 'A', W: 'Z', Z: 'W', 2: 'é', 5: '(', 8: '_', 9: 'ç', 7: 'è' }
    expect(type(new Wedge(), code, 5, { layout: (key) => french[key] ?? key }).code).toBe(code)
    expect([usKeyOf({ code: 'KeyA', key: 'q', shiftKey: false }), usKeyOf({ code: 'Digit1', key: '&', shiftKey: false }), usKeyOf({ code: 'Minus', key: ')', shiftKey: false }), usKeyOf({ code: 'Digit8', key: '*', shiftKey: true })]).toEqual(['A', '1', '-', '*'])
  })

  it('A40: tells a band that was not read whole, and takes nothing that came too late', () => {
    const cut = `${code.slice(0, -1)}0`.slice(0, code.length)
    expect(type(new Wedge(), cut === code ? `${code.slice(0, -1)}1` : cut, 5).code).toBeDefined()
    const wedge = new Wedge()
    type(wedge, '', 1)
    expect(wedge.end(5_000)).toBeUndefined()
  })
})

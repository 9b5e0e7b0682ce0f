import { describe, expect, it } from 'vitest'
import { newRecoveryCode, readRecoveryCode } from './recoveryCode'

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('the recovery code', () => {
  it('has seven groups of five unambiguous characters and is never the same twice', () => {
    const codes = Array.from({ length: 200 }, newRecoveryCode)
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){6}[0-9A-HJKMNP-TV-Z]{5}$/)
    expect(new Set(codes).size).toBe(200)
  })

  it('reads back as it was printed', () => {
    const code = newRecoveryCode()
    expect(readRecoveryCode(code)).toEqual({ kind: 'code', code })
    expect(readRecoveryCode(code.replaceAll('-', '–').toLowerCase())).toEqual({ kind: 'code', code })
  })

  it('tells every single wrong character, and in which group it is', () => {
    const code = newRecoveryCode()
    for (let index = 0; index < code.length; index += 1) {
      if (code[index] === '-') continue
      for (const letter of letters) {
        if (letter === code[index]) continue
        const typed = code.slice(0, index) + letter + code.slice(index + 1)
        expect(readRecoveryCode(typed), typed).toEqual({ kind: 'slip', group: Math.floor(index / 6) + 1 })
      }
    }
  })

  it('tells two neighbours swapped', () => {
    const code = newRecoveryCode()
    for (let index = 0; index + 1 < code.length; index += 1) {
      const [left, right] = [code[index], code[index + 1]]
      if (left === '-' || right === '-' || left === right) continue
      const typed = code.slice(0, index) + right + left + code.slice(index + 2)
      expect(readRecoveryCode(typed), typed).toEqual({ kind: 'slip', group: Math.floor(index / 6) + 1 })
    }
  })

  it('tells two groups swapped', () => {
    const groups = newRecoveryCode().split('-')
    const swapped = [groups[1], groups[0], ...groups.slice(2)].join('-')
    expect(readRecoveryCode(swapped)).toEqual({ kind: 'slip', group: 1 })
  })

  it.each(['', 'outpost-training', '0'.repeat(34), 'é'.repeat(35), '\u0000'.repeat(35)])('does not take %j for a code', (text) => {
    expect(readRecoveryCode(text)).toEqual({ kind: 'not-a-code' })
  })
})

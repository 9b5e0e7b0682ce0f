import { describe, expect, it } from 'vitest'
import { bitsOf, strengthOf } from './strength'

describe('what is said of a passphrase', () => {
  it.each([
    ['hill clinic', 'short'],
    ['passwordpassword', 'weak'],
    ['123456789012', 'weak'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['hill hill hill hill hill', 'weak'],
    ['Hillside Clinic 2026', 'weak'],
    ['green tractor window', 'weak'],
    ['green tractor window salt', 'fair'],
    ['green tractor window salt drum', 'good'],
    ['kw8#Lq2!vZ9x', 'good'],
    ['xkqjwhfzpalm', 'weak'],
  ] as const)('%s is %s', (passphrase, strength) => {
    expect(strengthOf(passphrase)).toBe(strength)
  })

  it('never says less of a passphrase for one more word that is new in it', () => {
    const words = ['green', 'tractor', 'window', 'salt', 'drum', 'eleven']
    const bits = words.map((_word, place) => bitsOf(words.slice(0, place + 1).join(' ')))
    expect(bits).toEqual([...bits].sort((one, other) => one - other))
  })
})

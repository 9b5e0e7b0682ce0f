import { describe, expect, it } from 'vitest'
import { problems } from '../../resources/locales/en/problems'
import { problemKinds } from '../../shared/contract/problems'
import { fill, wordsOf } from '../components'
import { startWording } from './wording'

describe('wording', () => {
  it('puts facts in their places and leaves none behind', () => {
    expect(fill('{count} found in {place}', { count: 3 })).toBe('3 found in ')
  })

  it('every problem says what happened, in a sentence, and nothing of a patient', () => {
    for (const kind of problemKinds) {
      expect(problems[kind].happened, kind).toMatch(/^[A-Z].*\.$/)
      expect(Object.values(problems[kind]).join(' '), kind).not.toMatch(/\{(?!until|field|limit)/)
    }
  })

  it('a lock-out names the time when to try again, on this computer’s clock', () => {
    startWording()
    expect(wordsOf({ kind: 'locked-out', facts: { until: new Date(2026, 10, 21, 14, 5).toISOString() } }).happened).toContain('14:05')
  })

  it('a kind that this window does not know is a fault of ours, not an empty box', () => {
    startWording()
    expect(wordsOf({ kind: 'from-a-newer-version', facts: {} }).happened).toBe(problems.internal.happened)
  })
})

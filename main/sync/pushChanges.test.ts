import { describe, expect, test } from 'vitest'
import { nextPieceSize } from './pushChanges'

describe('how much is sent at a time', () => {
  test('is what the line carries in two seconds, more or less by steps, never so little that nothing gets on', () => {
    expect(nextPieceSize(1_000_000, 170_000, 90)).toBe(1_000_000)
    // 256 kbit/s, packed to a third: some 100,000 characters in a second.
    expect(nextPieceSize(1_000_000, 170_000, 2_300)).toBe(147_826)
    expect(nextPieceSize(20_000, 20_000, 100)).toBe(40_000)
    expect(nextPieceSize(16_000, 4_000, 30_000)).toBe(16_000)
  })

  test('is halved by a cut, again and again', () => {
    let size = 200_000
    for (const expected of [100_000, 50_000, 25_000, 16_000, 16_000]) expect((size = nextPieceSize(size, size, 'cut'))).toBe(expected)
  })
})

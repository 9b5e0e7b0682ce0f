import { describe, expect, it } from 'vitest'
import type { Place } from './places'
import { placeFollowing, type Followable } from './sync'

interface Stack {
  /** Heights of the slices in millimetres. */
  readonly heights: readonly number[]
  readonly at: number
  readonly tiedAt?: number
  readonly frameOfReference?: string
  readonly orientation?: readonly number[]
}

const stack = ({ heights, at, tiedAt = at, frameOfReference, orientation = [1, 0, 0, 0, 1, 0] }: Stack): Followable => {
  const normal = [
    (orientation[1] ?? 0) * (orientation[5] ?? 0) - (orientation[2] ?? 0) * (orientation[4] ?? 0),
    (orientation[2] ?? 0) * (orientation[3] ?? 0) - (orientation[0] ?? 0) * (orientation[5] ?? 0),
    (orientation[0] ?? 0) * (orientation[4] ?? 0) - (orientation[1] ?? 0) * (orientation[3] ?? 0),
  ]
  return {
    places: heights.map((_, index): Place => ({ sopInstanceUid: `1.${index}`, picture: index })),
    at,
    tiedAt,
    planeOf: (place) => {
      const height = heights[place]
      return height === undefined ? undefined : { position: normal.map((part) => part * height), orientation, ...(frameOfReference !== undefined && { frameOfReference }) }
    },
  }
}
const every = (step: number, count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index * step)

describe('stacks that turn together', () => {
  it('D6: go to the same position in the patient within one frame of reference, whatever the slice thickness', () => {
    const thin = { heights: every(1, 100), frameOfReference: '1' }
    const thick = { heights: every(5, 21, -3), frameOfReference: '1' }
    expect(placeFollowing(stack({ ...thin, at: 52 }), stack({ ...thick, at: 0 }))).toBe(11)
    expect(placeFollowing(stack({ ...thick, at: 3 }), stack({ ...thin, at: 0 }))).toBe(12)
    expect(placeFollowing(stack({ ...thin, at: 0 }), stack({ ...thick, at: 9 }))).toBe(1)
  })

  it('D6: of different examinations go as many millimetres on as the other, from where both stood', () => {
    const today = stack({ heights: every(2, 60), at: 30, tiedAt: 20, frameOfReference: '1' })
    const before = stack({ heights: every(5, 30, 400), at: 10, tiedAt: 10, frameOfReference: '2' })
    expect(placeFollowing(today, before)).toBe(14)
  })

  it('go the same way when one was scanned with its rows and columns exchanged', () => {
    const up = stack({ heights: every(1, 40), at: 25, tiedAt: 20 })
    const down = stack({ heights: every(1, 40, -39), at: 20, tiedAt: 20, orientation: [0, 1, 0, 1, 0, 0] })
    expect(placeFollowing(up, down)).toBe(15)
  })

  it('stay when they lie across one another', () => {
    expect(placeFollowing(stack({ heights: every(1, 9), at: 4 }), stack({ heights: every(1, 9), at: 2, orientation: [0, 1, 0, 0, 0, -1] }))).toBeUndefined()
  })

  it('without positions go as many images on, and stop at the end', () => {
    const cine = { heights: [], at: 12, tiedAt: 10 }
    const follower = { ...stack({ heights: [], at: 3, tiedAt: 3 }), places: every(1, 8).map((index) => ({ sopInstanceUid: `1.${index}` })) }
    expect(placeFollowing(stack(cine), follower)).toBe(5)
    expect(placeFollowing(stack({ ...cine, at: 90 }), follower)).toBe(7)
    expect(placeFollowing(stack({ ...cine, at: 0 }), follower)).toBe(0)
  })
})

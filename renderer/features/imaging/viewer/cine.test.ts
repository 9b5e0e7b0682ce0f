import { describe, expect, it } from 'vitest'
import { framesASecond, loopOf } from './cine'

describe('the rate of a cine', () => {
  it('D2: is what the file recommends, else its cine rate, else its frame time', () => {
    expect(framesASecond({ RecommendedDisplayFrameRate: 15, CineRate: '30', FrameTime: '100' })).toBe(15)
    expect(framesASecond({ CineRate: ['30'], FrameTime: '100' })).toBe(30)
    expect(framesASecond({ FrameTime: '40' })).toBe(25)
    expect(framesASecond({ FrameTimeVector: ['0', '50', '30', '40'] })).toBe(25)
  })

  it('is not guessed from nonsense', () => {
    for (const attributes of [{}, { FrameTime: '0' }, { FrameTime: 'fast' }, { CineRate: -4 }, { FrameTime: '0.001' }, { FrameTimeVector: ['0'] }, { FrameTimeVector: ['0', 'x'] }]) {
      expect(framesASecond(attributes), JSON.stringify(attributes)).toBeUndefined()
    }
  })

  it('D4: one clip of an ultrasound series is played round and round, not its neighbours', () => {
    const clip = (uid: string, frames: number) => Array.from({ length: frames }, (_, index) => ({ sopInstanceUid: uid, frame: index + 1, picture: 0 }))
    const places = [{ sopInstanceUid: 'still', picture: 0 }, ...clip('a', 3), ...clip('b', 2)]
    expect([1, 2, 3].map((at) => loopOf(places, at))).toEqual(Array.from({ length: 3 }, () => ({ first: 1, last: 3 })))
    expect(loopOf(places, 5)).toEqual({ first: 4, last: 5 })
    expect(loopOf(places, 0)).toEqual({ first: 0, last: 5 })
  })
})

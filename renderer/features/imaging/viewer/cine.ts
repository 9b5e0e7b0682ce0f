import type { Place } from './places'

/** Images a second that can be chosen. */
export const rates: readonly number[] = [1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60]

/** No screen and no examination goes beyond it; a file that asks for more contradicts itself. */
const fastest = 200

const numberIn = (value: unknown): number | undefined => {
  const [first] = [value].flat()
  const number = typeof first === 'string' ? Number.parseFloat(first) : first
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined
}

/**
 * The rate at which a file asks to be played (PS3.3 §C.7.6.5): Recommended Display Frame Rate, Cine Rate, Frame Time
 * (milliseconds an image), or the mean of Frame Time Vector, in this order; undefined when it does not say.
 */
export const framesASecond = (attributes: Readonly<Record<string, unknown>>): number | undefined => {
  const recommended = numberIn(attributes['RecommendedDisplayFrameRate']) ?? numberIn(attributes['CineRate'])
  const frameTime = numberIn(attributes['FrameTime']) ?? meanOf(attributes['FrameTimeVector'])
  const rate = recommended ?? (frameTime === undefined ? undefined : 1000 / frameTime)
  return rate !== undefined && rate <= fastest ? rate : undefined
}

/** The first value of the vector is the time before the first image, 0. */
const meanOf = (vector: unknown): number | undefined => {
  if (!Array.isArray(vector) || vector.length < 2) return undefined
  const times = vector.slice(1).map(Number)
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  return Number.isFinite(mean) && mean > 0 ? mean : undefined
}

/** What is played round and round: the frames of the instance that stands there, or the pictures of the whole series. */
export const loopOf = (places: readonly Place[], at: number): { readonly first: number; readonly last: number } => {
  const here = places[at]
  if (here?.frame === undefined) return { first: 0, last: Math.max(0, places.length - 1) }
  let first = at
  let last = at
  while (places[first - 1]?.sopInstanceUid === here.sopInstanceUid) first--
  while (places[last + 1]?.sopInstanceUid === here.sopInstanceUid) last++
  return { first, last }
}

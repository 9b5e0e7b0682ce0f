import { cache } from '@cornerstonejs/core'

/** Pictures fetched ahead in the direction in which the stack was last turned, and on the other side. */
const reach = { ahead: 24, behind: 6 }

/** What is to be fetched, and when to leave off. */
export interface Fetching {
  readonly imageIds: readonly string[]
  /** Index of the picture on the glass. */
  readonly around: number
  readonly direction: 1 | -1
  /** True once the stack was turned on or closed. */
  readonly stop: (around: number) => boolean
  readonly load: (imageId: string) => Promise<unknown>
}

/** Indexes around a place, the nearest first, more of them in the direction of travel. */
export const indexesAround = (around: number, direction: 1 | -1, count: number): readonly number[] => {
  const steps = Array.from({ length: reach.ahead }, (_, index) => index + 1)
  return steps
    .flatMap((step) => [around + step * direction, ...(step <= reach.behind ? [around - step * direction] : [])])
    .filter((index) => index >= 0 && index < count)
}

/** Fetches neighbours of the picture on the glass, one at a time so that the next picture asked for comes first. */
export const fetchAround = async ({ imageIds, around, direction, stop, load }: Fetching): Promise<void> => {
  for (const index of indexesAround(around, direction, imageIds.length)) {
    const imageId = imageIds[index]
    if (stop(around) || document.body.hasAttribute('data-locked')) return
    if (imageId === undefined || cache.isLoaded(imageId)) continue
    // Nobody asked for this one: when it cannot be had, neither can its neighbours now.
    if (!(await load(imageId).then(() => true, () => false))) return
  }
}

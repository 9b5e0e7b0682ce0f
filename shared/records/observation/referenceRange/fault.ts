import type { AgeBound, QualifiedRange } from './range'

/**
 * Why a set of ranges cannot be kept. `no-limit`: one says no number. `turned`: a lower limit above the upper one. `ages-turned`: an age that ends before it begins.
 * `pregnant-man`. `overlaps`: two that differ claim the same people.
 */
export type RangeFault = 'no-limit' | 'turned' | 'ages-turned' | 'pregnant-man' | 'overlaps'

/** Mean days of a unit; a year is twelve months exactly, so that bounds in different units meet. */
const meanDays: Readonly<Record<AgeBound['unit'], number>> = { d: 1, wk: 7, mo: 30.4375, a: 365.25 }

const daysOf = ({ from, to }: QualifiedRange): { readonly first: number; readonly after: number } => ({
  first: from === undefined ? 0 : from.value * meanDays[from.unit],
  after: to === undefined ? Number.POSITIVE_INFINITY : (to.value + 1) * meanDays[to.unit],
})

const isOfSamePeople = (one: QualifiedRange, other: QualifiedRange): boolean => {
  const [first, second] = [daysOf(one), daysOf(other)]
  const areAgesSaid = (range: QualifiedRange) => range.from !== undefined || range.to !== undefined
  // What says less of whom it is for only fills the gaps of what says more.
  return one.sex === other.sex && one.pregnancy === other.pregnancy && areAgesSaid(one) === areAgesSaid(other) && first.first < second.after && second.first < first.after
}

/** Why these ranges of one test cannot be kept, and which of them (by its place); undefined: they can. */
export const rangeFault = (ranges: readonly QualifiedRange[]): { readonly at: number; readonly fault: RangeFault } | undefined => {
  for (const [at, range] of ranges.entries()) {
    if (range.low === undefined && range.high === undefined) return { at, fault: 'no-limit' }
    if (range.low !== undefined && range.high !== undefined && range.low > range.high) return { at, fault: 'turned' }
    const { first, after } = daysOf(range)
    if (first >= after) return { at, fault: 'ages-turned' }
    if (range.pregnancy === 'pregnant' && range.sex === 'male') return { at, fault: 'pregnant-man' }
    if (ranges.slice(0, at).some((earlier) => isOfSamePeople(earlier, range))) return { at, fault: 'overlaps' }
  }
  return undefined
}

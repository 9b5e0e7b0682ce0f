import type { SpecimenFacts } from '../specimen/specimen'
import { resultsFor, testsMissing, type ResultCodes } from './answered'
import type { LabOrderFacts, OrderedTest } from './order'

/** The way of a laboratory order, in the order in which it is walked. */
export const labSteps = ['ordered', 'collected', 'in-lab', 'resulted', 'verified', 'seen'] as const
/** `resulted`: the first result of it came. `verified`: a rule or a person accepted all that came. `seen`: the doctor signed it off. */
export type LabStep = (typeof labSteps)[number]

/** A step that was done. */
export interface LabStepDone {
  readonly step: LabStep
  /** ISO instant. Absent: not yet, or nobody noted it. */
  readonly at?: string
  /** Practitioner id. Absent: it came about by itself. */
  readonly by?: string
}

/** A result under the number of the tube, as far as the way of an order needs it. */
export interface TrackedResult extends ResultCodes {
  /** When its report came, ISO instant. */
  readonly at: string
  /** When it counted, and by whom: absent while it waits. */
  readonly verified?: { readonly at: string; readonly by?: string }
  /** When a doctor signed it off. */
  readonly seen?: { readonly at: string; readonly by: string }
}

/** How far an order is. */
export interface LabTrack {
  /** All of them, done or not. */
  readonly steps: readonly LabStepDone[]
  /** The last one that was done. */
  readonly stage: LabStep
  /** Tests that wait for a result. */
  readonly missing: readonly OrderedTest[]
  /** How many of its tests have one. */
  readonly resulted: number
}

const last = <Done extends { readonly at: string }>(all: readonly Done[]): Done | undefined => [...all].sort((one, other) => (one.at < other.at ? 1 : -1))[0]

/**
 * How far an order is, from what the records say: the order, its tube, and the results under the tube's number. So it is the same on every
 * workstation that has the same records. A step that nobody noted (results came of a tube that nobody marked collected) stays without time.
 */
export const labTrackOf = (order: LabOrderFacts, tube: SpecimenFacts | undefined, results: readonly TrackedResult[]): LabTrack => {
  const its = resultsFor(order, results)
  const [verified, seen] = [its.flatMap((each) => each.verified ?? []), its.flatMap((each) => each.seen ?? [])]
  const missing = testsMissing(order, results)
  const [first] = [...its].sort((one, other) => (one.at < other.at ? -1 : 1))
  // A part that waits keeps the whole from being verified, and a part that nobody read from being seen.
  const [wholeVerified, wholeSeen] = [its.length > 0 && missing.length === 0 && verified.length === its.length ? last(verified) : undefined, its.length > 0 && missing.length === 0 && seen.length === its.length ? last(seen) : undefined]
  const standing = tube && !tube.rejected ? tube : undefined
  const steps: LabStepDone[] = [
    { step: 'ordered', ...(order.at !== '' && { at: order.at }), by: order.by },
    { step: 'collected', ...standing?.collected },
    { step: 'in-lab', ...standing?.received },
    { step: 'resulted', ...(first && { at: first.at }) },
    { step: 'verified', ...wholeVerified },
    { step: 'seen', ...wholeSeen },
  ]
  return {
    steps,
    stage: steps.filter(({ at }) => at !== undefined).at(-1)?.step ?? 'ordered',
    missing,
    resulted: order.tests.filter(({ isCalculated }) => !isCalculated).length - missing.length,
  }
}

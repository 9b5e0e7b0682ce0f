import type { VitalNumbers } from '..'

/** What a monitor said at one moment. */
export interface FeedSample {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Absent: the leads or the probe are off, it searches, or it doubts its own numbers. */
  readonly numbers?: VitalNumbers
  /** When the pressure in it was measured, as the sender tells it; absent: it does not tell. */
  readonly pressureTakenAt?: string
}

/** What makes a row of an interval. */
export interface RowRules {
  /** A longer silence breaks a stretch. */
  readonly gapMs: number
  /** How long one sample stands for. */
  readonly sampleMs: number
  /** A shorter stretch is charted by nothing. */
  readonly fewestMs: number
}

type Code = keyof VitalNumbers
const pressures: readonly Code[] = ['bp-systolic', 'bp-diastolic']

/** The middle one; of an even count the lower, so that it is a number that was measured. */
const median = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)]!

/**
 * The medians of an interval: of each number over its last unbroken stretch that is long enough. Leads that came off, a number
 * that is missing and a silence all end a stretch: a median never bridges two placements of a probe. Pressures are left to
 * {@link newPressure}.
 */
export const mediansOf = (samples: readonly FeedSample[], { gapMs, sampleMs, fewestMs }: RowRules): VitalNumbers => {
  const medians: Partial<Record<Code, number>> = {}
  const codes = new Set(samples.flatMap(({ numbers }) => Object.keys(numbers ?? {}) as Code[]).filter((code) => !pressures.includes(code)))
  for (const code of codes) {
    let stretch: { at: number; value: number }[] = []
    const settle = () => {
      const [first, last] = [stretch[0], stretch.at(-1)]
      if (first && last && last.at - first.at + sampleMs >= fewestMs) medians[code] = median(stretch.map(({ value }) => value))
      stretch = []
    }
    for (const { at, numbers } of samples) {
      const value = numbers?.[code]
      const before = stretch.at(-1)
      if (value === undefined || (before && at - before.at > gapMs)) settle()
      if (value !== undefined) stretch.push({ at, value })
    }
    settle()
  }
  return medians
}

/** A pressure as a monitor shows it. */
export interface Pressure {
  readonly systolic: number
  readonly diastolic: number
  readonly takenAt?: string
}

const pressureOf = ({ numbers, pressureTakenAt }: FeedSample): Pressure | undefined => {
  const [systolic, diastolic] = [numbers?.['bp-systolic'], numbers?.['bp-diastolic']]
  if (systolic === undefined || diastolic === undefined || diastolic >= systolic) return undefined
  return { systolic, diastolic, ...(pressureTakenAt === undefined ? {} : { takenAt: pressureTakenAt }) }
}

const isSame = (one: Pressure | undefined, other: Pressure) => one?.systolic === other.systolic && one.diastolic === other.diastolic && one.takenAt === other.takenAt

/**
 * The pressure that was measured in an interval, if one was: a cuff's value stands on a monitor until the next one, so only a
 * value that differs from the one shown before is new, and the first that is ever seen may be hours old, unless the sender tells
 * when it was measured. Of several new ones (a line in an artery) the middle pair, which was really measured.
 *
 * @param shown what the monitor showed before; undefined: not known
 */
export const newPressure = (samples: readonly FeedSample[], shown: Pressure | undefined): { readonly pressure?: Pressure; readonly shown?: Pressure } => {
  const found: Pressure[] = []
  let before = shown
  for (const sample of samples) {
    const pressure = pressureOf(sample)
    if (!pressure || isSame(before, pressure)) continue
    if (before || pressure.takenAt !== undefined) found.push(pressure)
    before = pressure
  }
  const middle = [...found].sort((one, other) => one.systolic - other.systolic || one.diastolic - other.diastolic)[Math.floor((found.length - 1) / 2)]
  return { ...(middle ? { pressure: middle } : {}), ...(before ? { shown: before } : {}) }
}

/** The end of the interval that an instant lies in, by the wall clock: rows of all beds stand at the same times. An instant on the edge belongs to what ends there. */
export const intervalEnd = (at: number, everyMs: number): number => Math.ceil(at / everyMs) * everyMs

import type { VitalEntry } from '../../../shared/contract'
import { lastCounts, minuteOf } from '../../../shared/records/early-warning/sets'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { formOrder } from './entry'

/** What stands in one cell: the value that holds, and what else was charted in that minute. */
export interface Cell {
  readonly entry: VitalEntry
  readonly others: readonly VitalEntry[]
}

/** One minute at which something was charted. */
export interface Column {
  /** ISO instant of the first value in it. */
  readonly at: string
  /** Another day than the column before. */
  readonly newDay: boolean
}

/** The flowsheet: times across, signs down; the trend draws on the same columns. */
export interface Flowsheet {
  readonly columns: readonly Column[]
  readonly rows: readonly { readonly code: VitalCode; readonly cells: readonly (Cell | undefined)[] }[]
}

const dayOf = (instant: string) => new Date(instant).toDateString()

/** Groups what was charted: oldest column first, signs in the order of the form, corrected values replaced by their correction. */
export const flowsheetOf = (entries: readonly VitalEntry[]): Flowsheet => {
  const replaced = new Set(entries.flatMap((entry) => (entry.corrects ? [entry.corrects.id] : [])))
  const standing = entries.filter((entry) => !replaced.has(entry.id))
  const minutes = [...new Set(standing.map((entry) => minuteOf(entry.effective)))].sort((a, b) => a - b)
  const at = new Map(minutes.map((minute, index) => [minute, index]))
  const cells = new Map<VitalCode, (Cell | undefined)[]>()
  const first: (string | undefined)[] = minutes.map(() => undefined)
  for (const entry of standing) {
    const column = at.get(minuteOf(entry.effective)) ?? 0
    const known = first[column]
    if (known === undefined || entry.effective < known) first[column] = entry.effective
    const row = cells.get(entry.code) ?? minutes.map(() => undefined)
    const there = row[column]
    row[column] = !there
      ? { entry, others: [] }
      : lastCounts(there.entry, entry) < 0
        ? { entry, others: [there.entry, ...there.others] }
        : { entry: there.entry, others: [...there.others, entry] }
    cells.set(entry.code, row)
  }
  return {
    columns: minutes.map((minute, index) => {
      const instant = first[index] ?? new Date(minute * 60_000).toISOString()
      const before = first[index - 1]
      return { at: instant, newDay: before === undefined || dayOf(before) !== dayOf(instant) }
    }),
    rows: formOrder.flatMap((code) => {
      const row = cells.get(code)
      return row ? [{ code, cells: row }] : []
    }),
  }
}

/** The chain of corrections behind a value, newest first. */
export const historyOf = (entry: VitalEntry, entries: readonly VitalEntry[]): readonly NonNullable<VitalEntry['corrects']>[] => {
  const chain: NonNullable<VitalEntry['corrects']>[] = []
  for (let step = entry.corrects; step && chain.length < 100; ) {
    chain.push(step)
    const id: string = step.id
    step = entries.find((one) => one.id === id)?.corrects
  }
  return chain
}

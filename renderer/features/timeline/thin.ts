import { placeBefore, type View } from './view'

/** What is drawn of one column of the glass. */
export interface Column {
  /** From the left edge, in pixels. */
  readonly x: number
  readonly least: number
  readonly most: number
  readonly first: number
  readonly last: number
  /** How many values it stands for. */
  readonly count: number
}

/**
 * Values as columns of so many pixels: of each, the least and the most, so that no peak is lost however many there are. The nearest value outside on either
 * side comes along, for the line to lead on to it.
 */
export const columnsOf = ({ at, value }: { readonly at: readonly number[]; readonly value: readonly number[] }, { from, to }: View, width: number, wide = 2): Column[] => {
  const begin = Math.max(0, placeBefore(at, from - 1))
  const end = Math.min(at.length, placeBefore(at, to) + 2)
  const columns: { -readonly [Key in keyof Column]: Column[Key] }[] = []
  for (let place = begin; place < end; place += 1) {
    const number = value[place]!
    const x = Math.floor((((at[place]! - from) / (to - from)) * width) / wide) * wide
    const known = columns.at(-1)
    if (known?.x === x) {
      known.least = Math.min(known.least, number)
      known.most = Math.max(known.most, number)
      known.last = number
      known.count += 1
    } else columns.push({ x, least: number, most: number, first: number, last: number, count: 1 })
  }
  return columns
}

/** Things that would stand on top of each other, as one that says how many they are. @param apart pixels that one needs */
export const clustersOf = <Thing extends { readonly at: number }>(things: readonly Thing[], { from, to }: View, width: number, apart: number): { readonly x: number; readonly things: readonly Thing[] }[] => {
  const clusters: { x: number; things: Thing[] }[] = []
  for (const thing of things) {
    if (thing.at < from || thing.at > to) continue
    const x = ((thing.at - from) / (to - from)) * width
    const last = clusters.at(-1)
    if (last && Math.abs(x - last.x) < apart) last.things.push(thing)
    else clusters.push({ x, things: [thing] })
  }
  return clusters
}

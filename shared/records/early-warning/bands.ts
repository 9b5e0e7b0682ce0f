/** A row of a chart: from which value on how many points hold, the lowest first; the first holds from the lowest value on. */
export type Bands<Points extends number> = readonly (readonly [from: number, points: Points])[]

/** Points of a value: those of the last band that it reaches. */
export const pointsIn = <Points extends number>(bands: Bands<Points>, value: number): Points => {
  const reached = bands.filter(([from], place) => place === 0 || value >= from).at(-1)
  if (!reached) throw new RangeError('a chart without bands')
  return reached[1]
}

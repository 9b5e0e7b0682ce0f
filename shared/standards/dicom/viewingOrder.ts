/** What is needed to put the instances of a series into viewing order. */
export interface Placed {
  readonly sopInstanceUid: string
  readonly number?: number
  /** Image Position (Patient), millimetres: x, y, z of the first pixel. */
  readonly position?: readonly number[]
  /** Image Orientation (Patient): direction cosines of the row, then of the column. */
  readonly orientation?: readonly number[]
}

const cross = (a: readonly number[], b: readonly number[]): readonly number[] => {
  const [ax = 0, ay = 0, az = 0] = a
  const [bx = 0, by = 0, bz = 0] = b
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)

/** Two cosines apart by less than about 2.5 degrees count as the same orientation. */
const SAME = 0.999

/**
 * Orders instances along the normal of their planes (PS3.3 §C.7.6.2.1.1), lowest first: for an axial
 * series from the feet to the head, whatever the instance numbers say. When positions or orientations are
 * missing, differ, or all coincide (a cine, a scout), instance number and then UID decide.
 */
export const inViewingOrder = <Instance extends Placed>(instances: readonly Instance[]): readonly Instance[] => {
  const byNumber = (a: Instance, b: Instance): number =>
    (a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER) || (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1)
  const orientation = instances[0]?.orientation
  const usable =
    orientation?.length === 6 &&
    instances.every(
      (each) =>
        each.position?.length === 3 &&
        each.orientation?.length === 6 &&
        dot(each.orientation.slice(0, 3), orientation.slice(0, 3)) > SAME &&
        dot(each.orientation.slice(3), orientation.slice(3)) > SAME,
    )
  if (!usable) return [...instances].sort(byNumber)
  const normal = cross(orientation.slice(0, 3), orientation.slice(3))
  const along = new Map(instances.map((each) => [each, Math.round(dot(each.position ?? [], normal) * 1000)]))
  return [...instances].sort((a, b) => (along.get(a) ?? 0) - (along.get(b) ?? 0) || byNumber(a, b))
}

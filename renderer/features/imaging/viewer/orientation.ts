/** Letters at the four edges of a picture: which side of the patient lies there. */
export interface OrientationMarks {
  readonly top: string
  readonly right: string
  readonly bottom: string
  readonly left: string
}

/** Parts of a direction smaller than this (about 17°) are not named. */
const SMALLEST = 0.3

/**
 * Names a direction in the patient (PS3.3 §C.7.6.1.1.1): R/L, A/P, F/H, the strongest part first, at most three
 * letters. x grows to the patient's left, y to the back, z to the head.
 */
const nameOf = (direction: readonly number[]): string => {
  const [x = 0, y = 0, z = 0] = direction
  return [
    { size: Math.abs(x), letter: x < 0 ? 'R' : 'L' },
    { size: Math.abs(y), letter: y < 0 ? 'A' : 'P' },
    { size: Math.abs(z), letter: z < 0 ? 'F' : 'H' },
  ]
    .filter(({ size }) => size > SMALLEST)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join('')
}

/**
 * Marks for Image Orientation (Patient): the first three cosines run to the right of the picture, the last three
 * down. Undefined when the file does not say how the patient lay: no mark is better than a guessed one.
 */
export const orientationMarks = (orientation: readonly number[] | undefined): OrientationMarks | undefined => {
  if (orientation?.length !== 6 || !orientation.every(Number.isFinite)) return undefined
  const row = orientation.slice(0, 3)
  const column = orientation.slice(3)
  const length = (direction: readonly number[]): number => Math.hypot(...direction)
  if (Math.abs(length(row) - 1) > 0.05 || Math.abs(length(column) - 1) > 0.05) return undefined
  const back = (direction: readonly number[]): readonly number[] => direction.map((part) => -part)
  return { right: nameOf(row), left: nameOf(back(row)), bottom: nameOf(column), top: nameOf(back(column)) }
}

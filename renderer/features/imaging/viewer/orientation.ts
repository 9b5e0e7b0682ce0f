/** Letters at the four edges of a picture: which side of the patient lies there. */
export interface OrientationMarks {
  readonly top: string
  readonly right: string
  readonly bottom: string
  readonly left: string
}

/** How a picture lies on the glass: which way its rows and columns it goes when one goes right, or down, on the glass. */
export interface Axes {
  readonly right: readonly [alongRows: number, alongColumns: number]
  readonly down: readonly [alongRows: number, alongColumns: number]
}

/** Not turned, not flipped. */
export const upright: Axes = { right: [1, 0], down: [0, 1] }

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

const opposite: Readonly<Record<string, string>> = { R: 'L', L: 'R', A: 'P', P: 'A', H: 'F', F: 'H' }

/** What the file says of how the patient lay. */
export interface Lie {
  /** Image Orientation (Patient): six direction cosines. */
  readonly orientation?: readonly number[]
  /** Patient Orientation (0020,0020): letters for the rows and for the columns, of projection images. */
  readonly letters?: readonly string[]
}

/**
 * Marks for a picture as it lies on the glass, from its six cosines or its letters. Undefined when the file does not say
 * how the patient lay, or says nonsense: no mark is better than a guessed one.
 */
export const orientationMarks = ({ orientation, letters }: Lie, axes: Axes = upright): OrientationMarks | undefined => {
  const name = directionsByCosines(orientation) ?? directionsByLetters(letters)
  if (!name) return undefined
  const back = ([alongRows, alongColumns]: readonly [number, number]): readonly [number, number] => [-alongRows, -alongColumns]
  return { right: name(axes.right), left: name(back(axes.right)), bottom: name(axes.down), top: name(back(axes.down)) }
}

type NameDirection = (direction: readonly [alongRows: number, alongColumns: number]) => string

const directionsByCosines = (orientation: readonly number[] | undefined): NameDirection | undefined => {
  if (orientation?.length !== 6 || !orientation.every(Number.isFinite)) return undefined
  const row = orientation.slice(0, 3)
  const column = orientation.slice(3)
  if (Math.abs(Math.hypot(...row) - 1) > 0.05 || Math.abs(Math.hypot(...column) - 1) > 0.05) return undefined
  return ([alongRows, alongColumns]) => nameOf(row.map((part, index) => part * alongRows + (column[index] ?? 0) * alongColumns))
}

const directionsByLetters = (letters: readonly string[] | undefined): NameDirection | undefined => {
  const [row = '', column = ''] = letters ?? []
  if (letters?.length !== 2 || ![row, column].every((each) => /^[RLAPHF]{1,3}$/.test(each))) return undefined
  const turned = (each: string): string => [...each].map((letter) => opposite[letter] ?? '').join('')
  return ([alongRows, alongColumns]) => {
    if (Math.abs(alongRows) > Math.abs(alongColumns)) return alongRows > 0 ? row : turned(row)
    return alongColumns > 0 ? column : turned(column)
  }
}

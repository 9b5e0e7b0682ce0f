/** A place in a message, counted from 1 as the standard counts. A level that is not named means everything below it. */
export interface Place {
  readonly field: number
  readonly repetition?: number
  readonly component?: number
  readonly subComponent?: number
}

/** A place in a segment of this name; `occurrence` counts segments of that name from 1. */
export interface Path extends Place {
  readonly segment: string
  readonly occurrence: number
}

const paths = new Map<string, Path>()
const shape = /^([A-Z][A-Z0-9]{2})(?:\[(\d{1,6})\])?-(\d{1,4})(?:\[(\d{1,5})\])?(?:\.(\d{1,4})(?:\.(\d{1,4}))?)?$/

/**
 * Reads `OBX-5.1`, `OBX[3]-5`, `PID-3[2].4.2`: segment [occurrence] - field [repetition] . component . sub-component.
 * @throws {RangeError} when it is no path: a path is written by a programmer or a checked profile, never by a device
 */
export const pathOf = (text: string): Path => {
  const known = paths.get(text)
  if (known) return known
  const [, segment, occurrence, field, repetition, component, subComponent] = shape.exec(text) ?? []
  if (segment === undefined || field === undefined) throw new RangeError(`not a path in a message: ${text}`)
  const path: Path = {
    segment,
    occurrence: Number(occurrence ?? 1),
    field: Number(field),
    ...(repetition === undefined ? {} : { repetition: Number(repetition) }),
    ...(component === undefined ? {} : { component: Number(component) }),
    ...(subComponent === undefined ? {} : { subComponent: Number(subComponent) }),
  }
  if (paths.size < 2_000) paths.set(text, path)
  return path
}

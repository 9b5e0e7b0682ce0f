/** A shape outside of which a picture is blackened, in pixels of the picture (PS3.3 §C.7.6.11). */
export type Shutter =
  | { readonly shape: 'rectangle'; readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
  | { readonly shape: 'circle'; readonly row: number; readonly column: number; readonly radius: number }
  | { readonly shape: 'polygon'; readonly points: readonly (readonly [row: number, column: number])[] }

const numbers = (value: unknown): readonly number[] => [value].flat().map((each) => (typeof each === 'number' || typeof each === 'string' ? Number(each) : Number.NaN))

/** The shutters of a picture by its attributes; one that is not wholly said is left out, and so shows too much, not too little. */
export const shuttersOf = (attributes: Readonly<Record<string, unknown>>): readonly Shutter[] => {
  const shapes = [attributes['ShutterShape']].flat()
  const shutters: Shutter[] = []
  if (shapes.includes('RECTANGULAR')) {
    const [left, right, top, bottom] = ['ShutterLeftVerticalEdge', 'ShutterRightVerticalEdge', 'ShutterUpperHorizontalEdge', 'ShutterLowerHorizontalEdge'].map((name) => numbers(attributes[name])[0] ?? Number.NaN) as [number, number, number, number]
    if (right > left && bottom > top) shutters.push({ shape: 'rectangle', left, right, top, bottom })
  }
  if (shapes.includes('CIRCULAR')) {
    const [row = Number.NaN, column = Number.NaN] = numbers(attributes['CenterOfCircularShutter'])
    const [radius = Number.NaN] = numbers(attributes['RadiusOfCircularShutter'])
    if (Number.isFinite(row) && Number.isFinite(column) && radius > 0) shutters.push({ shape: 'circle', row, column, radius })
  }
  if (shapes.includes('POLYGONAL')) {
    const values = numbers(attributes['VerticesOfThePolygonalShutter'])
    if (values.length >= 6 && values.length % 2 === 0 && values.every(Number.isFinite)) {
      shutters.push({ shape: 'polygon', points: Array.from({ length: values.length / 2 }, (_, index) => [values[index * 2] ?? 0, values[index * 2 + 1] ?? 0]) })
    }
  }
  return shutters
}

/**
 * An SVG path that covers what is outside of a shutter. Rows and columns are counted from 1; pixel 1 lies between 0 and 1.
 * The edges themselves are shown.
 */
export const shutterPath = (shutter: Shutter, columns: number, rows: number): string => {
  const all = `M0 0H${columns}V${rows}H0Z`
  switch (shutter.shape) {
    case 'rectangle':
      return `${all}M${shutter.left - 1} ${shutter.top - 1}H${shutter.right}V${shutter.bottom}H${shutter.left - 1}Z`
    case 'circle': {
      const [x, y, r] = [shutter.column - 0.5, shutter.row - 0.5, shutter.radius]
      return `${all}M${x - r} ${y}A${r} ${r} 0 1 0 ${x + r} ${y}A${r} ${r} 0 1 0 ${x - r} ${y}Z`
    }
    case 'polygon':
      return `${all}M${shutter.points.map(([row, column]) => `${column - 0.5} ${row - 0.5}`).join('L')}Z`
  }
}

import type { KeyboardEvent, PointerEvent } from 'react'
import type { Point, ShapeKind } from '../../../../../shared/standards/dicom/calibration'
import type { Placing } from '../engine'
import { toGlass } from './placing'
import { broken, lineHeight, textPlace } from './textPlace'

interface Props {
  readonly kind: ShapeKind
  readonly points: readonly Point[]
  readonly placing: Placing
  readonly lines: readonly string[]
  /** Size of the glass, for the words to stay on it. */
  readonly size: { readonly width: number; readonly height: number } | undefined
  readonly chosen?: boolean
  /** Not saved, or not yet. */
  readonly unsaved?: boolean
  /** The name of each point for those who cannot see it; absent where points cannot be moved. */
  readonly handleName?: (index: number) => string
  readonly onPress?: (event: PointerEvent) => void
  readonly onHandle?: (index: number, event: PointerEvent) => void
  readonly onHandleKey?: (index: number, event: KeyboardEvent) => void
}

/** Around a cross or a point, in pixels of the glass. */
const crossReach = 9

/** One shape on the glass, with what it measures beside it. Its outline is drawn in the picture's own pixels, so it turns and grows with it. */
export const AnnotationShape = ({ kind, points, placing, lines, size, chosen = false, unsaved = false, handleName, onPress, onHandle, onHandleKey }: Props) => {
  const onGlass = points.map((point) => toGlass(placing, point))
  const words = broken(lines)
  const { x: textX, y: textY, anchor } = textPlace(onGlass, words, size)
  return (
    <g className="measure-shape" data-kind={kind} data-chosen={chosen} data-unsaved={unsaved}>
      <g transform={`matrix(${placing.join(' ')}) translate(0.5 0.5)`}>
        <Outline kind={kind} points={points} className="measure-shadow" />
        <Outline kind={kind} points={points} className="measure-line" />
        {onPress ? <Outline kind={kind} points={points} className="measure-grip" onPointerDown={onPress} /> : null}
      </g>
      {kind === 'probe' ? onGlass.map(([x, y]) => <Cross key="probe" x={x} y={y} onPress={onPress} />) : null}
      {handleName
        ? onGlass.map(([x, y], index) => (
            <g key={index}>
              <circle className="measure-handle" cx={x} cy={y} r={5} />
              <circle
                className="measure-touch"
                cx={x}
                cy={y}
                tabIndex={0}
                role="button"
                aria-label={handleName(index)}
                onPointerDown={(event) => onHandle?.(index, event)}
                onKeyDown={(event) => onHandleKey?.(index, event)}
              />
            </g>
          ))
        : null}
      <text className="measure-text" x={textX} y={textY} textAnchor={anchor}>
        {words.map((line, index) => (
          <tspan key={index} x={textX} dy={index === 0 ? 0 : lineHeight}>
            {line}
          </tspan>
        ))}
      </text>
    </g>
  )
}

const Outline = ({ kind, points, ...rest }: { readonly kind: ShapeKind; readonly points: readonly Point[]; readonly className: string; readonly onPointerDown?: ((event: PointerEvent) => void) | undefined }) => {
  const [a = [0, 0], b = a] = points
  switch (kind) {
    case 'length':
    case 'angle':
      return <polyline {...rest} points={points.map((point) => point.join(',')).join(' ')} />
    case 'rectangle':
      return <rect {...rest} x={Math.min(a[0], b[0])} y={Math.min(a[1], b[1])} width={Math.abs(b[0] - a[0])} height={Math.abs(b[1] - a[1])} />
    case 'ellipse':
      return <ellipse {...rest} cx={(a[0] + b[0]) / 2} cy={(a[1] + b[1]) / 2} rx={Math.abs(b[0] - a[0]) / 2} ry={Math.abs(b[1] - a[1]) / 2} />
    case 'probe':
      return null
  }
}

/** The cursor of the keys, and the mark of a point. */
export const Cross = ({ x, y, onPress, cursor = false }: { readonly x: number; readonly y: number; readonly onPress?: ((event: PointerEvent) => void) | undefined; readonly cursor?: boolean }) => (
  <g className={cursor ? 'measure-cursor' : 'measure-cross'}>
    {(['measure-shadow', 'measure-line', ...(onPress ? ['measure-grip'] : [])] as const).map((className) => (
      <path key={className} className={className} onPointerDown={onPress} d={`M${x - crossReach} ${y}H${x - 2}M${x + 2} ${y}H${x + crossReach}M${x} ${y - crossReach}V${y - 2}M${x} ${y + 2}V${y + crossReach}`} />
    ))}
  </g>
)

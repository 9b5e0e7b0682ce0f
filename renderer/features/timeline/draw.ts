import type { VitalCode } from '../../../shared/records/observation/vitals'
import { columnsOf } from './thin'
import type { View } from './view'

/** Numbers of one sign, the oldest first. */
export interface Curve {
  readonly code: VitalCode
  readonly at: readonly number[]
  readonly value: readonly number[]
}

/** Curves that share a lane: systolic and diastolic pressure do. */
export interface Lane {
  readonly curves: readonly Curve[]
}

/** As much of a canvas as is needed. */
export type Pen = Pick<CanvasRenderingContext2D, 'beginPath' | 'moveTo' | 'lineTo' | 'stroke' | 'fillRect' | 'clearRect' | 'strokeStyle' | 'fillStyle' | 'lineWidth'>

export interface Ink {
  readonly line: string
  readonly grid: string
}

export const laneHeight = 48
/** Room above and below a curve. */
const edge = 6
/** Wider gaps than this many pixels are not bridged: nothing was measured there. */
const bridged = 160

/** The least and the most of what is in view, with the nearest on either side; the same for both: a little room. */
export const scaleOf = (curves: readonly Curve[], view: View, width: number): { readonly least: number; readonly most: number } | undefined => {
  const columns = curves.flatMap((curve) => columnsOf(curve, view, width))
  if (columns.length === 0) return undefined
  const [least, most] = [Math.min(...columns.map((each) => each.least)), Math.max(...columns.map((each) => each.most))]
  return least === most ? { least: least - 1, most: most + 1 } : { least, most }
}

/** Draws the lanes from above, each with a scale of its own; so many values as fit on one column of the glass are one stroke from the least to the most. */
export const drawLanes = (pen: Pen, lanes: readonly Lane[], view: View, width: number, ticks: readonly number[], ink: Ink): void => {
  pen.clearRect(0, 0, width, lanes.length * laneHeight)
  pen.lineWidth = 1
  pen.strokeStyle = ink.grid
  pen.beginPath()
  for (const tick of ticks) {
    const x = Math.round(((tick - view.from) / (view.to - view.from)) * width) + 0.5
    pen.moveTo(x, 0)
    pen.lineTo(x, lanes.length * laneHeight)
  }
  for (let lane = 1; lane <= lanes.length; lane += 1) {
    pen.moveTo(0, lane * laneHeight - 0.5)
    pen.lineTo(width, lane * laneHeight - 0.5)
  }
  pen.stroke()
  pen.strokeStyle = ink.line
  pen.fillStyle = ink.line
  for (const [index, { curves }] of lanes.entries()) {
    const scale = scaleOf(curves, view, width)
    if (!scale) continue
    const y = (value: number): number => (index + 1) * laneHeight - edge - ((value - scale.least) / (scale.most - scale.least)) * (laneHeight - 2 * edge)
    for (const curve of curves) {
      const columns = columnsOf(curve, view, width)
      pen.beginPath()
      let before: number | undefined
      for (const { x, least, most, first, last } of columns) {
        if (before === undefined || x - before > bridged) pen.moveTo(x, y(first))
        else pen.lineTo(x, y(first))
        if (least !== most) {
          pen.moveTo(x, y(least))
          pen.lineTo(x, y(most))
          pen.moveTo(x, y(last))
        }
        before = x
      }
      pen.stroke()
      // What was measured stands out from the line between.
      if (columns.length * 8 < width) for (const { x, last } of columns) pen.fillRect(x - 2, y(last) - 2, 4, 4)
    }
  }
}

import type { PaneContext } from '../parts'
import { useCrosshair } from './crosshair'

/** Where the planes are cut, on the picture that they are made from. */
export const CrosshairOverlay = ({ pane: { series, place, shown, view } }: { readonly pane: PaneContext }) => {
  const crosshair = useCrosshair(series.seriesInstanceUid)
  const instance = series.instances.find(({ sopInstanceUid }) => sopInstanceUid === place?.sopInstanceUid)
  const placing = crosshair && shown && view?.placing()
  if (!crosshair || !instance || !placing) return null
  const [x, y] = [crosshair.column + 0.5, crosshair.row + 0.5]
  return (
    <svg className="viewer-overlay viewer-reference" aria-hidden="true">
      <g transform={`matrix(${placing.join(' ')})`}>
        <line x1={0} x2={instance.columns} y1={y} y2={y} vectorEffect="non-scaling-stroke" />
        <line x1={x} x2={x} y1={0} y2={instance.rows} vectorEffect="non-scaling-stroke" />
      </g>
    </svg>
  )
}

import { createContext, useContext } from 'react'
import type { PaneContext } from './parts'
import { referenceLine, type Plane } from './plane'

/** Where the picture lies that a person is turning; undefined where that is not known. */
export const ActivePlane = createContext<Plane | undefined>(undefined)

/** Where the picture that a person is turning cuts this one. */
export const ReferenceLine = ({ pane: { shown, view } }: { readonly pane: PaneContext }) => {
  const active = useContext(ActivePlane)
  const line = shown?.plane && active && referenceLine(shown.plane, active)
  if (!line || !view) return null
  const [[x1, y1], [x2, y2]] = [view.onGlass(line[0]), view.onGlass(line[1])]
  return (
    <svg className="viewer-overlay viewer-reference" aria-hidden="true">
      <line x1={x1} y1={y1} x2={x2} y2={y2} />
    </svg>
  )
}

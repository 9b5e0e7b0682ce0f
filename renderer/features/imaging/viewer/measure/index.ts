import type { ViewerOverlay, ViewerPanel } from '../parts'
import { AnnotationsPanel } from './AnnotationsPanel'
import { MeasureOverlay } from './MeasureOverlay'
import { m } from './words'

export { measuringHands } from './shapeKind'

/** What is measured and marked, on the pictures. */
export const measureOverlay: ViewerOverlay = { id: 'measure', Overlay: MeasureOverlay }

/** The same as a list. */
export const annotationsPanel: ViewerPanel = { id: 'measure', get label() { return m('panel') }, keys: '0', Panel: AnnotationsPanel }

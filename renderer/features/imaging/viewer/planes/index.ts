import { lazy } from 'react'
import type { ViewerOverlay, ViewerPanel } from '../parts'
import { CrosshairOverlay } from './CrosshairOverlay'
import { p } from './words'

/** Two further planes through a stack of slices. */
export const planesPanel: ViewerPanel = {
  id: 'planes',
  get label() { return p('planes') },
  keys: '/',
  concerns: ({ places, shown }) => places.length > 2 && shown?.plane !== undefined && !shown.colour,
  Panel: lazy(() => import('./PlanesPanel').then(({ PlanesPanel }) => ({ default: PlanesPanel }))),
}

/** Where they are cut, on the pictures. */
export const crosshairOverlay: ViewerOverlay = { id: 'crosshair', Overlay: CrosshairOverlay }

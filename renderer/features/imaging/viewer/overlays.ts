import { ImageLayer } from './layer/ImageLayer'
import { measureOverlay } from './measure'
import { crosshairOverlay } from './planes'
import type { ViewerOverlay } from './parts'

/** What is drawn over the pictures, the undermost first. One line for each feature. */
export const viewerOverlays: readonly ViewerOverlay[] = [{ id: 'image', Overlay: ImageLayer }, crosshairOverlay, measureOverlay]

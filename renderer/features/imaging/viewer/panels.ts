import { tagPanel } from '../documents'
import { picturesPanel } from '../export'
import { reportPanel } from '../report'
import { annotationsPanel } from './measure'
import { planesPanel } from './planes'
import type { ViewerPanel } from './parts'

/** What can stand beside the pictures. One line for each feature; each loads itself when it is opened. */
export const viewerPanels: readonly ViewerPanel[] = [planesPanel, reportPanel, annotationsPanel, picturesPanel, tagPanel]

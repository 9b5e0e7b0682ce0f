import { measuringHands } from './measure'
import type { ViewerHand } from './parts'
import { v } from './words'

/** Hands that change how a picture is seen. */
export const viewingHands: readonly ViewerHand[] = [
  { id: 'scroll', label: v('hand.scroll'), keys: 'S' },
  { id: 'window', label: v('hand.window'), keys: 'W', tool: 'WindowLevel' },
  { id: 'pan', label: v('hand.pan'), keys: 'M', tool: 'Pan' },
  { id: 'zoom', label: v('hand.zoom'), keys: 'Z', tool: 'Zoom' },
  { id: 'magnify', label: v('hand.magnify'), keys: 'G' },
]

/** Hands that put something onto a picture. Their tools are listed in `engine/tools.ts`. One line for each feature. */
export const markingHands: readonly ViewerHand[] = [...measuringHands]

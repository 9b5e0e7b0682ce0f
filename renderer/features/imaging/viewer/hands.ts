import { measuringHands } from './measure'
import type { ViewerHand } from './parts'
import { v } from './words'

/** Hands that change how a picture is seen. */
export const viewingHands: readonly ViewerHand[] = [
  { id: 'scroll', get label() { return v('hand.scroll') }, keys: 'S' },
  { id: 'window', get label() { return v('hand.window') }, keys: 'W', tool: 'WindowLevel' },
  { id: 'pan', get label() { return v('hand.pan') }, keys: 'M', tool: 'Pan' },
  { id: 'zoom', get label() { return v('hand.zoom') }, keys: 'Z', tool: 'Zoom' },
  { id: 'magnify', get label() { return v('hand.magnify') }, keys: 'G' },
]

/** Hands that put something onto a picture. Their tools are listed in `engine/tools.ts`. One line for each feature. */
export const markingHands: readonly ViewerHand[] = [...measuringHands]

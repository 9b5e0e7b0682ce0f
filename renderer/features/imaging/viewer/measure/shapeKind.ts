import { shapeKinds, type ShapeKind } from '../../../../../shared/standards/dicom/calibration'
import type { ViewerHand } from '../parts'
import { m } from './words'

const keys: Readonly<Record<ShapeKind, string>> = { length: 'D', angle: 'A', ellipse: 'E', rectangle: 'Q', probe: 'U' }

/** Hands that measure; the pointer is followed by the overlay, not by a tool of Cornerstone's. */
export const measuringHands: readonly ViewerHand[] = shapeKinds.map((kind) => ({ id: kind, get label() { return m(`hand.${kind}`) }, keys: keys[kind] }))

/** The shape that a hand draws. */
export const shapeOfHand = (hand: string): ShapeKind | undefined => shapeKinds.find((kind) => kind === hand)

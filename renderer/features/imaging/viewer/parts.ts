import type { ComponentType } from 'react'
import type { PatientSummary, SeriesEntry, StudyEntry } from '../../../../shared/contract'
import type { Shown, StackView } from './engine'
import type { Place } from './places'

/** What the viewer knows of the patient. */
export type ViewerPatient = Pick<PatientSummary, 'id' | 'family' | 'given' | 'number'>

/** One picture area of the viewer, as those who add something to it see it. */
export interface PaneContext {
  readonly patient: ViewerPatient
  readonly study: StudyEntry
  readonly series: SeriesEntry
  /** Every place of the series in viewing order. */
  readonly places: readonly Place[]
  /** Index of the place that is on the glass; of the place asked for while nothing is. */
  readonly at: number
  /** `places[at]`. */
  readonly place: Place | undefined
  /** How the picture of `place` lies on the glass; undefined while there is none. It changes with every drawing. */
  readonly shown: Shown | undefined
  readonly view: StackView | undefined
  /** Keys and the toolbar go to this one. */
  readonly active: boolean
  /** Id of the hand: what the left button, or one finger, does. */
  readonly hand: string
  /** Turns the stack to a place. */
  readonly go: (place: number) => void
}

/** What the left button, or one finger, does. */
export interface ViewerHand {
  readonly id: string
  /** In words, for the button and the help of keys. */
  readonly label: string
  /** One letter. */
  readonly keys: string
  /** Name of a tool in `engine/tools.ts`; absent where the viewer follows the pointer itself. */
  readonly tool?: string
}

/** Something drawn over a picture, in a box as large as the glass; it takes the pointer only where it asks for it in its style. */
export interface ViewerOverlay {
  readonly id: string
  readonly Overlay: ComponentType<{ readonly pane: PaneContext }>
}

/** Something that stands beside the pictures, opened by a button with words. */
export interface ViewerPanel {
  readonly id: string
  readonly label: string
  readonly keys?: string
  /** Whether it has anything to say of this series; absent: of every one. */
  readonly concerns?: (pane: PaneContext) => boolean
  readonly Panel: ComponentType<{ readonly pane: PaneContext; readonly onClose: () => void }>
}

/** Shows an instance that is no image in its place of the stack. */
export interface DocumentView {
  readonly id: string
  readonly shows: (place: Place, series: SeriesEntry) => boolean
  readonly View: ComponentType<{ readonly pane: PaneContext }>
}

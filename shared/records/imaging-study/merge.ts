import type { ImagingStudy } from 'fhir/r4'
import { both, by, largest, latest, several, text, thing, type MergeTable } from '../mergeRule'
import { withSeries } from './study'

/** How two versions of a study become one: every series that either archive has; onto whose chart it belongs is asked. */
export const studyMerge: MergeTable<ImagingStudy> = {
  identifier: several(['system'], { value: text }),
  extension: by(['url']),
  subject: thing,
  started: thing,
  description: text,
  series: by(['uid'], { numberOfInstances: largest, number: latest, description: latest, modality: latest, started: latest }),
  modality: both,
  numberOfSeries: largest,
  numberOfInstances: largest,
}

/** The counts again, of the series that are now together. */
export const recounted = (study: ImagingStudy): ImagingStudy => (study.series ? withSeries(study, []) : study)

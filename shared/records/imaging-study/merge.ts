import type { ImagingStudy } from 'fhir/r4'
import { idIn } from '../systems'
import { canonical, type Json } from '../mergeFields'
import { both, by, extensionPart, largest, latest, several, text, thing, type MergeRule, type MergeTable } from '../mergeRule'
import { withSeries } from './study'

const isPatient = (subject: Json): boolean => idIn(subject as ImagingStudy['subject'], 'Patient') !== undefined

/** A chart stands before none; between two charts a person decides. What the files of an unfiled study say goes by the later version. */
const chart: MergeRule = { kind: 'settled', by: (one, other) => (isPatient(one) && isPatient(other) ? undefined : isPatient(one) ? one : other) }

/** What a person decided stands before what was counted: deleted before taken off a chart, and that before on one. */
const weight = ['available', 'registered', 'entered-in-error']
const status: MergeRule = { kind: 'settled', by: (one, other) => (weight.indexOf(String(one)) > weight.indexOf(String(other)) ? one : other) }

/** A decision: the later one stands. Where it came from: either is true, and one is kept. What the files say of the patient is asked about. */
const said: MergeRule = {
  kind: 'settled',
  by: (one, other) => {
    const [first, second] = [extensionPart(one, 'at', 'valueInstant'), extensionPart(other, 'at', 'valueInstant')]
    if (first !== undefined && second !== undefined) return first > second || (first === second && canonical(one) > canonical(other)) ? one : other
    return [one, other].every((parts) => extensionPart(parts, 'kind', 'valueCode') !== undefined) ? (canonical(one) > canonical(other) ? one : other) : undefined
  },
}

/** How two versions of a study become one: every series that either archive has; on whose chart it belongs is asked where it stands on two. */
export const studyMerge: MergeTable<ImagingStudy> = {
  identifier: several(['system'], { value: text }),
  extension: by(['url'], { extension: said, valueReference: latest }),
  status,
  subject: chart,
  started: thing,
  description: text,
  series: by(['uid'], { numberOfInstances: largest, number: latest, description: latest, modality: latest, started: latest }),
  modality: both,
  numberOfSeries: largest,
  numberOfInstances: largest,
}

/** The counts again, of the series that are now together. */
export const recounted = (study: ImagingStudy): ImagingStudy => (study.series ? withSeries(study, []) : study)

import type { ImagingStudy } from 'fhir/r4'
import { movedBack, type Decided } from './orderLink'

/** The study as a person deleted it: off its chart, its images off every workstation. Who, when and why stays with the record. */
export const deleted = (study: ImagingStudy, decision: Decided & { readonly why: string }): ImagingStudy => ({ ...movedBack(study, decision), status: 'entered-in-error' })

/** Whether somebody deleted it. */
export const isDeleted = ({ status }: ImagingStudy): boolean => status === 'entered-in-error'

/** A deleted study whose images come again: it waits for a person; no number puts it onto a chart. */
export const undeleted = (study: ImagingStudy): ImagingStudy => ({ ...study, status: 'registered' })

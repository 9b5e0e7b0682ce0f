import type { Extension, ImagingStudy } from 'fhir/r4'
import { idIn, referenceTo } from '../systems'
import { dicomPatientOf, linkedTo, patientOf } from './study'

const orderLinkUrl = 'urn:outpost:order-link'
const movedBackUrl = 'urn:outpost:moved-back'

/** A person and an instant. */
export interface Decided {
  /** Practitioner id. */
  readonly by: string
  readonly name: string
  /** ISO instant. */
  readonly at: string
}

const decidedParts = ({ by, name, at }: Decided): Extension[] => [{ url: 'by', valueReference: referenceTo('Practitioner', by, name) }, { url: 'at', valueInstant: at }]
const partsOf = (study: ImagingStudy, url: string): readonly Extension[] | undefined => study.extension?.find((each) => each.url === url)?.extension
const without = (study: ImagingStudy, url: string): Extension[] => (study.extension ?? []).filter((each) => each.url !== url)

/** The study as what answers an order. `at`: ISO instant; `by`: the person who said so, absent where its numbers did. */
export const answeringOrder = (study: ImagingStudy, order: string, { at, by }: { readonly at: string; readonly by?: { readonly practitioner: string; readonly name: string } }): ImagingStudy => ({
  ...study,
  basedOn: [referenceTo('ServiceRequest', order)],
  extension: [
    ...without(study, orderLinkUrl),
    { url: orderLinkUrl, extension: [{ url: 'at', valueInstant: at }, ...(by ? [{ url: 'by', valueReference: referenceTo('Practitioner', by.practitioner, by.name) }] : [])] },
  ],
})

/** Id of the order that the study answers. */
export const orderOfStudy = (study: ImagingStudy): string | undefined => study.basedOn?.map((each) => idIn(each, 'ServiceRequest')).find((id) => id !== undefined)

/** When the study was put to its order, and by whom where a person did it. */
export const orderLinkOf = (study: ImagingStudy): { readonly at: string; readonly by?: string } | undefined => {
  const parts = partsOf(study, orderLinkUrl)
  if (!parts) return undefined
  const by = parts.find(({ url }) => url === 'by')?.valueReference?.display
  return { at: parts.find(({ url }) => url === 'at')?.valueInstant ?? '', ...(by !== undefined && { by }) }
}

/**
 * The study off its chart, by a person's decision: it answers no order, and no number puts it onto a chart again. Its
 * status says `registered`, so that every workstation finds it by that.
 */
export const movedBack = (study: ImagingStudy, decision: Decided & { readonly why: string }): ImagingStudy => {
  const from = patientOf(study)
  const { basedOn: _order, ...rest } = linkedTo(study, '')
  const dicom = dicomPatientOf(study)
  return {
    ...rest,
    status: 'registered',
    subject: { type: 'Patient', identifier: { value: dicom.id === '' ? 'unknown' : dicom.id } },
    extension: [
      ...without(rest, orderLinkUrl).filter(({ url }) => url !== movedBackUrl),
      {
        url: movedBackUrl,
        extension: [...decidedParts(decision), { url: 'why', valueString: decision.why }, ...(from === undefined ? [] : [{ url: 'from', valueReference: referenceTo('Patient', from) }])],
      },
    ],
  }
}

/** The last decision to take it off a chart; `from`: id of that patient. */
export const movedBackOf = (study: ImagingStudy): (Omit<Decided, 'by'> & { readonly by: string; readonly why: string; readonly from?: string }) | undefined => {
  const parts = partsOf(study, movedBackUrl)
  if (!parts) return undefined
  const part = (url: string) => parts.find((each) => each.url === url)
  const from = idIn(part('from')?.valueReference, 'Patient')
  return {
    by: idIn(part('by')?.valueReference, 'Practitioner') ?? '',
    name: part('by')?.valueReference?.display ?? '',
    at: part('at')?.valueInstant ?? '',
    why: part('why')?.valueString ?? '',
    ...(from !== undefined && { from }),
  }
}

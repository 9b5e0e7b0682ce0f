import type { Extension, Specimen } from 'fhir/r4'
import { specimenKindOf } from '../lab-catalogue/catalogue'
import { idIn, referenceTo, systems } from '../systems'

/** Coding system of the kinds of the catalogue. */
const kindSystem = 'urn:outpost:specimen-kind'
const hl7Kinds = 'http://terminology.hl7.org/CodeSystem/v2-0487'
const receivedUrl = 'urn:outpost:specimen-received'
const rejectedUrl = 'urn:outpost:specimen-rejected'

/** Why a laboratory sends a tube back: WHO "Laboratory quality management system" handbook (2011), chapter 5 on sample rejection. `other`: in words. */
export const rejectReasons = ['haemolysed', 'clotted', 'too-little', 'wrong-container', 'unlabelled', 'mislabelled', 'leaking', 'too-old', 'lipaemic', 'lost', 'other'] as const
/** See {@link rejectReasons}. */
export type RejectReason = (typeof rejectReasons)[number]

/** Something that a named person did to a tube. */
export interface SpecimenAct {
  /** ISO instant. */
  readonly at: string
  /** Practitioner id. */
  readonly by: string
}

/** What a tube says of itself. */
export interface SpecimenFacts {
  readonly accession: string
  /** Patient id. */
  readonly subject: string
  /** Code of the catalogue's kind. */
  readonly kind: string
  /** Ids of the orders that it was taken for. */
  readonly orders: readonly string[]
  readonly collected?: SpecimenAct
  readonly received?: SpecimenAct
  readonly rejected?: SpecimenAct & { readonly reason: RejectReason; readonly words: string }
}

const act = (url: string, { at, by }: SpecimenAct, more: readonly Extension[] = []): Extension => ({
  url,
  extension: [{ url: 'at', valueInstant: at }, { url: 'by', valueReference: referenceTo('Practitioner', by) }, ...more],
})
const partsOf = (specimen: Specimen, url: string): readonly Extension[] | undefined => specimen.extension?.find((each) => each.url === url)?.extension
const actIn = (parts: readonly Extension[]): SpecimenAct => ({
  at: parts.find(({ url }) => url === 'at')?.valueInstant ?? '',
  by: idIn(parts.find(({ url }) => url === 'by')?.valueReference, 'Practitioner') ?? '',
})

/** A tube that was just taken of a patient, under the number that its label bears. */
export const specimenOf = (told: { readonly accession: string; readonly subject: string; readonly kind: string; readonly orders: readonly string[]; readonly collected: SpecimenAct }): Specimen => {
  const kind = specimenKindOf(told.kind)
  return {
    resourceType: 'Specimen',
    accessionIdentifier: { system: systems.accession, value: told.accession },
    status: 'available',
    type: { coding: [{ system: kindSystem, code: kind.code }, ...(kind.hl7 === undefined ? [] : [{ system: hl7Kinds, code: kind.hl7 }])], text: kind.name },
    subject: referenceTo('Patient', told.subject),
    request: told.orders.map((order) => referenceTo('ServiceRequest', order)),
    collection: { collector: referenceTo('Practitioner', told.collected.by), collectedDateTime: told.collected.at },
    container: [{ description: kind.container }],
  }
}

/** The tube, come to the laboratory; one that had come already, or was rejected, stays as it was. */
export const receivedSpecimen = (specimen: Specimen, received: SpecimenAct): Specimen =>
  specimen.receivedTime !== undefined || specimen.status !== 'available'
    ? specimen
    : { ...specimen, receivedTime: received.at, extension: [...(specimen.extension ?? []), act(receivedUrl, received)] }

/** The tube, sent back for a reason; one that was rejected already stays as it was. */
export const rejectedSpecimen = (specimen: Specimen, rejected: SpecimenAct & { readonly reason: RejectReason; readonly words: string }): Specimen =>
  specimen.status !== 'available'
    ? specimen
    : {
        ...specimen,
        status: 'unsatisfactory',
        extension: [
          ...(specimen.extension ?? []),
          act(rejectedUrl, rejected, [{ url: 'reason', valueCode: rejected.reason }, ...(rejected.words === '' ? [] : [{ url: 'words', valueString: rejected.words }])]),
        ],
      }

/** When a collection says that it was; of what has no time, never. */
export const collectedAt = (collection: unknown): string => (collection as Specimen['collection'])?.collectedDateTime ?? '9999'

/** Reads a tube. */
export const specimenFacts = (specimen: Specimen): SpecimenFacts => {
  const [received, rejected] = [partsOf(specimen, receivedUrl), partsOf(specimen, rejectedUrl)]
  const at = specimen.collection?.collectedDateTime
  return {
    accession: specimen.accessionIdentifier?.value ?? '',
    subject: idIn(specimen.subject, 'Patient') ?? '',
    kind: specimen.type?.coding?.find(({ system }) => system === kindSystem)?.code ?? 'other',
    orders: specimen.request?.flatMap((each) => idIn(each, 'ServiceRequest') ?? []) ?? [],
    ...(at !== undefined && { collected: { at, by: idIn(specimen.collection?.collector, 'Practitioner') ?? '' } }),
    ...(specimen.receivedTime !== undefined && { received: { at: specimen.receivedTime, by: received ? actIn(received).by : '' } }),
    ...(specimen.status === 'unsatisfactory' && rejected && {
      rejected: {
        ...actIn(rejected),
        reason: rejectReasons.find((reason) => reason === rejected.find(({ url }) => url === 'reason')?.valueCode) ?? 'other',
        words: rejected.find(({ url }) => url === 'words')?.valueString ?? '',
      },
    }),
  }
}

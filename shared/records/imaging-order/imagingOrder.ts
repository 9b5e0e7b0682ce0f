import type { Extension, ServiceRequest } from 'fhir/r4'
import { idIn, referenceTo, systems, thingsIn } from '../systems'

/** Coding system of DICOM's own terms (modalities). */
const dcm = 'http://dicom.nema.org/resources/ontology/DCM'
/** Identifier system of a Study Instance UID; the value is `urn:oid:` and the UID. */
const studyUidSystem = 'urn:dicom:uid'
/** Coding system of what is ordered; its codes are the modalities, so that imaging orders are found by `code`. */
const procedureSystem = 'urn:outpost:imaging-procedure'
/** Category of an imaging order (SNOMED CT, Imaging). */
const imagingCategory = '363679005'
const stepUrl = 'urn:outpost:imaging-step:'
const cancelledUrl = 'urn:outpost:order-cancelled'

/** Modalities that can be ordered (PS3.3 §C.7.3.1.1.1); `OT`: something else, said in words. */
export const orderedModalities = ['DX', 'CR', 'CT', 'MR', 'US', 'MG', 'RF', 'XA', 'NM', 'PT', 'BMD', 'PX', 'IO', 'OP', 'OPT', 'ES', 'ECG', 'OT'] as const
export type OrderedModality = (typeof orderedModalities)[number]

/** How soon, as R4's `request-priority` has it. */
export const orderPriorities = ['routine', 'urgent', 'asap', 'stat'] as const
export type OrderPriority = (typeof orderPriorities)[number]

/** Which side of a paired part of the body. */
export const lateralities = ['left', 'right', 'both'] as const
export type Laterality = (typeof lateralities)[number]

/** What a doctor orders. */
export interface ImagingOrderTold {
  /** Patient id. */
  readonly subject: string
  readonly accession: string
  /** Study Instance UID that the modality is to use: see {@link studyUidOfOrder}. */
  readonly studyInstanceUid: string
  readonly modality: OrderedModality
  /** In words: `Chest PA and lateral`. */
  readonly bodyPart: string
  readonly laterality?: Laterality
  readonly reason: string
  readonly priority: OrderPriority
  /** For which day, YYYY-MM-DD, or day and time as ISO local. Absent: as soon as there is room. */
  readonly scheduled?: string
  /** What whoever takes the images has to know: allergy to contrast, pregnancy, in words. */
  readonly note?: string
  /** Practitioner id. */
  readonly requester: string
  /** ISO instant. */
  readonly authoredOn: string
}

/** What happens to an imaging order after it was written, in that order. The images and the report say by themselves when they came. */
export const orderSteps = ['performed', 'notified', 'seen'] as const
/** `performed`: a person said that the images were taken. `notified`: the report stood on the requester's screen. `seen`: the requester said so. */
export type OrderStep = (typeof orderSteps)[number]

/** Addresses of the extensions of an imaging order. */
export const imagingOrderExtensions: readonly string[] = [...orderSteps.map((step) => `${stepUrl}${step}`), cancelledUrl]

/** A step that was done. */
export interface OrderStepDone {
  /** ISO instant. */
  readonly at: string
  /** Practitioner id. */
  readonly by: string
}

const sideWords: Readonly<Record<Laterality, string>> = { left: 'left', right: 'right', both: 'both sides' }
/** SNOMED CT qualifiers. */
const sideCodes: Readonly<Record<Laterality, string>> = { left: '7771000', right: '24028007', both: '51440002' }

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * The Study Instance UID of an order: `2.25.` and the record's ULID as a number (PS3.5 §B.2 does so with a UUID). Made
 * without a network, the same wherever it is asked for, and {@link orderOfStudyUid} reads the order back from it.
 */
export const studyUidOfOrder = (order: string): string => {
  let value = 0n
  for (const letter of order) value = (value << 5n) | BigInt(crockford.indexOf(letter))
  return `2.25.${value}`
}

/** The order that a Study Instance UID may be of; undefined where the UID is of another form. Whether there is such an order, the records know. */
export const orderOfStudyUid = (uid: string): string | undefined => {
  const digits = /^2\.25\.(0|[1-9]\d{0,38})$/.exec(uid)?.[1]
  if (digits === undefined) return undefined
  let value = BigInt(digits)
  if (value >> 128n) return undefined
  let text = ''
  for (let place = 0; place < 26; place += 1) {
    text = crockford.charAt(Number(value & 31n)) + text
    value >>= 5n
  }
  return text
}

/** The order as a record. */
export const imagingOrderOf = (told: ImagingOrderTold): ServiceRequest => {
  const words = `${told.modality} ${told.bodyPart}${told.laterality === undefined ? '' : `, ${sideWords[told.laterality]}`}`
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    identifier: [
      { system: systems.accession, value: told.accession },
      { system: studyUidSystem, value: `urn:oid:${told.studyInstanceUid}` },
    ],
    category: [{ coding: [{ system: systems.snomed, code: imagingCategory, display: 'Imaging' }] }],
    priority: told.priority,
    code: { coding: [{ system: procedureSystem, code: told.modality }], text: words },
    orderDetail: [{ coding: [{ system: dcm, code: told.modality }] }],
    bodySite: [
      { text: told.bodyPart },
      ...(told.laterality === undefined ? [] : [{ coding: [{ system: systems.snomed, code: sideCodes[told.laterality], display: told.laterality }] }]),
    ],
    reasonCode: [{ text: told.reason }],
    ...(told.scheduled !== undefined && { occurrenceDateTime: told.scheduled }),
    ...(told.note !== undefined && told.note !== '' && { note: [{ text: told.note }] }),
    subject: referenceTo('Patient', told.subject),
    requester: referenceTo('Practitioner', told.requester),
    authoredOn: told.authoredOn,
  }
}

/** Whether an order asks for images. */
export const isImagingOrder = (order: ServiceRequest): boolean =>
  thingsIn(order.category).some(({ coding }) => thingsIn(coding).some(({ system, code }) => system === systems.snomed && code === imagingCategory))

/** What is to be taken, of whom, when and why: what chart, worklist and report need of an order. */
export interface ImagingOrderFacts {
  readonly accession: string
  readonly studyInstanceUid: string
  readonly modality: OrderedModality
  readonly bodyPart: string
  readonly laterality?: Laterality
  /** Modality, part and side in one line. */
  readonly what: string
  readonly reason: string
  readonly priority: OrderPriority
  /** See {@link ImagingOrderTold.scheduled}. */
  readonly scheduled?: string
  readonly note: string
  readonly status: 'active' | 'completed' | 'revoked'
  /** Patient id. */
  readonly subject: string
  /** Practitioner id of the doctor who asked for it. */
  readonly requester: string
  readonly authoredOn: string
  readonly steps: Partial<Readonly<Record<OrderStep, OrderStepDone>>>
  /** Why it was withdrawn, by whom and when. */
  readonly cancelled?: OrderStepDone & { readonly why: string }
}

const known = <Word extends string>(words: readonly Word[], word: string | undefined, otherwise: Word): Word => words.find((each) => each === word) ?? otherwise
const partsOf = (order: ServiceRequest, url: string): readonly Extension[] | undefined => order.extension?.find((each) => each.url === url)?.extension
const doneIn = (parts: readonly Extension[]): OrderStepDone => ({
  at: parts.find(({ url }) => url === 'at')?.valueInstant ?? '',
  by: idIn(parts.find(({ url }) => url === 'by')?.valueReference, 'Practitioner') ?? '',
})
const doneParts = ({ at, by }: OrderStepDone): Extension[] => [{ url: 'at', valueInstant: at }, { url: 'by', valueReference: referenceTo('Practitioner', by) }]

/** Reads an imaging order. What an order of another system leaves out is empty. */
export const imagingOrderFacts = (order: ServiceRequest): ImagingOrderFacts => {
  const side = order.bodySite?.flatMap(({ coding }) => coding ?? []).find(({ code }) => Object.values(sideCodes).includes(code ?? ''))?.code
  const laterality = lateralities.find((each) => sideCodes[each] === side)
  const cancelled = partsOf(order, cancelledUrl)
  const steps: Partial<Record<OrderStep, OrderStepDone>> = {}
  for (const step of orderSteps) {
    const parts = partsOf(order, `${stepUrl}${step}`)
    if (parts) steps[step] = doneIn(parts)
  }
  return {
    accession: order.identifier?.find(({ system }) => system === systems.accession)?.value ?? '',
    studyInstanceUid: order.identifier?.find(({ system }) => system === studyUidSystem)?.value?.replace(/^urn:oid:/, '') ?? '',
    modality: known(orderedModalities, order.code?.coding?.find(({ system }) => system === procedureSystem)?.code, 'OT'),
    bodyPart: order.bodySite?.find(({ text }) => text !== undefined)?.text ?? '',
    ...(laterality !== undefined && { laterality }),
    what: order.code?.text ?? '',
    reason: order.reasonCode?.[0]?.text ?? '',
    priority: known(orderPriorities, order.priority, 'routine'),
    ...(order.occurrenceDateTime !== undefined && { scheduled: order.occurrenceDateTime }),
    note: (order.note ?? []).map(({ text }) => text).join('\n'),
    status: order.status === 'completed' ? 'completed' : order.status === 'active' ? 'active' : 'revoked',
    subject: idIn(order.subject, 'Patient') ?? '',
    requester: idIn(order.requester, 'Practitioner') ?? '',
    authoredOn: order.authoredOn ?? '',
    steps,
    ...(cancelled && { cancelled: { ...doneIn(cancelled), why: cancelled.find(({ url }) => url === 'why')?.valueString ?? '' } }),
  }
}

const withPart = (order: ServiceRequest, url: string, parts: Extension[]): ServiceRequest => ({
  ...order,
  extension: [...(order.extension ?? []).filter((each) => each.url !== url), { url, extension: parts }],
})

/** The order with a step done; a step that was done already stays as it was. */
export const withStep = (order: ServiceRequest, step: OrderStep, done: OrderStepDone): ServiceRequest =>
  partsOf(order, `${stepUrl}${step}`) ? order : withPart(order, `${stepUrl}${step}`, doneParts(done))

/** The order whose report says something new: whoever asked for it is to be told again, and to read it again. */
export const toBeReadAgain = (order: ServiceRequest): ServiceRequest => {
  const told = [`${stepUrl}notified`, `${stepUrl}seen`]
  if (!order.extension?.some(({ url }) => told.includes(url))) return order
  const { extension, ...rest } = order
  const left = extension.filter(({ url }) => !told.includes(url))
  return left.length > 0 ? { ...rest, extension: left } : rest
}

/** The order, withdrawn for a reason; one that is answered stays as it is. */
export const cancelledOrder = (order: ServiceRequest, cancelled: OrderStepDone & { readonly why: string }): ServiceRequest =>
  order.status === 'active' ? { ...withPart(order, cancelledUrl, [...doneParts(cancelled), { url: 'why', valueString: cancelled.why }]), status: 'revoked' } : order

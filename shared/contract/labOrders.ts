import * as z from 'zod'
import { orderedModalities, orderPriorities, type OrderPriority } from '../records/imaging-order/imagingOrder'
import { catalogueCode } from '../records/lab-catalogue/catalogue'
import type { LabStep } from '../records/service-request/track'
import type { OrderedTest } from '../records/service-request/order'
import { rejectReasons, type RejectReason } from '../records/specimen/specimen'
import type { PatientSummary } from './patients'
import { request } from './request'
import { idempotencyKey, line, optionalLine, page, recordId } from './shapes'

export { labSteps, type LabStep } from '../records/service-request/track'
export type { OrderedTest } from '../records/service-request/order'
export { rejectReasons, type RejectReason } from '../records/specimen/specimen'

/** A step of a laboratory order. */
export interface LabStepEntry {
  readonly step: LabStep
  /** ISO instant. Absent: not yet, or nobody noted it. */
  readonly at?: string
  /** Name of the person. Absent: it came about by itself. */
  readonly by?: string
}

/** A laboratory order and how far it is. */
export interface LabOrderEntry {
  readonly id: string
  /** Patient id. */
  readonly patient: string
  /** Number of its tube. */
  readonly accession: string
  readonly test: string
  /** The catalogue's code; '' where it was ordered in words. */
  readonly code: string
  /** As they were ordered, whatever the catalogue says by now. */
  readonly tests: readonly OrderedTest[]
  /** Kind of specimen, by the catalogue's code. */
  readonly specimen: string
  readonly priority: OrderPriority
  readonly reason: string
  readonly status: 'active' | 'completed' | 'revoked'
  /** Name of the person who ordered it. */
  readonly by: string
  readonly at: string
  /** All of them, done or not. */
  readonly steps: readonly LabStepEntry[]
  /** The last one that was done. */
  readonly stage: LabStep
  /** Names of the tests that wait for a result. */
  readonly missing: readonly string[]
  /** How many of its tests have one. */
  readonly resulted: number
  /** The last tube that was sent back: it has to be taken again. */
  readonly again?: { readonly at: string; readonly by: string; readonly rejected: string; readonly reason: RejectReason }
  readonly withdrawn?: { readonly at: string; readonly by: string; readonly why: string }
  /** It waits no longer for the tests that have no result. */
  readonly closed?: { readonly at: string; readonly by: string; readonly why: string }
}

/** What the number on a tube stands for. */
export interface LabSample {
  readonly accession: string
  readonly patient: PatientSummary
  readonly orders: readonly LabOrderEntry[]
  /** The tube is no good; its orders wait for another one. */
  readonly rejected?: { readonly at: string; readonly by: string; readonly reason: RejectReason; readonly words: string }
}

/** What was ordered by one press. */
export interface LabOrdersPlaced {
  readonly orders: readonly LabOrderEntry[]
  /** How many imaging orders came with them. */
  readonly imaging: number
}

/** Where on the laboratory's list an order stands; `resulted`: a part of it, or all of it is not verified yet. */
export const labWorklistStages = ['to-collect', 'collected', 'in-lab', 'resulted'] as const
/** See {@link labWorklistStages}. */
export type LabWorklistStage = (typeof labWorklistStages)[number]

/** An order on the laboratory's list. */
export interface LabWorklistEntry {
  readonly order: LabOrderEntry
  readonly stage: LabWorklistStage
  readonly patient: PatientSummary
}

/** A page of the laboratory's list. */
export interface LabWorklist {
  readonly entries: readonly LabWorklistEntry[]
  /** Of the stage that was asked for. */
  readonly total: number
  readonly counts: Readonly<Record<LabWorklistStage, number>>
  /** There are more open orders than are looked through; the oldest are left out. */
  readonly isCut: boolean
}

const accession = z.string().trim().min(1).max(40)
const accessions = z.array(accession).min(1).max(60)
const code = z.string().regex(catalogueCode)

const labOrders = z.object({
  key: idempotencyKey.max(50),
  patient: recordId,
  /** Of the catalogue, or in words. */
  orders: z.array(z.union([z.object({ code }), z.object({ words: line })])).max(60),
  imaging: z.array(z.object({ modality: z.enum(orderedModalities), bodyPart: line })).max(10).default([]),
  priority: z.enum(orderPriorities).default('routine'),
  reason: optionalLine.default(''),
}).refine(({ orders, imaging }) => orders.length + imaging.length > 0, { path: ['orders'] })

/** See {@link labOrderRequests}. */
export type LabOrdersAsk = z.output<typeof labOrders>

/** Laboratory orders and tubes, from the order to the laboratory's bench. */
export const labOrderRequests = {
  /** Everything of one press, offline, under this station's next numbers; `not-found` where the catalogue has a thing no longer. */
  placeLabOrders: request(labOrders, 'order.write', 'write').answers<LabOrdersPlaced>(),
  /** Newest first, with every step: all that wait, and of the others the newest. */
  listLabOrders: request(z.object({ patient: recordId, limit: page.limit }), 'chart.read').answers<LabOrderEntry[]>(),
  withdrawLabOrder: request(z.object({ patient: recordId, order: recordId, why: line }), 'order.write', 'write').answers<LabOrderEntry>(),
  /** Closes an order without the tests that have no result. */
  closeLabOrder: request(z.object({ patient: recordId, order: recordId, why: line }), 'result.verify', 'write').answers<LabOrderEntry>(),
  /** The tubes were taken of this patient, now. */
  collectSpecimens: request(z.object({ patient: recordId, accessions }), 'specimen.collect', 'write').answers<LabSample[]>(),
  /** The tubes are in the laboratory. */
  receiveSpecimens: request(z.object({ accessions }), 'specimen.receive', 'write').answers<LabSample[]>(),
  /** A tube is no good; answers what has to be taken again, under its new number. */
  rejectSpecimen: request(
    z.object({ accession, reason: z.enum(rejectReasons), words: optionalLine.default('') }).refine(({ reason, words }) => reason !== 'other' || words !== '', { path: ['words'] }),
    'specimen.receive',
    'write',
  ).answers<LabSample>(),
  /** What the number on a label stands for; `accession-unknown` where no order has it. */
  findByAccession: request(z.object({ accession }), 'chart.read', 'read').answers<LabSample>(),
  /** What waits in the laboratory and before it, the gravest first. */
  labWorklist: request(z.object({ stage: z.enum(labWorklistStages).optional(), ...page }), 'chart.read').answers<LabWorklist>(),
}

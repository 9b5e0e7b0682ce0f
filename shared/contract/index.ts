/**
 * The contract between a window and the practice host: read top to bottom, it tells what the
 * application can do. Handler, bridge and caller derive from it; a misspelt request does not compile.
 */
import type { z } from 'zod'
import type { Answer } from './answer'
import type { RequestDefinition } from './request'
import { accessRequests, practiceRequests } from './practice'
import { chartingRequests, patientRequests } from './patients'
import { backupRequests, restoreRequests } from './backup'
import { bedsideRequests } from './bedside'
import { blackBoxRequests } from './blackBox'
import { bluetoothRequests } from './bluetooth'
import { codeRequests } from './codes'
import { conditionRequests } from './conditions'
import { criticalRequests } from './critical'
import { deviceRequests } from './devices'
import { draftRequests } from './drafts'
import { dicomNetworkRequests } from './dicomNetwork'
import { earlyWarningRequests } from './earlyWarning'
import { dicomWebRequests } from './dicomWeb'
import { exchangeRequests } from './exchange'
import { fileRequests } from './files'
import { historyRequests } from './history'
import { hubRequests, joinRequests } from './hub'
import { imagingRequests } from './imaging'
import { imagingStorageRequests } from './imagingStorage'
import { imagingAnnotationRequests } from './imagingAnnotations'
import { imagingExchangeRequests } from './imagingExchange'
import { imagingExportRequests } from './imagingExport'
import { imagingOrderRequests } from './imagingOrders'
import { imagingDocumentRequests } from './imagingDocuments'
import { inboxRequests } from './inbox'
import { labCatalogueRequests } from './labCatalogue'
import { labResultRequests } from './labResults'
import { labOrderRequests } from './labOrders'
import { labReviewRequests } from './labReview'
import { inventoryRequests } from './inventory'
import { lineRequests } from './lines'
import { pairingRequests } from './pairing'
import { preferenceRequests } from './preferences'
import { reviewRequests } from './review'
import { storageRequests } from './storage'
import { stickRequests } from './stick'
import { securityRequests } from './security'
import { syncRequests } from './sync'
import { handoverRequests } from './handover'
import { scanRequests } from './scan'
import { triageRequests } from './triage'
import { timelineRequests } from './timeline'
import { viewerLinkRequests } from './viewerLink'
import { workbenchRequests } from './workbench'
import type { ClinicEvents } from './events'
import type { Shell } from './shell'

export const clinicRequests = {
  ...practiceRequests,
  ...accessRequests,
  ...preferenceRequests,
  ...draftRequests,
  ...patientRequests,
  ...chartingRequests,
  ...conditionRequests,
  ...codeRequests,
  ...earlyWarningRequests,
  ...deviceRequests,
  ...bluetoothRequests,
  ...bedsideRequests,
  ...triageRequests,
  ...scanRequests,
  ...handoverRequests,
  ...labReviewRequests,
  ...inboxRequests,
  ...timelineRequests,
  ...labResultRequests,
  ...labCatalogueRequests,
  ...labOrderRequests,
  ...criticalRequests,
  ...inventoryRequests,
  ...lineRequests,
  ...pairingRequests,
  ...workbenchRequests,
  ...blackBoxRequests,
  ...imagingRequests,
  ...imagingStorageRequests,
  ...dicomNetworkRequests,
  ...imagingAnnotationRequests,
  ...imagingOrderRequests,
  ...imagingExchangeRequests,
  ...imagingExportRequests,
  ...imagingDocumentRequests,
  ...dicomWebRequests,
  ...viewerLinkRequests,
  ...securityRequests,
  ...historyRequests,
  ...reviewRequests,
  ...syncRequests,
  ...exchangeRequests,
  ...hubRequests,
  ...joinRequests,
  ...fileRequests,
  ...stickRequests,
  ...storageRequests,
  ...backupRequests,
  ...restoreRequests,
}

/** Every request of the contract. */
export type ClinicRequests = typeof clinicRequests
export type RequestName = keyof ClinicRequests

/** What a caller passes (defaults not yet filled in). */
export type AskOf<Name extends RequestName> = z.input<ClinicRequests[Name]['ask']>
/** What a handler receives, checked and with defaults. */
export type CheckedAsk<Name extends RequestName> = z.output<ClinicRequests[Name]['ask']>
/** What comes back. */
export type ValueOf<Name extends RequestName> = ClinicRequests[Name] extends RequestDefinition<z.ZodType, infer Value> ? Value : never

/** The requests as functions, one a name. */
export type Clinic = {
  readonly [Name in RequestName]: undefined extends AskOf<Name> ? () => Promise<Answer<ValueOf<Name>>> : (ask: AskOf<Name>) => Promise<Answer<ValueOf<Name>>>
}

/** What the preload script puts on `window.outpost`: named functions, never a general send. */
export interface Bridge {
  /** Each takes the practice that the window believes is open, and what is asked. */
  readonly requests: { readonly [Name in RequestName]: (practice: string | null, ask: unknown) => Promise<Answer<ValueOf<Name>>> }
  /** Calls back on each event of that name; answers how to stop. */
  readonly on: { readonly [Name in keyof ClinicEvents]: (tell: (value: ClinicEvents[Name]) => void) => () => void }
  readonly shell: Shell
  /** Where a file lies that was dropped onto the window; empty: on no disk of this computer. */
  readonly pathOf: (file: unknown) => string
}

/** A request on the wire between bridge and practice host. */
export interface RequestMessage {
  readonly call: number
  readonly request: string
  /** The practice that the window believes is open; another one's things are `not-found`. Null before one is open. */
  readonly practice: string | null
  readonly ask: unknown
  /** Somebody touched the window in the last seconds; a screen that only refreshes itself still locks. */
  readonly byPerson: boolean
}

/** Somebody types or points, though nothing is asked: the idle clock starts anew. */
export interface ActivityMessage {
  readonly activity: true
}

/** An event on the wire. */
export interface EventMessage {
  readonly event: keyof ClinicEvents
  readonly value: unknown
}

/** The answer on the wire. */
export interface AnswerMessage {
  readonly call: number
  readonly answer: Answer<unknown>
}

export * from './actions'
export * from './answer'
export * from './backup'
export * from './bluetooth'
export * from './bedside'
export * from './blackBox'
export * from './codes'
export * from './conditions'
export * from './control'
export * from './critical'
export * from './devices'
export * from './dicomNetwork'
export * from './dicomWeb'
export * from './drafts'
export * from './earlyWarning'
export * from './events'
export * from './exchange'
export * from './files'
export * from './history'
export * from './hub'
export * from './imaging'
export * from './imagingStorage'
export * from './imagingAnnotations'
export * from './imagingExchange'
export * from './imagingDocuments'
export * from './imagingExport'
export * from './imagingOrders'
export * from './labCatalogue'
export * from './labOrders'
export * from './labResults'
export * from './labReview'
export * from './inbox'
export * from './inventory'
export * from './lines'
export * from './pairing'
export * from './patients'
export * from './practice'
export * from './preferences'
export * from './problems'
export * from './request'
export * from './review'
export * from './shapes'
export * from './security'
export * from './shell'
export * from './stick'
export * from './storage'
export * from './sync'
export * from './handover'
export * from './scan'
export * from './triage'
export * from './timeline'
export * from './viewerLink'
export * from './workbench'

import * as z from 'zod'
import type { FieldChange } from '../records/history/clinicalFields'
import { request } from './request'
import { recordId } from './shapes'

export type { FieldChange, FieldValue } from '../records/history/clinicalFields'

/** Who wrote a version of a record. */
export type VersionWriter =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'device'; readonly name: string }
  /** The application itself: a merge, the first run. */
  | { readonly kind: 'system' }

/** One version of a record: who, when, where, and what it says otherwise than the one before. */
export interface HistoryVersion {
  readonly record: string
  readonly by: VersionWriter
  /** Prefix of the workstation; absent for a merge, which every workstation makes alike. */
  readonly station?: string
  /** ISO instant. */
  readonly at: string
  /** `first`: the record was made. `corrected`: by a new record that points at the old. `merged`: two workstations' changes were put together. */
  readonly act: 'first' | 'revised' | 'corrected' | 'merged'
  readonly changes: readonly FieldChange[]
}

/** Records of a chart that have a history. */
const historyTypes = ['Patient', 'Encounter', 'Composition', 'Observation', 'AllergyIntolerance', 'Condition', 'ServiceRequest', 'DiagnosticReport', 'ImagingStudy'] as const

/** Superseded versions and corrections of the records of a chart. */
export const historyRequests = {
  /** Every version of one record, newest first. Reading it is audited. */
  recordHistory: request(z.object({ patient: recordId, type: z.enum(historyTypes), record: recordId }), 'chart.read', 'read').answers<HistoryVersion[]>(),
}

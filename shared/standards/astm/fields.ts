/**
 * Field positions of LIS02-A2 (ASTM E1394), counted as the standard counts them: field 1 is the record type.
 * `component` counts from 1; absent: the whole field as text.
 */
export interface FieldPlace {
  readonly field: number
  readonly component?: number
}

/** Clause 6: message header record. */
export const header = {
  controlId: { field: 3 },
  sender: { field: 5 },
  receiver: { field: 10 },
  processing: { field: 12 },
  version: { field: 13 },
  sentAt: { field: 14 },
} as const satisfies Record<string, FieldPlace>

/** Clause 7: patient information record. */
export const patient = {
  practiceId: { field: 3 },
  laboratoryId: { field: 4 },
  thirdId: { field: 5 },
  name: { field: 6 },
  birthDate: { field: 8 },
  sex: { field: 9 },
} as const satisfies Record<string, FieldPlace>

/** Clause 8: test order record. */
export const order = {
  specimenId: { field: 3 },
  instrumentSpecimenId: { field: 4 },
  test: { field: 5 },
  priority: { field: 6 },
  collectedAt: { field: 8 },
  action: { field: 12 },
  reportType: { field: 26 },
} as const satisfies Record<string, FieldPlace>

/** Clause 9: result record. */
export const result = {
  test: { field: 3 },
  value: { field: 4 },
  unit: { field: 5 },
  range: { field: 6 },
  flags: { field: 7 },
  status: { field: 9 },
  operator: { field: 11 },
  startedAt: { field: 12 },
  completedAt: { field: 13 },
  instrument: { field: 14 },
} as const satisfies Record<string, FieldPlace>

/** Clause 10: comment record. */
export const comment = {
  source: { field: 3 },
  text: { field: 4 },
  type: { field: 5 },
} as const satisfies Record<string, FieldPlace>

/** Clause 11: request information record (host query). */
export const query = {
  startingRange: { field: 3 },
  test: { field: 5 },
  status: { field: 13 },
} as const satisfies Record<string, FieldPlace>

/** Control results that some makers send in Q records. */
export const control = {
  test: { field: 3 },
  value: { field: 4 },
  unit: { field: 5 },
  measuredAt: { field: 6 },
  flag: { field: 7 },
} as const satisfies Record<string, FieldPlace>

/** Clause 12: message terminator record. */
export const terminator = {
  code: { field: 3 },
} as const satisfies Record<string, FieldPlace>

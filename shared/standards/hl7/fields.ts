import type { Place } from './path'

/** Field positions of HL7 v2, by the names of the standard's tables. No `component`: the whole field. */
type Table = Readonly<Record<string, Place>>

/** 2.14.9: message header. */
export const header = {
  sender: { field: 3 },
  senderFacility: { field: 4 },
  receiver: { field: 5 },
  receiverFacility: { field: 6 },
  sentAt: { field: 7, component: 1 },
  type: { field: 9 },
  controlId: { field: 10 },
  processing: { field: 11, component: 1 },
  version: { field: 12, component: 1 },
  acceptAck: { field: 15, component: 1 },
  applicationAck: { field: 16, component: 1 },
  charset: { field: 18 },
} as const satisfies Table

/** 2.14.8: message acknowledgement. */
export const acknowledgement = {
  code: { field: 1, component: 1 },
  controlId: { field: 2, component: 1 },
  text: { field: 3 },
} as const satisfies Table

/** 3.4.2: patient identification. */
export const patient = {
  externalId: { field: 2, component: 1 },
  id: { field: 3, component: 1 },
  alternateId: { field: 4, component: 1 },
  name: { field: 5 },
  birthDate: { field: 7, component: 1 },
  sex: { field: 8, component: 1 },
} as const satisfies Table

/** 3.4.3: patient visit. */
export const visit = {
  patientClass: { field: 2, component: 1 },
  location: { field: 3 },
  number: { field: 19, component: 1 },
} as const satisfies Table

/** 3.4.9: merge. */
export const merge = { priorId: { field: 1, component: 1 } } as const satisfies Table

/** 4.5.1: common order. */
export const commonOrder = {
  control: { field: 1, component: 1 },
  placer: { field: 2, component: 1 },
  filler: { field: 3, component: 1 },
  status: { field: 5, component: 1 },
} as const satisfies Table

/** 4.5.3, 7.4.1: observation request. */
export const request = {
  placer: { field: 2, component: 1 },
  filler: { field: 3, component: 1 },
  service: { field: 4, component: 1 },
  serviceName: { field: 4, component: 2 },
  priority: { field: 5, component: 1 },
  observedAt: { field: 7, component: 1 },
  specimenAction: { field: 11, component: 1 },
  status: { field: 25, component: 1 },
} as const satisfies Table

/** 7.4.2: observation. */
export const observation = {
  type: { field: 2, component: 1 },
  code: { field: 3, component: 1 },
  name: { field: 3, component: 2 },
  system: { field: 3, component: 3 },
  subId: { field: 4 },
  value: { field: 5 },
  unit: { field: 6, component: 1 },
  range: { field: 7 },
  flags: { field: 8 },
  status: { field: 11, component: 1 },
  observedAt: { field: 14, component: 1 },
  analysedAt: { field: 19, component: 1 },
} as const satisfies Table

/** 2.14.10: notes and comments. */
export const note = { text: { field: 3 } } as const satisfies Table

/** 7.4.3: specimen. */
export const specimen = {
  placerId: { field: 2, component: 1, subComponent: 1 },
  fillerId: { field: 2, component: 2, subComponent: 1 },
  role: { field: 11, component: 1 },
  collectedAt: { field: 17, component: 1 },
} as const satisfies Table

/** 13.4.3: container. */
export const container = { specimenId: { field: 3, component: 1 }, containerId: { field: 4, component: 1 } } as const satisfies Table

/** 5.5.4: query parameters (v2.4 and later). */
export const queryParameters = { name: { field: 1, component: 1 }, tag: { field: 2, component: 1 } } as const satisfies Table

/** 5.10.5.3: query definition of v2.3 and 2.3.1, still what analysers ask with. */
export const queryDefinition = {
  id: { field: 4, component: 1 },
  subject: { field: 8, component: 1 },
  what: { field: 9, component: 1 },
} as const satisfies Table

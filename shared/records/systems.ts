/** Identifier and code systems and extension addresses that are our own, and the public ones we use. */
export const systems = {
  patientNumber: 'urn:outpost:patient-number',
  /** Passport, identity card: whatever the patient showed. */
  identityDocument: 'urn:outpost:identity-document',
  accession: 'urn:outpost:accession',
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  ucum: 'http://unitsofmeasure.org',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  allergyClinical: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
  /** Alert, new Confusion, Voice, Pain, Unresponsive: the letters of NEWS2. */
  acvpu: 'urn:outpost:acvpu',
  /** Vital signs, and answers of them, that no public code names: see `observation/vitals.ts`. */
  vitalSign: 'urn:outpost:vital-sign',
  /** What decides how an early warning score is made: see `early-warning/scoredAs.ts`. */
  earlyWarning: 'urn:outpost:early-warning',
  /** A test as the analyser names it, e.g. `WBC`. */
  analyserTest: 'urn:outpost:analyser-test',
  /** What was found at a triage: see `triage/triageRecord.ts`. */
  triage: 'urn:outpost:triage',
  communicationCategory: 'http://terminology.hl7.org/CodeSystem/communication-category',
  /** What a Communication is about: see `communication/criticalAlert.ts`. */
  communicationTopic: 'urn:outpost:communication-topic',
  /** What follows from a result that was read: see `result-sign-off/signOff.ts`. */
  signOffAction: 'urn:outpost:sign-off-action',
  /** What a visit found beside R4's categories of Condition: a symptom. */
  conditionCategory: 'urn:outpost:condition-category',
  /** A term of the practice's own: see `main/codes`. */
  ownTerm: 'urn:outpost:term',
  /** What a `Basic` record holds. */
  basic: 'urn:outpost:basic',
} as const

/** Addresses of our extensions. */
export const extensions = {
  /** Where a value came from: see `observation/origin.ts`. */
  origin: 'urn:outpost:origin',
  /** The Observation that this one corrects. */
  corrects: 'urn:outpost:corrects',
  /** A result exactly as the analyser sent it; converted where the chart has another unit. */
  asSent: 'urn:outpost:as-sent',
  /** Value and unit that the analyser sent, where the chart has another unit. */
  convertedFrom: 'urn:outpost:converted-from',
  /** Who accepted or rejected a result, and why it waited: see `diagnostic-report/verification.ts`. */
  verification: 'urn:outpost:verification',
  /** How a value was worked out of others: see `observation/calculated`. */
  calculation: 'urn:outpost:calculation',
  /** A time as an analyser's wrong clock had it: see `observation/analyserClock.ts`. */
  analyserClock: 'urn:outpost:analyser-clock',
  /** What a code of an analyser means, and when its results count: see `basic/labTest.ts`. */
  labTest: 'urn:outpost:lab-test',
  /** An application entity that images are exchanged with: see `imaging-peer/peer.ts`. */
  imagingPeer: 'urn:outpost:imaging-peer',
  /** The last day on which a device may be relied on without a new calibration: see `device/upkeep.ts`. */
  calibrationDue: 'urn:outpost:calibration-due',
  /** Words to begin an imaging report with: see `imaging-report/template.ts`. */
  reportTemplate: 'urn:outpost:report-template',
  /** Who is on duty for alerts on a day: see `basic/dutyRoster.ts`. */
  dutyRoster: 'urn:outpost:duty-roster',
  /** A bed, and who lies in it: see `bed/bed.ts`. */
  bed: 'urn:outpost:bed',
  /** A code set of the practice, a part of one, and the practice's own terms: see `code-set/records.ts`. */
  codeSet: 'urn:outpost:code-set',
  /** Why a signed note was added to: see `composition/note.ts`. */
  addendumReason: 'urn:outpost:addendum-reason',
  /** Sign-in data of a person: see `main/access`. */
  credential: 'urn:outpost:credential',
  /** Link of the audit trail's hash chain. */
  chain: 'urn:outpost:chain',
} as const

/** The id in a literal reference such as `Patient/01H…`; undefined when it refers to another type, or is none. */
export const idIn = (reference: { reference?: string } | undefined, type: string): string | undefined => {
  const text: unknown = reference?.reference
  return typeof text === 'string' && text.startsWith(`${type}/`) ? text.slice(type.length + 1) : undefined
}

/** The things in a list that another program may have made of anything: see `shaped.ts`. None where it is no list. */
export const thingsIn = <Thing extends object>(list: readonly Thing[] | undefined): readonly Thing[] =>
  Array.isArray(list) ? (list as readonly unknown[]).filter((each): each is Thing => typeof each === 'object' && each !== null) : []

/** A literal reference to one of our records. */
export const referenceTo = (type: string, id: string, display?: string): { reference: string; display?: string } =>
  display === undefined ? { reference: `${type}/${id}` } : { reference: `${type}/${id}`, display }

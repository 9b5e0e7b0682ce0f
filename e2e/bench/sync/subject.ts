import { createHash } from 'node:crypto'
import { drawsFrom } from '../../../shared/standards/mulberry32'

/** A document as it lies on the server. */
export interface ServerRecord {
  readonly _id: string
  readonly id: string
  readonly type: string
  readonly practice: string
  readonly at: string
  readonly resource: Readonly<Record<string, unknown>>
  readonly [member: string]: unknown
}

export const practice = { id: '01BENCHPRACTICE00000000000', name: 'Bench Clinic', training: false }

/** Twelve types, about as often as a clinic writes them. */
const types = [
  'Observation', 'Observation', 'Observation', 'Observation', 'Observation', 'Encounter', 'Encounter', 'Composition', 'ServiceRequest', 'ServiceRequest', 'DiagnosticReport', 'Patient',
  'AuditEvent', 'AuditEvent', 'AllergyIntolerance', 'ImagingStudy', 'Observation', 'Observation', 'Observation', 'Observation',
] as const
/** Of these a clinic has few. */
const rare = ['Task', 'Device', 'Practitioner'] as const
const syllables = ['mo', 'ko', 'na', 'the', 'di', 'ra', 'lu', 'si', 'ban', 'ze', 'ka', 'por', 'ti', 'wa', 'ngu', 'bel', 'fa', 'jo', 'hu', 'min']
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const dayMs = 86_400_000

/** Records of the last `days` days, the oldest first, the same for the same seed and moment: about 1 kB each, identifiers as acts make them. */
export const clinicRecords = (many: number, { seed = 20261121, days = 300, nowMs = Date.parse('2026-11-21T12:00:00Z'), prefix = '' } = {}): ServerRecord[] => {
  const random = drawsFrom(seed)
  const word = (parts: number): string => Array.from({ length: parts }, () => syllables[random(syllables.length)]).join('')
  const name = (parts: number): string => word(parts).replace(/^./, (first) => first.toUpperCase())
  const idOf = (key: string): string => [...createHash('sha256').update(`${prefix}${key}`).digest().subarray(0, 26)].map((byte, place) => letters.charAt(place === 0 ? byte & 7 : byte & 31)).join('')
  const patients: string[] = []
  return Array.from({ length: many }, (_, place) => {
    const kinds = random(150) === 0 ? rare : types
    const type = patients.length === 0 ? 'Patient' : (kinds[random(kinds.length)] as (typeof types)[number] | (typeof rare)[number])
    const id = idOf(`${type} ${place}`)
    if (type === 'Patient') patients.push(id)
    // Those who came lately come again.
    const subject = patients[Math.max(0, patients.length - 1 - random(Math.min(patients.length, 300)))] as string
    const wallMs = Math.round(nowMs - days * dayMs * (1 - place / many))
    const at = `${new Date(wallMs).toISOString()}-0000-A`
    const author = idOf(`staff ${random(12)}`)
    const reference = { reference: `Patient/${subject}` }
    const code = { coding: [{ system: 'http://loinc.org', code: `${10_000 + random(80_000)}-${random(10)}`, display: word(4) }], text: word(5) }
    const about = type === 'AllergyIntolerance' ? { patient: reference } : type === 'Practitioner' || type === 'Device' ? {} : { subject: reference }
    const person = {
      active: true, gender: random(2) ? 'female' : 'male', birthDate: `19${30 + random(70)}-0${1 + random(9)}-1${random(10)}`, identifier: [{ system: 'urn:outpost:patient-number', value: `${prefix}A-${String(place).padStart(6, '0')}` }],
      name: [{ use: 'official', family: name(3), given: [name(2), name(3)] }], telecom: [{ system: 'phone', value: `+26599${1_000_000 + random(8_000_000)}` }], address: [{ line: [`${name(3)} Road ${random(200)}`], city: name(2), district: name(3) }],
      contact: [{ relationship: [{ text: 'mother' }], name: { text: `${name(2)} ${name(3)}` }, telecom: [{ system: 'phone', value: `+26588${1_000_000 + random(8_000_000)}` }] }],
    }
    const event = {
      ...about, status: 'final', code, effectiveDateTime: `${at.slice(0, 19)}+02:00`, performer: [{ reference: `Practitioner/${author}`, display: `${name(2)} ${name(3)}` }],
      ...(type === 'Observation' ? { valueQuantity: { value: random(2_000) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' } } : {}),
      ...(type === 'Practitioner' ? { name: [{ text: `${name(2)} ${name(3)}` }] } : {}),
      note: [{ text: Array.from({ length: 22 }, () => word(1 + random(4))).join(' ') }],
    }
    const resource = { resourceType: type, id, ...(type === 'Patient' ? person : event) }
    return { _id: id, id, type, practice: practice.id, resource, author, station: 'A', at, prior: [] }
  })
}

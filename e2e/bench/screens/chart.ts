import { bloodCountOf, chanceOf, demoAnalyser } from '../../../main/demo'
import { type NewRecord, recordIdOfKey } from '../../../main/replica'
import type { RecordType } from '../../../shared/records/envelope'
import { allergyOf } from '../../../shared/records/allergy-intolerance/allergy'
import { noteOf } from '../../../shared/records/composition/note'
import { diagnosticReportOf } from '../../../shared/records/diagnostic-report/report'
import { encounterOf, finishedEncounter } from '../../../shared/records/encounter/encounter'
import { observationOfResult } from '../../../shared/records/observation/result'
import { vitalObservation } from '../../../shared/records/observation/vitalObservation'
import { completedOrder, orderOf } from '../../../shared/records/service-request/order'

const hourMs = 3_600_000
const minuteMs = 60_000
const iso = (ms: number): string => new Date(ms).toISOString()

/** How much is on a chart. */
export interface ChartShape {
  readonly encounters: number
  /** Hours of the last days with a whole set of signs each. */
  readonly wardHours: number
  /** Sets of signs at earlier visits. */
  readonly visitSets: number
  /** Blood counts, of six results each. */
  readonly reports: number
  readonly openOrders: number
}

/** 500 encounters and 5,000 observations. */
export const longChart: ChartShape = { encounters: 500, wardHours: 168, visitSets: 168, reports: 220, openOrders: 5 }
/** Some 24 observations. */
export const shortChart: ChartShape = { encounters: 2, wardHours: 0, visitSets: 1, reports: 2, openOrders: 0 }

const signs = ['respiratory-rate', 'spo2', 'bp-systolic', 'bp-diastolic', 'pulse', 'avpu', 'temperature', 'inspired-oxygen', 'pain', 'weight', 'glucose'] as const
const usual = { 'respiratory-rate': 16, 'spo2': 97, 'bp-systolic': 124, 'bp-diastolic': 78, 'pulse': 76, 'temperature': 37, 'inspired-oxygen': 21, 'pain': 2, 'weight': 68, 'glucose': 5.6 } as const
const reasons = ['Fever', 'Cough', 'Blood pressure check', 'Wound dressing', 'Abdominal pain', 'Antenatal visit', 'Headache', 'Diabetes follow-up']
const story = 'Came with the complaint above for some days. No danger signs. Examined, explained, treatment given, to come back when it gets worse. '

/** Everything on one chart; pure: the same number, shape and moment give the same chart. */
export const chartOf = (practice: string, subject: string, number: number, shape: ChartShape, doctor: string, nowMs: number): NewRecord[] => {
  const chance = chanceOf(number)
  const records: NewRecord[] = []
  const idOf = (type: RecordType, part: string): string => recordIdOfKey(practice, type, `bench:${subject}:${part}`)
  const add = (record: NewRecord, part: string) => records.push({ ...record, key: `bench:${subject}:${part}` })
  const set = (part: string, at: number) => {
    for (const code of signs) {
      const value = code === 'avpu' ? 'A' : Number(chance.around(usual[code], usual[code] * 0.06).toFixed(code === 'temperature' || code === 'glucose' ? 1 : 0))
      add({ type: 'Observation', resource: vitalObservation({ subject, code, value, effective: iso(at), performer: doctor, origin: { kind: 'typed' } }) }, `${part}:${code}`)
    }
  }
  add({ type: 'AllergyIntolerance', resource: allergyOf({ subject, recorder: doctor, recordedDate: iso(nowMs - 900 * 24 * hourMs), substance: 'Penicillin', criticality: 'high', reaction: 'Anaphylaxis' }) }, 'allergy')
  for (let visit = 0; visit < shape.encounters; visit += 1) {
    const start = nowMs - (visit * 5 + 1) * 24 * hourMs
    const part = `visit:${visit}`
    add({ type: 'Encounter', resource: visit === 0 ? encounterOf({ subject, start: iso(start), reason: chance.pick(reasons), practitioner: doctor }) : finishedEncounter(encounterOf({ subject, start: iso(start), reason: chance.pick(reasons), practitioner: doctor }), iso(start + 25 * minuteMs)) }, part)
    const soap = { subjective: story.repeat(2), objective: story, assessment: chance.pick(reasons), plan: story }
    add({ type: 'Composition', resource: noteOf({ subject, encounter: idOf('Encounter', part), soap, author: doctor, date: iso(start + 20 * minuteMs) }) }, `${part}:note`)
    if (visit < shape.visitSets) set(part, start + 5 * minuteMs)
  }
  for (let hour = 0; hour < shape.wardHours; hour += 1) set(`ward:${hour}`, nowMs - hour * hourMs - 10 * minuteMs)
  for (let place = 0; place < shape.reports + shape.openOrders; place += 1) {
    const at = nowMs - (place * 3 + 1) * 24 * hourMs
    const accession = `B-${number}-${place}`
    const order = orderOf({ subject, test: 'Full blood count', accession, requester: doctor, authoredOn: iso(at) })
    const isOpen = place >= shape.reports
    add({ type: 'ServiceRequest', resource: isOpen ? order : completedOrder(order) }, `order:${place}`)
    if (isOpen) continue
    const issued = iso(at + hourMs)
    const results = bloodCountOf(chance).map((line) => {
      const part = `result:${place}:${line.code}`
      add({ type: 'Observation', resource: observationOfResult(line, { subject, order: idOf('ServiceRequest', `order:${place}`), effective: issued, origin: demoAnalyser }) }, part)
      return idOf('Observation', part)
    })
    add({ type: 'DiagnosticReport', resource: diagnosticReportOf({ subject, accession, order: idOf('ServiceRequest', `order:${place}`), title: 'Full blood count', issued, origin: demoAnalyser, results, filedBy: doctor }) }, `report:${place}`)
  }
  return records
}

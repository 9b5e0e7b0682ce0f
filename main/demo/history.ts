import { publishedResponses, responseTo } from '../../shared/records/early-warning/response'
import { warningScore } from '../../shared/records/early-warning/score'
import type { RecordType, ResourceOf } from '../../shared/records/envelope'
import { localDay } from '../../shared/records/localDay'
import { allergyOf, noKnownAllergiesOf } from '../../shared/records/allergy-intolerance/allergy'
import { noteOf } from '../../shared/records/composition/note'
import { problemOf } from '../../shared/records/condition/condition'
import { diagnosticReportOf } from '../../shared/records/diagnostic-report/report'
import { encounterOf, finishedEncounter } from '../../shared/records/encounter/encounter'
import type { Origin } from '../../shared/records/observation/origin'
import { observationOfResult } from '../../shared/records/observation/result'
import { roundedVital, vitalObservation } from '../../shared/records/observation/vitalObservation'
import { patientOf } from '../../shared/records/patient/patient'
import { completedOrder, orderOf } from '../../shared/records/service-request/order'
import { bloodCountOf, demoAnalyser } from './bloodCount'
import type { Person } from './people'
import { chronicConcepts } from './problems'
import type { Chance } from './random'
import { buildOf, knownAllergies, type Measured, visitOf, vitalsOf, wholeSet } from './story'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Where the readings on the observation ward came from. */
const wardOximeter: Origin = { kind: 'device', device: 'Contec CMS50 (simulated)', profile: 'contec-cms50' }

/** Ids that a patient's records need of the outside. */
export interface Cast {
  /** Practitioner ids. */
  readonly nurse: string
  readonly doctor: string
  readonly laboratory: string
  /** Id of the record that this key makes. */
  idOf(type: RecordType, key: string): string
  /** The next accession number of a year. */
  nextAccession(year: number): string
}

/** A record to add, with who wrote it. */
export type Written = { [Type in RecordType]: { readonly type: Type; readonly resource: ResourceOf[Type]; readonly key: string; readonly author: string } }[RecordType]

/** A patient with everything on the chart. */
export interface DemoChart {
  readonly records: readonly Written[]
  /** Accession number of an order that still waits for its result today. */
  readonly openAccession?: string
}

/** What a chart has beyond visits. */
export interface ChartPlan {
  /** Lies on the observation ward: vital signs by the hour, some from a device. */
  readonly isOnWard: boolean
  /** A blood count was ordered this morning. */
  readonly hasOpenOrder: boolean
  /** An earlier blood count stands on the chart in any case. */
  readonly hasReport: boolean
  /** Sits in the waiting room with a visit begun. */
  readonly isHereToday: boolean
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** A moment of a working day, at least `daysAgo` days before now. */
const clinicHour = (chance: Chance, nowMs: number, daysAgo: number): number => {
  const midnight = Math.floor(nowMs / dayMs) * dayMs
  return midnight - daysAgo * dayMs + chance.between(7 * 60, 15 * 60) * 60_000
}

/**
 * Everything on the chart of one made-up person. Pure: the same chance, person and moment give the same
 * chart; only the ids in `cast` belong to the practice.
 */
export const chartOf = (chance: Chance, index: number, person: Person, number: string, plan: ChartPlan, cast: Cast, nowMs: number): DemoChart => {
  const written: Written[] = []
  const keyOf = (part: string): string => `demo:${index}:${part}`
  const write = <Type extends RecordType>(type: Type, part: string, resource: ResourceOf[Type], author: string): string => {
    const key = keyOf(part)
    written.push({ type, resource, key, author } as Written)
    return cast.idOf(type, key)
  }

  const { isDead, ageDays, ageYears, condition, allergies, ...demographics } = person
  const patient = patientOf(demographics, number)
  const subject = write('Patient', 'patient', isDead ? { ...patient, deceasedBoolean: true } : patient, cast.nurse)
  const build = buildOf(chance, person)

  const chartVitals = (part: string, at: number, measured: Measured, origin: Origin = { kind: 'typed' }): string[] =>
    measured.map(({ code, value }) =>
      write(
        'Observation',
        `${part}:${code}`,
        vitalObservation({ subject, code, value: roundedVital(code, value), effective: iso(at), performer: cast.nurse, origin }),
        cast.nurse,
      ),
    )

  writeAllergies()
  writeProblem()
  const visits = condition === 'none' ? chance.between(0, 2) : chance.between(2, 4)
  for (let visit = 0; visit < visits; visit += 1) writeVisit(visit, chance.between(2, Math.min(720, Math.max(2, ageDays - 1))))
  if (plan.hasReport || (condition !== 'none' && ageYears >= 16 && chance.happens(0.5))) writeAnsweredOrder()
  if (plan.isOnWard) writeWard()
  if (plan.isHereToday && !isDead) writeArrival()
  return plan.hasOpenOrder && !isDead ? { records: written, openAccession: writeOpenOrder() } : { records: written }

  function writeAllergies(): void {
    const told = { subject, recorder: cast.nurse, recordedDate: iso(clinicHour(chance, nowMs, chance.between(1, 400))) }
    if (allergies === 'none-known') write('AllergyIntolerance', 'no-allergies', noKnownAllergiesOf(told), cast.nurse)
    if (allergies !== 'recorded') return
    const first = chance.between(0, knownAllergies.length - 1)
    const many = index % 7 === 0 ? 3 : 1
    for (let place = 0; place < many; place += 1) {
      const known = knownAllergies[(first + place * 2) % knownAllergies.length]
      if (known) write('AllergyIntolerance', `allergy:${place}`, allergyOf({ ...told, ...known }), cast.nurse)
    }
  }

  /** What somebody lives with: since the years that their number tells. */
  function writeProblem(): void {
    if (condition === 'none') return
    const onset = String(new Date(nowMs).getUTCFullYear() - 1 - (index % Math.max(1, Math.min(12, ageYears - 1))))
    const recordedDate = iso(nowMs - ((index % 300) + 2) * dayMs)
    write('Condition', 'problem', problemOf({ subject, concept: chronicConcepts[condition], certainty: 'confirmed', onset, recorder: cast.doctor, recordedDate }), cast.doctor)
  }

  function writeVisit(visit: number, daysAgo: number): void {
    if (daysAgo > ageDays) return
    const start = clinicHour(chance, nowMs, daysAgo)
    const told = visitOf(chance, person, build)
    const encounter = finishedEncounter(encounterOf({ subject, start: iso(start), reason: told.reason, practitioner: cast.doctor }), iso(start + 25 * 60_000))
    const id = write('Encounter', `visit:${visit}`, encounter, cast.doctor)
    chartVitals(`visit:${visit}`, start - 10 * 60_000, told.vitals)
    write('Composition', `visit:${visit}:note`, noteOf({ subject, encounter: id, author: cast.doctor, date: iso(start + 20 * 60_000), text: told.note }), cast.doctor)
  }

  function writeAnsweredOrder(): void {
    const ordered = clinicHour(chance, nowMs, chance.between(3, 200))
    const issued = iso(ordered + chance.between(50, 200) * 60_000)
    const accession = cast.nextAccession(new Date(ordered).getUTCFullYear())
    const order = orderOf({ subject, test: 'Full blood count', accession, requester: cast.doctor, authoredOn: iso(ordered) })
    const orderId = write('ServiceRequest', 'order:answered', completedOrder(order), cast.doctor)
    const results = bloodCountOf(chance).map((line) =>
      write('Observation', `result:${line.code}`, observationOfResult(line, { subject, order: orderId, effective: issued, origin: demoAnalyser }), 'system'),
    )
    const filing = { subject, accession, order: orderId, title: 'Full blood count', issued, origin: demoAnalyser, results }
    const filedBy = chance.happens(0.2) ? { filedBy: cast.laboratory } : {}
    write('DiagnosticReport', 'report', diagnosticReportOf({ ...filing, ...filedBy }), filedBy.filedBy ?? 'system')
  }

  /** The last day on the observation ward: a set every hour; saturation and pulse from the oximeter; one value corrected. */
  function writeWard(): void {
    const reason = condition === 'none' ? 'Observation after fever' : 'Observation'
    write('Encounter', 'ward', encounterOf({ subject, start: iso(nowMs - 25 * hourMs), reason, practitioner: cast.doctor }), cast.doctor)
    for (let hour = 24; hour >= 1; hour -= 1) {
      const at = nowMs - hour * hourMs
      const set = wholeSet(vitalsOf(chance, person, build, hour > 14), person).filter(({ code }) => !['weight', 'height', 'muac'].includes(code))
      const isFromDevice = (code: string) => code === 'spo2' || code === 'pulse'
      chartVitals(`ward:${hour}`, at, set.filter(({ code }) => isFromDevice(code)), wardOximeter)
      const ids = chartVitals(`ward:${hour}`, at, set.filter(({ code }) => !isFromDevice(code)))
      const old = ids[0]
      if (hour === 6 && old !== undefined) {
        const corrected = { subject, code: 'respiratory-rate' as const, value: 17, effective: iso(at), performer: cast.nurse, origin: { kind: 'typed' } as const, corrects: old }
        write('Observation', `ward:${hour}:correction`, vitalObservation(corrected), cast.nurse)
      }
    }
  }

  function writeArrival(): void {
    const start = nowMs - chance.between(20, 120) * 60_000
    const told = visitOf(chance, person, build)
    write('Encounter', 'today', encounterOf({ subject, start: iso(start), reason: told.reason, practitioner: cast.nurse }), cast.nurse)
    if (chance.happens(0.5)) chartVitals('today', start + 5 * 60_000, quiet(told.vitals))
  }

  /** A demo begins quietly: nobody who waits is so ill that the alarm of their score would stand over every screen. */
  function quiet(measured: Measured): Measured {
    const signs = Object.fromEntries(measured.map(({ code, value }) => [code, value]))
    const { birthDate } = demographics
    const score = warningScore(signs, { isPregnant: false, scale: 1, ...(birthDate === undefined ? {} : { birthDate }) }, localDay(nowMs))
    return score.kind !== 'not-used' && responseTo(publishedResponses, score.used.chart, score.level).alerts ? vitalsOf(chance, person, build, false) : measured
  }

  function writeOpenOrder(): string {
    const ordered = nowMs - chance.between(15, 90) * 60_000
    const accession = cast.nextAccession(new Date(nowMs).getUTCFullYear())
    const order = orderOf({ subject, test: 'Full blood count', accession, requester: cast.doctor, authoredOn: iso(ordered) })
    write('ServiceRequest', 'order:open', order, cast.doctor)
    return accession
  }
}


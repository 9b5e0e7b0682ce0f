import { type Answer, type Banner, type Chart, done, type EncounterEntry, type OrderEntry, refuse, type ReportEntry, type ResultPoint, type ScoredAs, type VitalEntry } from '../../shared/contract'
import type { Envelope } from '../../shared/records/envelope'
import { reviewCode } from '../../shared/records/mergeReview'
import type { PatientFinder, Replica } from '../replica'
import { openAllergies } from './allergies'
import { openEarlyWarning } from './early-warning'
import { openEncounters } from './encounters'
import { openImagingChart } from './imaging'
import { openInbox } from './inbox'
import { openLabOrders } from './lab-orders'
import { type LabFiling, openExpected, openLabResults } from './lab-results'
import { openLaboratory } from './laboratory'
import { openPersonNames } from './names'
import { onePerKey } from './onePerKey'
import type { ChartingParts } from './parts'
import { openPatients, summaryOf } from './patients'
import { openProblems } from './problems'
import { openSamePeople } from './samePeople'
import { openHandover } from './handover'
import { openWristbands } from './scan'
import { openTimeline } from './timeline'
import { openTriage } from './triage'
import { openVitals } from './vitals'

export { openResponse as openScoreResponse } from './early-warning'
export type { Actor } from './parts'
export type { LabFiling, LabResults } from './lab-results'
export type { VitalSet } from './vitals'

/** Review items in these states still wait for a clinician. */
const openTask = ['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'] as const

/** What the overview shows at once; the tabs read the rest. */
const onOverview = { encounters: 10, orders: 20, reports: 5 }

/** Opens patients and their charts on an open replica. */
export const openCharting = (deps: {
  readonly replica: Replica
  readonly finder: Pick<PatientFinder, 'find' | 'candidatesFor'>
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}) => {
  const { records } = deps.replica
  const names = openPersonNames(deps.replica)
  const parts: ChartingParts = { replica: deps.replica, names, now: deps.now ?? Date.now, once: onePerKey() }
  const patients = openPatients(parts, deps.finder)
  const samePeople = openSamePeople(parts, deps.finder)
  const allergies = openAllergies(parts)
  const encounters = openEncounters(parts)
  const vitals = openVitals(parts)
  const laboratory = openLaboratory(parts)
  const earlyWarning = openEarlyWarning(parts)
  const imaging = openImagingChart(parts)
  const inbox = openInbox(parts, { orderSeen: (patient, order, actor, at) => imaging.orders.noteStep({ patient, order, step: 'seen', at }, actor) })
  const problems = openProblems(parts)
  const triage = openTriage(parts, vitals)
  const labOrders = openLabOrders(parts, imaging.orders)

  /** Runs only for a patient of this practice; everything else is `not-found`. */
  const ofPatient = async <Value>(id: string, read: (patient: Envelope<'Patient'>) => Promise<Value>): Promise<Answer<Value>> => {
    const patient = await records.get('Patient', id)
    return patient ? done(await read(patient)) : refuse('not-found')
  }

  const bannerOf = async (patient: Envelope<'Patient'>): Promise<Banner> => {
    const [status, reviewItems] = await Promise.all([
      allergies.status(patient.id),
      records.count('Task', { where: { subject: patient.id, code: reviewCode, status: { in: openTask } } }),
    ])
    return { patient: summaryOf(patient), allergies: status, reviewItems }
  }

  return {
    listPatients: patients.list,
    findPatients: patients.find,
    findSamePeople: samePeople,
    registerPatient: patients.register,
    updatePatient: patients.update,
    readBanner: (patient: string): Promise<Answer<Banner>> => ofPatient(patient, bannerOf),

    /** Everything that the overview tab needs. */
    readChart: (patient: string): Promise<Answer<Chart>> =>
      ofPatient(patient, async (found) => {
        const [banner, latestVitals, visits, orders, reports, studies] = await Promise.all([
          bannerOf(found),
          vitals.latest(found.id, found.resource.birthDate),
          encounters.list(found.id, { skip: 0, limit: onOverview.encounters }),
          laboratory.listOrders(found.id, onOverview.orders),
          laboratory.listReports(found.id, onOverview.reports),
          records.count('ImagingStudy', { where: { subject: found.id } }),
        ])
        return { banner, resource: found.resource, latestVitals, encounters: visits, orders, reports, studies }
      }),

    recordAllergy: allergies.record,
    recordNoKnownAllergies: allergies.recordNoneKnown,
    startEncounter: encounters.start,
    finishEncounter: encounters.finish,
    addNote: encounters.addNote,
    addAddendum: encounters.addAddendum,
    listEncounters: (ask: { readonly patient: string; readonly skip: number; readonly limit: number }): Promise<Answer<EncounterEntry[]>> =>
      ofPatient(ask.patient, () => encounters.list(ask.patient, ask)),
    recordVitals: vitals.record,
    correctVital: vitals.correct,
    listVitals: (ask: { readonly patient: string; readonly since?: string; readonly limit: number }): Promise<Answer<VitalEntry[]>> =>
      ofPatient(ask.patient, (found) => vitals.list(found.id, found.resource.birthDate, ask)),
    readScoredAs: (patient: string): Promise<Answer<ScoredAs>> => ofPatient(patient, () => earlyWarning.scoredAs.read(patient)),
    /** How patients are scored, when they are observed next, and what their scores ask for. */
    earlyWarning,
    placeOrder: labOrders.orders.placeInWords,
    listOrders: (patient: string): Promise<Answer<OrderEntry[]>> => ofPatient(patient, () => laboratory.listOrders(patient)),
    resultHistory: (patient: string, test: string): Promise<Answer<ResultPoint[]>> => ofPatient(patient, () => laboratory.resultHistory(patient, test)),
    listReports: (patient: string, limit?: number): Promise<Answer<ReportEntry[]>> => ofPatient(patient, () => laboratory.listReports(patient, limit)),

    /** Results that people type and reports on paper; how results are judged and filed is the laboratory's. */
    labResults: (filing: LabFiling) => openLabResults(parts, labOrders.catalogue, filing),
    /** What the catalogue expects of results that came without a range. */
    expectedOf: openExpected(parts, labOrders.catalogue),

    /** Imaging orders and reports. */
    imaging,
    /** Results that wait to be read. */
    inbox,
    /** Everything on one axis. */
    timeline: openTimeline(parts),
    /** The problem list, and what visits found. */
    problems,
    /** Walk-ins and how urgent they are. */
    triage,
    /** The handover between two shifts. */
    handover: openHandover(parts, {
      allergies: allergies.status,
      encounters: (patient) => encounters.list(patient, { skip: 0, limit: 1 }),
      problems: async (patient) => {
        const answer = await problems.list({ patient })
        return answer.ok ? answer.value : []
      },
      scores: async (patient) => (await earlyWarning.due.standingOf(patient))?.sets ?? [],
      due: async (patient) => (await earlyWarning.due.of([patient]))[0],
    }),
    /** What is on wristbands, and whose they are. */
    wristbands: openWristbands(parts),
    /** The laboratory's catalogue, its orders and the tubes. */
    labOrders,

    close: async (): Promise<void> => {
      await inbox.close()
      earlyWarning.close()
      labOrders.close()
      names.close()
    },
  }
}

export type Charting = ReturnType<typeof openCharting>

import type { LabOrderEntry } from '../../../shared/contract'
import { standingReports, verificationOf } from '../../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../../shared/records/envelope'
import { isImagingReport } from '../../../shared/records/imaging-report/imagingReport'
import { resultLineOf } from '../../../shared/records/observation/result'
import { signOffOf, signOffTopics } from '../../../shared/records/result-sign-off/signOff'
import { labOrderFacts, type LabOrderFacts } from '../../../shared/records/service-request/order'
import { labTrackOf, type TrackedResult } from '../../../shared/records/service-request/track'
import { specimenFacts, type SpecimenFacts } from '../../../shared/records/specimen/specimen'
import { systems } from '../../../shared/records/systems'
import { readable, resultsOfEach } from '../../reports'
import type { ChartingParts } from '../parts'

/** Numbers that are asked for at once. */
const mostAtOnce = 200
const mostSignOffs = 500

type Order = Envelope<'ServiceRequest'>
type Report = Envelope<'DiagnosticReport'>

const bySubject = (reports: readonly Report[], of: (report: Report) => readonly TrackedResult[]): Map<string, TrackedResult[]> => {
  const found = new Map<string, TrackedResult[]>()
  for (const report of reports) found.set(report.search.subject ?? '', [...(found.get(report.search.subject ?? '') ?? []), ...of(report)])
  return found
}

const inSlices = <Value>(all: readonly Value[]): Value[][] => Array.from({ length: Math.ceil(all.length / mostAtOnce) }, (_each, slice) => all.slice(slice * mostAtOnce, (slice + 1) * mostAtOnce))

/** How far laboratory orders are, from the records beside them. */
export const openTracks = (parts: ChartingParts) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  const tubesOf = async (accessions: readonly string[]): Promise<Map<string, SpecimenFacts>> => {
    const found = (await Promise.all(inSlices(accessions).map((some) => records.find('Specimen', { where: { identifier: { in: some } } })))).flat()
    return new Map(found.map(({ resource }) => [resource.accessionIdentifier?.value ?? '', specimenFacts(resource)]))
  }

  /** The reports that stand, under each number. */
  const reportsOf = async (accessions: readonly string[]): Promise<Map<string, Report[]>> => {
    const found = (await Promise.all(inSlices(accessions).map((some) => records.find('DiagnosticReport', { where: { identifier: { in: some } } })))).flat()
    const reports = new Map<string, Report[]>()
    for (const report of standingReports(found.filter(({ resource }) => !isImagingReport(resource))).map(readable)) {
      const number = report.search.identifier ?? ''
      reports.set(number, [...(reports.get(number) ?? []), report])
    }
    return reports
  }

  /** Who read which report, and when. */
  const signOffsOf = async (patients: readonly string[]): Promise<Map<string, { readonly at: string; readonly by: string }>> => {
    const found = (await Promise.all(patients.map((subject) => records.find('Communication', { where: { subject, code: signOffTopics.signedOff }, sort: { by: 'date', order: 'descending' }, limit: mostSignOffs })))).flat()
    return new Map(found.flatMap(({ resource }) => {
      const signed = signOffOf(resource)
      return signed ? [[signed.report, { at: signed.at, by: signed.by }] as const] : []
    }))
  }

  const trackedOf = (report: Report, found: readonly Envelope<'Observation'>[], read: { readonly at: string; readonly by: string } | undefined): TrackedResult[] => {
    return found.filter(({ resource }) => resource.status !== 'cancelled' && resource.status !== 'entered-in-error').map(({ resource }) => {
      const verification = verificationOf(resource)
      const isVerified = resource.status !== 'preliminary' && resource.status !== 'registered'
      const loinc = resource.code.coding?.find(({ system }) => system === systems.loinc)?.code
      return {
        code: resultLineOf(resource).code,
        ...(loinc !== undefined && { loinc }),
        at: report.resource.issued ?? '',
        ...(isVerified && { verified: { at: verification?.at ?? report.resource.issued ?? '', ...(verification?.by !== undefined && { by: verification.by }) } }),
        ...(read && { seen: read }),
      }
    })
  }

  const entryOf = async (order: Order, facts: LabOrderFacts, tube: SpecimenFacts | undefined, results: readonly TrackedResult[]): Promise<LabOrderEntry> => {
    const track = labTrackOf(facts, tube, results)
    const named = async <Act extends { readonly by: string }>(act: Act) => ({ ...act, by: await nameOf(act.by) })
    const lastAgain = facts.again.at(-1)
    return {
      id: order.id,
      patient: facts.subject,
      accession: facts.accession,
      test: facts.test,
      code: facts.code,
      tests: facts.tests,
      specimen: facts.specimen,
      priority: facts.priority,
      reason: facts.reason,
      status: facts.status,
      by: await nameOf(facts.by),
      at: facts.at,
      stage: track.stage,
      steps: await Promise.all(track.steps.map(async ({ step, at, by }) => ({ step, ...(at !== undefined && { at }), ...(by !== undefined && { by: await nameOf(by) }) }))),
      missing: track.missing.map(({ name }) => name),
      resulted: track.resulted,
      ...(lastAgain && { again: await named(lastAgain) }),
      ...(facts.withdrawn && { withdrawn: await named(facts.withdrawn) }),
      ...(facts.closed && { closed: await named(facts.closed) }),
    }
  }

  return {
    /** Tubes by the numbers of their labels. */
    tubesOf,

    /** The orders in their order, each with what became of it. */
    entriesOf: async (orders: readonly Order[]): Promise<LabOrderEntry[]> => {
      const facts = orders.map((order) => labOrderFacts(readable(order).resource))
      const accessions = [...new Set(facts.map(({ accession }) => accession).filter((accession) => accession !== ''))]
      const [tubes, reports] = await Promise.all([tubesOf(accessions), reportsOf(accessions)])
      const patients = [...new Set(facts.filter(({ accession }) => reports.has(accession)).map(({ subject }) => subject))]
      const seen = await signOffsOf(patients)
      const standing = [...reports.values()].flat()
      const observations = new Map((await resultsOfEach(parts.replica, standing)).map((found, place) => [standing[place]!.id, found]))
      // Two patients' orders may claim one number: a result is of its own patient's.
      const results = new Map([...reports].map(([number, found]) => [number, bySubject(found, (report) => trackedOf(report, observations.get(report.id) ?? [], seen.get(report.id)))] as const))
      return Promise.all(orders.map((order, place) => {
        const { accession, subject } = facts[place]!
        const tube = tubes.get(accession)
        return entryOf(order, facts[place]!, tube?.subject === subject ? tube : undefined, results.get(accession)?.get(subject) ?? [])
      }))
    },
  }
}

/** See {@link openTracks}. */
export type Tracks = ReturnType<typeof openTracks>

import { type Answer, done, type LabReport, type LabReportLine, refuse } from '../../../shared/contract'
import { reportLinesOf } from '../../../shared/records/diagnostic-report/report'
import { replacedReportsOf, verificationOf } from '../../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../../shared/records/envelope'
import { isImagingReport } from '../../../shared/records/imaging-report/imagingReport'
import { calculationOf } from '../../../shared/records/observation/calculated'
import { rangeOfReference } from '../../../shared/records/observation/referenceRange'
import { resultLineOf } from '../../../shared/records/observation/result'
import { correctsOf } from '../../../shared/records/observation/vitalObservation'
import { idIn } from '../../../shared/records/systems'
import { resultsOf } from '../../reports'
import type { ChartingParts } from '../parts'
import { summaryOf } from '../patients'
import { tubeOf } from './ordered'

/** Versions of one result or report that are followed. */
const mostVersions = 50
/** More reports of one order than this are not looked at. */
const mostReports = 200

const wasTold = ({ status }: Envelope<'Observation'>['resource']): boolean => status === 'final' || status === 'corrected' || status === 'amended'

/** Laboratory reports as they are printed. */
export const openLabReports = (parts: ChartingParts) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  /** The last version before this one that people may have acted on, where it said something else. */
  const versionBefore = async ({ resource }: Envelope<'Observation'>): Promise<LabReportLine['was']> => {
    const now = resultLineOf(resource)
    const why = verificationOf(resource)?.why ?? ''
    let before = correctsOf(resource)
    for (let step = 0; before !== undefined && step < mostVersions; step += 1) {
      const version = await records.get('Observation', before)
      if (!version) return undefined
      const { text, unit } = resultLineOf(version.resource)
      if (wasTold(version.resource) && (text !== now.text || unit !== now.unit)) return { text, why, ...(unit !== undefined && { unit }) }
      before = correctsOf(version.resource)
    }
    return undefined
  }

  const lineOf = async (result: Envelope<'Observation'>): Promise<LabReportLine> => {
    const { resource } = result
    const [decision, calculation, range, was] = [verificationOf(resource), calculationOf(resource), rangeOfReference(resource.referenceRange?.[0]), await versionBefore(result)]
    const state = resource.status === 'cancelled' || resource.status === 'entered-in-error' ? 'rejected' : resource.status === 'preliminary' ? 'unverified' : 'verified'
    return {
      id: result.id,
      line: resultLineOf(resource),
      state,
      ...(range && { range }),
      ...(calculation ? { calculation } : resource.method?.text === undefined ? {} : { method: resource.method.text }),
      ...(was && state === 'verified' && { was }),
      ...(decision?.by !== undefined && decision.state === 'accepted' && { verifiedBy: await nameOf(decision.by), ...(decision.at !== undefined && { verifiedAt: decision.at }) }),
    }
  }

  /** The version that stands in the place of a report today: a window may not have heard of it yet. */
  const standingFor = async (report: Envelope<'DiagnosticReport'>): Promise<Envelope<'DiagnosticReport'>> => {
    const { identifier, subject } = report.search
    if (identifier === undefined) return report
    const versions = (await records.find('DiagnosticReport', { where: { identifier }, limit: mostReports })).filter(({ search }) => search.subject === subject)
    let standing = report
    for (let step = 0; step < mostVersions; step += 1) {
      const [next] = versions.filter(({ resource }) => replacedReportsOf(resource).includes(standing.id)).sort((one, other) => (one.at < other.at ? 1 : -1))
      if (!next) return standing
      standing = next
    }
    return standing
  }

  return {
    read: async (ask: { readonly patient: string; readonly report: string }): Promise<Answer<LabReport>> => {
      const [shown, patient] = await Promise.all([records.get('DiagnosticReport', ask.report), records.get('Patient', ask.patient)])
      if (!shown || !patient || shown.search.subject !== ask.patient || isImagingReport(shown.resource)) return refuse('not-found')
      const report = await standingFor(shown)
      const results = await resultsOf(parts.replica, report)
      const facts = reportLinesOf(report.resource, results.map(({ resource }) => resource))
      const order = await records.get('ServiceRequest', idIn(report.resource.basedOn?.[0], 'ServiceRequest') ?? '')
      const tube = order && (await tubeOf(records, order))
      const lines = await Promise.all(results.map(lineOf))
      return done({
        id: report.id,
        patient: summaryOf(patient),
        title: order?.resource.code?.text ?? report.resource.code.text ?? '',
        accession: facts.accession,
        state: facts.state,
        isCorrected: lines.some(({ was }) => was !== undefined),
        orderedAt: order?.resource.authoredOn ?? '',
        orderedBy: await nameOf(idIn(order?.resource.requester, 'Practitioner') ?? ''),
        ...(tube?.collectedAt !== undefined && { collectedAt: tube.collectedAt }),
        ...(tube?.receivedAt !== undefined && { receivedAt: tube.receivedAt }),
        issuedAt: facts.issued,
        device: facts.origin.kind === 'device' ? facts.origin.device : '',
        typedBy: facts.origin.kind === 'typed' ? await nameOf(facts.filedBy ?? '') : '',
        verifiedBy: [...new Set(lines.flatMap(({ verifiedBy }) => verifiedBy ?? []))],
        lines,
      })
    },
  }
}

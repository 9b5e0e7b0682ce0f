import type { DiagnosticReport, Observation } from 'fhir/r4'
import { done, refuse, type Answer, type CheckedAsk, type CorrectedReport, type VerifiedReport } from '../../../../shared/contract'
import { replacingObservation, replacingReport, type Verification, withVerification } from '../../../../shared/records/diagnostic-report/verification'
import { resultIdsOf } from '../../../../shared/records/diagnostic-report/report'
import type { Envelope } from '../../../../shared/records/envelope'
import { isImagingReport } from '../../../../shared/records/imaging-report/imagingReport'
import { calculatedOf, calculationOf, type FormulaPerson, withCalculation } from '../../../../shared/records/observation/calculated'
import { localDay } from '../../../../shared/records/localDay'
import { numberTyped } from '../../../../shared/records/observation/numberTyped'
import { isImpossible } from '../../../../shared/records/observation/possibleResult'
import { resultLineOf } from '../../../../shared/records/observation/result'
import { withOrigin } from '../../../../shared/records/observation/origin'
import { correctsOf } from '../../../../shared/records/observation/vitalObservation'
import { completedYears } from '../../../../shared/records/patient/age'
import { patientFacts } from '../../../../shared/records/patient/patient'
import { extensions, idIn, referenceTo, systems } from '../../../../shared/records/systems'
import { recordIdOfKey, type Replica } from '../../../replica'
import { resultsOf, standingOf } from '../../../reports'
import type { Decider } from '../inbox'
import { criticalAlerts } from './critical'
import type { Judge } from './judge'

/** What corrections need of the review. */
export interface CorrectionDeps {
  readonly replica: Replica
  readonly judge: () => Promise<Judge>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const verifiedStates = ['final', 'corrected', 'amended', 'appended'] as const

const accessionOf = (report: DiagnosticReport) => report.identifier?.find(({ system }) => system === systems.accession)?.value ?? ''
const isVerified = ({ status }: Pick<DiagnosticReport, 'status'>): boolean => (verifiedStates as readonly string[]).includes(status)

/** What was measured, with another value: without the flag and the words that were about the old one. Undefined: a number is needed and this is none. */
const withValue = (observation: Observation, text: string): Observation | undefined => {
  const { id: _id, interpretation: _flag, note: _remark, valueString: _said, valueCodeableConcept: _code, ...rest } = observation
  const asSent = (sent: string) => [...(rest.extension ?? []).filter(({ url }) => url !== extensions.asSent && url !== extensions.convertedFrom), { url: extensions.asSent, valueString: sent }]
  if (!observation.valueQuantity) return { ...rest, extension: asSent(text), valueString: text }
  const number = numberTyped(text)
  if (!number) return undefined
  const { value: _value, comparator: _comparator, ...unit } = observation.valueQuantity
  const { text: written, ...quantity } = number
  return { ...rest, extension: asSent(written), valueQuantity: { ...unit, ...quantity } }
}

type Charted = Pick<Envelope<'Observation'>, 'id' | 'resource'>

const loincOf = (observation: Observation) => observation.code.coding?.find(({ system }) => system === systems.loinc)?.code

const personOf = (patient: Envelope<'Patient'> | undefined, at: string): FormulaPerson => {
  const { gender, birthDate } = patient?.resource ?? {}
  const years = birthDate === undefined ? undefined : completedYears(birthDate, localDay(at))
  return { ...((gender === 'male' || gender === 'female') && { sex: gender }), ...(years && { years }) }
}

/** Versions of one result that are followed. */
const mostVersions = 50

/** The ids that a result had: what was worked out of it may name the one from before it was verified. */
const idsOf = async ({ records }: Pick<Replica, 'records'>, { id, resource }: Charted): Promise<ReadonlySet<string>> => {
  const ids = new Set([id])
  let before = correctsOf(resource)
  while (before !== undefined && ids.size < mostVersions && !ids.has(before)) {
    ids.add(before)
    const version = (await records.get('Observation', before))?.resource
    before = version && correctsOf(version)
  }
  return ids
}

/** What was worked out of the corrected value, worked out of the new one; what cannot be any more is no result. */
const reckonedAnew = (
  results: readonly Charted[],
  corrected: { readonly id: string; readonly ids: ReadonlySet<string>; readonly by: string; readonly resource: Observation },
  person: FormulaPerson,
  decision: Verification & { readonly by: string; readonly at: string },
): { readonly old: string; readonly resource: Observation }[] => {
  const restsOn = ({ resource }: Charted) => resource.derivedFrom?.some((each) => corrected.ids.has(idIn(each, 'Observation') ?? '')) === true
  const measured = results
    .filter(({ resource }) => !calculationOf(resource) && resource.status !== 'cancelled')
    .map((each): Charted => (each.id === corrected.id ? { id: corrected.by, resource: corrected.resource } : each))
  return results.filter((each) => restsOn(each) && ['final', 'corrected'].includes(each.resource.status)).map(({ id, resource }) => {
    const { id: _id, interpretation: _flag, ...rest } = resource
    const [line, loinc] = [resultLineOf(resource), loincOf(resource)]
    const test = { code: line.code, name: line.name, ...(loinc !== undefined && { loinc }), ...(line.unit !== undefined && { unit: line.unit }) }
    const lines = measured.map((each) => ({ ...resultLineOf(each.resource), ...(loincOf(each.resource) !== undefined && { loinc: loincOf(each.resource)! }) }))
    const found = calculatedOf(lines, person, [test]).values.find((each) => each.loinc === loinc)
    const others = (rest.extension ?? []).filter(({ url }) => url !== extensions.asSent && url !== extensions.calculation)
    const anew: Observation = found
      ? withCalculation(
          { ...rest, status: 'corrected', valueQuantity: { ...rest.valueQuantity, value: found.value, unit: found.unit }, extension: [...others, { url: extensions.asSent, valueString: found.text }] },
          { source: found.formula.source, formula: found.formula.text, inputs: found.inputs },
          found.from.map((place) => measured[place]!.id),
        )
      : { ...rest, status: 'cancelled' }
    return { old: id, resource: replacingObservation(withVerification(anew, { ...decision, state: found ? 'accepted' : 'rejected' }), id) }
  })
}

/** A verified value was wrong: the next version of the result and of its report, with the value, who says so and why. The old ones stay readable. */
export const correctResult = async ({ replica, judge, now }: CorrectionDeps, ask: CheckedAsk<'correctResult'>, by: Decider): Promise<Answer<CorrectedReport>> => {
  const { records, practice } = replica
  const key = `lab-correction/${ask.result}/${by.practitioner}/${ask.key}`
  const made = { report: recordIdOfKey(practice, 'DiagnosticReport', key), result: recordIdOfKey(practice, 'Observation', key) }
  if (await records.get('DiagnosticReport', made.report)) return done(made)
  const report = await records.get('DiagnosticReport', ask.report)
  if (!report || report.search.subject !== ask.patient || isImagingReport(report.resource)) return refuse('not-found')
  if (!resultIdsOf(report.resource).includes(ask.result)) return refuse('not-found')
  if (!isVerified(report.resource) || !(await standingOf(replica, ask.patient, accessionOf(report.resource))).some(({ id }) => id === report.id)) return refuse('conflict')
  const results = await resultsOf(replica, report)
  const old = results.find(({ id }) => id === ask.result)
  if (!old || !['final', 'corrected', 'amended'].includes(old.resource.status)) return refuse('conflict')
  const value = withValue(old.resource, ask.value)
  if (!value) return refuse('bad-shape', { field: 'value' })
  const loinc = loincOf(value)
  if (isImpossible({ ...resultLineOf(value), ...(loinc === undefined ? {} : { loinc }) })) return refuse('implausible-value', { field: 'value', limit: '' })
  const at = new Date(now()).toISOString()
  const decision = { state: 'accepted' as const, by: by.practitioner, at, why: ask.why, holds: [] }
  const corrected = replacingObservation(
    { ...withOrigin(withVerification({ ...value, status: 'corrected' }, decision), { kind: 'typed' }, by.practitioner), performer: [referenceTo('Practitioner', by.practitioner)] },
    old.id,
  )
  const { device: _device, ...resource } = corrected
  const patient = await records.get('Patient', ask.patient)
  const following = reckonedAnew(results, { id: old.id, ids: await idsOf(replica, old), by: made.result, resource }, personOf(patient, old.search.date ?? at), decision)
    .map((each) => ({ ...each, key: `${key}/${each.old}` }))
  const successors = new Map([{ old: old.id, id: made.result, resource }, ...following.map((each) => ({ ...each, id: recordIdOfKey(practice, 'Observation', each.key) }))].map((each) => [each.old, each]))
  const { id: _id, ...before } = report.resource
  const next = replacingReport(
    withVerification(
      {
        ...before,
        status: 'corrected',
        issued: at,
        result: results.map(({ id }) => referenceTo('Observation', successors.get(id)?.id ?? id)),
        resultsInterpreter: [referenceTo('Practitioner', by.practitioner)],
      },
      decision,
    ),
    report.id,
  )
  const alerts = await criticalAlerts(replica, await judge(), [...successors.values()], at)
  const observations = [{ key, resource }, ...following].map((each) => ({ type: 'Observation' as const, key: each.key, resource: each.resource }))
  await records.addAll([...observations, ...alerts, { type: 'DiagnosticReport', key, resource: next }], by.practitioner)
  return done(made)
}

/** Verified reports of the laboratory that stand, the newest first. `limit` versions are looked through, of which some may have been replaced. */
export const verifiedReports = async (replica: Replica, { accession, skip, limit }: CheckedAsk<'listVerified'>): Promise<VerifiedReport[]> => {
  const { records } = replica
  const where = { status: { in: [...verifiedStates] }, ...(accession === '' ? {} : { identifier: accession.toUpperCase() }) }
  const found = await records.find('DiagnosticReport', { where, sort: { by: 'date', order: 'descending' }, skip, limit })
  const entryOf = async (report: Envelope<'DiagnosticReport'>): Promise<VerifiedReport | undefined> => {
    const { resource, search } = report
    if (isImagingReport(resource)) return undefined
    const [patient, order, standing] = await Promise.all([
      records.get('Patient', search.subject ?? ''),
      records.get('ServiceRequest', idIn(resource.basedOn?.[0], 'ServiceRequest') ?? ''),
      standingOf(replica, search.subject ?? '', accessionOf(resource)),
    ])
    if (!patient || !standing.some(({ id }) => id === report.id)) return undefined
    const results = await resultsOf(replica, report)
    return {
      report: report.id,
      patient: { id: patient.id, ...patientFacts(patient.resource), at: patient.at },
      title: order?.resource.code?.text ?? resource.code.text ?? '',
      accession: accessionOf(resource),
      at: resource.issued ?? search.date ?? '',
      isCorrected: resource.status === 'corrected',
      results: results.map(({ id, resource: each }) => ({ id, line: resultLineOf(each) })),
    }
  }
  return (await Promise.all(found.map(entryOf))).filter((each) => each !== undefined)
}

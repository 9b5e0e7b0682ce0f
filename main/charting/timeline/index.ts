import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { type Answer, done, mostTimelineVitals, refuse, type Timeline, type TimelineEvent, type TimelineSign } from '../../../shared/contract'
import { noteFacts } from '../../../shared/records/composition/note'
import { criticalAlertOf, criticalTopics } from '../../../shared/records/communication/criticalAlert'
import { isSuspected, isWithdrawn } from '../../../shared/records/condition/condition'
import { resultIdsOf } from '../../../shared/records/diagnostic-report/report'
import { standingReports } from '../../../shared/records/diagnostic-report/verification'
import { encounterFacts } from '../../../shared/records/encounter/encounter'
import type { Envelope, RecordType } from '../../../shared/records/envelope'
import { imagingReportFacts, isImagingReport } from '../../../shared/records/imaging-report/imagingReport'
import { isDeleted } from '../../../shared/records/imaging-study/deleted'
import { flagOf, severityOf } from '../../../shared/records/observation/resultFlag'
import { type ResultLine, resultLineOf } from '../../../shared/records/observation/result'
import { correctsOf, vitalFacts, vitalSearchCodes } from '../../../shared/records/observation/vitalObservation'
import { type VitalCode, vitals } from '../../../shared/records/observation/vitals'
import { readable, resultsOfEach } from '../../reports'
import type { ChartingParts } from '../parts'

/** The results of so many reports are one question. */
const reportsAtOnce = 50
/** More of one kind is left out, and said so. */
const mostOfLane = 2_000
const wordsOfNote = 80

const firstWords = (text: string): string => (text.length > wordsOfNote ? `${text.slice(0, wordsOfNote)}…` : text)
const millis = (instant: string | undefined): number | undefined => {
  const at = Date.parse(instant ?? '')
  return Number.isNaN(at) ? undefined : at
}

/** Vital signs, results, notes, orders, images and problems of a patient on one axis. */
export const openTimeline = ({ replica }: Pick<ChartingParts, 'replica'>) => {
  const { records } = replica

  /** All records of one kind, the newest first. */
  const readAll = async <Type extends RecordType>(type: Type, where: Parameters<typeof records.find>[1] & object, most: number): Promise<{ readonly found: Envelope<Type>[]; readonly isCut: boolean }> => {
    const found = await records.find(type, { ...where, sort: { by: 'date', order: 'descending' }, limit: most })
    return { found, isCut: found.length >= most }
  }

  const signsOf = async (patient: string, before: string | undefined): Promise<Pick<Timeline, 'signs' | 'before'>> => {
    const until = before === undefined ? {} : { date: { to: before } }
    const { found, isCut } = await readAll('Observation', { where: { subject: patient, code: { in: vitalSearchCodes }, ...until } }, mostTimelineVitals)
    const replaced = new Set(found.map(({ resource }) => correctsOf(resource)))
    const [newest, oldest] = [found[0]?.search.date, found.at(-1)?.search.date]
    const signs = new Map<VitalCode, { at: number[]; value: (number | string)[] }>()
    for (const { id, resource, search } of found.reverse()) {
      const facts = replaced.has(id) ? undefined : vitalFacts(resource)
      const at = millis(facts?.effective)
      // Those of the instant at which the page broke off come whole with the next one; so do those that were asked up to.
      if (!facts || at === undefined || (isCut && search.date === oldest) || search.date === before) continue
      const sign = signs.get(facts.code) ?? { at: [], value: [] }
      sign.at.push(at)
      sign.value.push(facts.value)
      signs.set(facts.code, sign)
    }
    const inOrder = (Object.keys(vitals) as VitalCode[]).flatMap((code): TimelineSign[] => (signs.has(code) ? [{ code, ...signs.get(code)! }] : []))
    return { signs: inOrder, ...(isCut && oldest !== undefined && newest !== oldest ? { before: new Date(Date.parse(oldest) + 1).toISOString() } : {}) }
  }

  /** Which lines of a report somebody had to be told of: by an alert about one of its versions, for as long as it says the same. */
  const toldIn = async (patient: string, reports: readonly Envelope<'DiagnosticReport'>[]): Promise<(report: Envelope<'DiagnosticReport'>) => (line: ResultLine) => boolean> => {
    const { found } = await readAll('Communication', { where: { subject: patient, code: criticalTopics.alert } }, mostOfLane)
    const alerts = found.flatMap(({ resource }) => criticalAlertOf(resource) ?? [])
    const versionsOf = new Map<string, Set<string>>()
    if (alerts.length > 0) {
      for (const { resource, search, id } of reports) {
        const number = search.identifier ?? id
        versionsOf.set(number, new Set([...(versionsOf.get(number) ?? []), ...resultIdsOf(resource)]))
      }
    }
    return ({ search, id }) => {
      const versions = versionsOf.get(search.identifier ?? id)
      const told = alerts.filter(({ observation }) => versions?.has(observation))
      return ({ name, text }) => told.some((alert) => alert.test === name && alert.value === text)
    }
  }

  const resultEvents = async (patient: string, reports: readonly Envelope<'DiagnosticReport'>[]): Promise<TimelineEvent[]> => {
    const told = await toldIn(patient, reports)
    const events: TimelineEvent[] = []
    const standing = standingReports(reports).map(readable)
    let results: readonly Envelope<'Observation'>[][] = []
    for (const [place, report] of standing.entries()) {
      const { resource, id, search } = report
      if (place % reportsAtOnce === 0) {
        if (place > 0) await turnOfTheLoop()
        results = await resultsOfEach(replica, standing.slice(place, place + reportsAtOnce))
      }
      const at = millis(search.date ?? resource.issued)
      if (at === undefined || ['cancelled', 'entered-in-error'].includes(resource.status)) continue
      const marks = {
        ...(['corrected', 'amended', 'appended'].includes(resource.status) && { isCorrected: true as const }),
        ...(resource.status === 'preliminary' && { isUnverified: true as const }),
      }
      if (isImagingReport(resource)) {
        const { title, text } = imagingReportFacts(resource)
        events.push({ id, lane: 'imaging', at, title, detail: firstWords(text.impression || text.findings), ...marks })
        continue
      }
      const lines = results[place % reportsAtOnce]!.map((each) => resultLineOf(each.resource))
      const isTold = told(report)
      const gravity = (line: ResultLine): number => (isTold(line) || flagOf(line)?.startsWith('critical') ? 0 : 1)
      const outside = lines.filter((line) => line.status !== 'cancelled' && (isTold(line) || flagOf(line) !== undefined)).sort((one, other) => gravity(one) - gravity(other))
      const said = outside.length > 0 ? outside.slice(0, 3) : lines.slice(0, 1)
      events.push({
        id, lane: 'result', at, title: resource.code.text ?? lines[0]?.name ?? '', severity: severityOf(lines, isTold), ...marks,
        detail: said.map(({ name, text, unit = '' }) => `${name} ${text} ${unit}`.trim()).join(', '),
      })
    }
    return events
  }

  const eventsOf = async (patient: string): Promise<Pick<Timeline, 'events' | 'isCut'>> => {
    const where = { where: { subject: patient } }
    const reports = await readAll('DiagnosticReport', where, mostOfLane)
    const encounters = await readAll('Encounter', where, mostOfLane)
    const notes = await readAll('Composition', where, mostOfLane)
    const orders = await readAll('ServiceRequest', where, mostOfLane)
    const studies = await readAll('ImagingStudy', where, mostOfLane)
    const problems = await readAll('Condition', where, mostOfLane)
    const events: TimelineEvent[] = await resultEvents(patient, reports.found)
    const add = (event: Omit<TimelineEvent, 'at'>, at: string | undefined): void => {
      const when = millis(at)
      if (when !== undefined) events.push({ ...event, at: when })
    }
    for (const { id, resource } of encounters.found) {
      const { reason, start, end } = encounterFacts(resource)
      const ended = millis(end)
      add({ id, lane: 'note', title: reason, detail: '', ...(ended !== undefined && { end: ended }) }, start)
    }
    for (const { id, resource } of notes.found) {
      const { text, at } = noteFacts(resource)
      add({ id, lane: 'note', title: resource.title, detail: firstWords(text) }, at)
    }
    for (const { id, resource } of orders.found) if (resource.status !== 'revoked' && resource.status !== 'entered-in-error') add({ id, lane: 'order', title: resource.code?.text ?? '', detail: '' }, resource.authoredOn)
    for (const { id, resource, search } of studies.found) if (!isDeleted(resource)) add({ id, lane: 'imaging', title: resource.description ?? resource.modality?.map(({ code }) => code).join(', ') ?? '', detail: '', study: id }, search.date ?? resource.started)
    for (const { id, resource, search } of problems.found) if (!isWithdrawn(resource)) add({ id, lane: 'problem', title: resource.code?.text ?? '', detail: '', ...(isSuspected(resource) && { isSuspected: true }) }, resource.onsetDateTime ?? resource.recordedDate ?? search.date)
    return { events: events.sort((one, other) => other.at - one.at), isCut: [reports, encounters, notes, orders, studies, problems].some(({ isCut }) => isCut) }
  }

  return {
    /** The whole timeline; with `before` only the vital signs before that instant. */
    read: async ({ patient, before }: { readonly patient: string; readonly before?: string | undefined }): Promise<Answer<Timeline>> => {
      if (!(await records.get('Patient', patient))) return refuse('not-found')
      const signs = await signsOf(patient, before === undefined ? undefined : new Date(before).toISOString())
      return done({ ...signs, ...(before === undefined ? await eventsOf(patient) : { events: [], isCut: false }) })
    },
  }
}

import { setImmediate } from 'node:timers/promises'
import type { Envelope, RecordType } from '../../../shared/records/envelope'
import { resultIdsOf } from '../../../shared/records/diagnostic-report/report'
import type { Replica } from '../types'

/*
 * What may be purged: finished visits that are older than a day, with what was written and measured before that day. Never
 * a patient, an allergy, an image study (its files are nowhere else), an order that still waits, anything of the newest visit
 * or of one that has not ended, nor anything of a patient about whom two workstations disagree.
 */

/** Types of which old records may go. */
export const purgedTypes = ['Encounter', 'Composition', 'Observation', 'DiagnosticReport', 'ServiceRequest'] as const satisfies readonly RecordType[]

type PurgedType = (typeof purgedTypes)[number]

/** A record that may go. */
export interface Candidate {
  readonly id: string
  readonly type: PurgedType
  /** Stamp of the version that was looked at. */
  readonly at: string
  /** When it clinically happened, ISO instant. */
  readonly date: string
  /** Length of its JSON. */
  readonly bytes: number
}

/** What may go of one patient. */
export interface PatientPlan {
  readonly patient: string
  /** Everything that happened earlier goes: the day that was chosen, or the begin of the newest visit where that is earlier. ISO instant. */
  readonly before: string
  readonly records: readonly Candidate[]
}

/** What may go altogether. */
export interface PurgePlan {
  /** ISO instant. */
  readonly before: string
  readonly patients: readonly PatientPlan[]
}

const pageRecords = 200
const openTask = ['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'] as const
/** A visit in one of these states is over. */
const endedVisit = ['finished', 'cancelled', 'entered-in-error']

const mayGo = (record: Envelope): boolean => {
  const { status } = record.search
  if (record.type === 'Encounter') return endedVisit.includes(status ?? '')
  // An order that waits for its result is work to be done, however old.
  return record.type !== 'ServiceRequest' || (status !== 'active' && status !== 'draft' && status !== 'on-hold')
}

interface Found extends Candidate {
  readonly mayGo: boolean
  readonly encounter?: string
}

/** Everything of the type that happened before, oldest first, a page at a time. */
async function* olderThan({ records }: Replica, type: PurgedType, before: string): AsyncGenerator<readonly Envelope[]> {
  let from = '0'
  let atFrom = new Set<string>()
  for (;;) {
    // A page begins with what the last one ended with: more than one record may have that instant.
    const page = await records.find(type, { where: { date: { from, to: before } }, sort: { by: 'date', order: 'ascending' }, limit: pageRecords + atFrom.size })
    const fresh = page.filter(({ id, search }) => !atFrom.has(id) && (search.date ?? '') < before)
    if (fresh.length > 0) yield fresh
    const last = page.at(-1)?.search.date
    if (last === undefined || fresh.length === 0 || last >= before) return
    atFrom = new Set([...(last === from ? atFrom : []), ...page.filter(({ search }) => search.date === last).map(({ id }) => id)])
    from = last
    await setImmediate()
  }
}

const collect = async (replica: Replica, before: string): Promise<Map<string, Found[]>> => {
  const perPatient = new Map<string, Found[]>()
  for (const type of purgedTypes) {
    for await (const page of olderThan(replica, type, before)) {
      for (const record of page) {
        const { subject, date, encounter } = record.search
        if (subject === undefined || date === undefined) continue
        const found = { id: record.id, type, at: record.at, date, bytes: Buffer.byteLength(JSON.stringify(record)), mayGo: mayGo(record), ...(encounter === undefined ? {} : { encounter }) }
        const known = perPatient.get(subject)
        if (known) known.push(found)
        else perPatient.set(subject, [found])
      }
    }
  }
  return perPatient
}

const startOfDay = (instant: string): string => `${instant.slice(0, 10)}T00:00:00.000Z`

/** The begin of what has to stay whole: the newest visit, or the newest day on a chart without visits; and every visit that has not ended. */
const newestVisit = async ({ records }: Replica, subject: string): Promise<string | undefined> => {
  const visits = await records.find('Encounter', { where: { subject }, sort: { by: 'date', order: 'descending' }, limit: 1000 })
  const stays = visits.filter((visit, place) => place === 0 || !endedVisit.includes(visit.search.status ?? ''))
  const dates = stays.flatMap(({ search }) => search.date ?? [])
  if (dates.length > 0) return startOfDay(dates.reduce((least, date) => (date < least ? date : least)))
  const newest = await Promise.all(purgedTypes.map(async (type) => (await records.find(type, { where: { subject }, sort: { by: 'date', order: 'descending' }, limit: 1 }))[0]?.search.date ?? ''))
  const day = newest.reduce((latest, date) => (date > latest ? date : latest))
  return day === '' ? undefined : startOfDay(day)
}

const planOf = async (replica: Replica, patient: string, found: readonly Found[], wanted: string): Promise<PatientPlan | undefined> => {
  const { records } = replica
  if ((await records.get('Patient', patient)) === undefined) return undefined
  // Whoever decides has to see all of it.
  if ((await records.count('Task', { where: { subject: patient, status: { in: openTask } } })) > 0) return undefined
  const newest = await newestVisit(replica, patient)
  const before = newest !== undefined && newest < wanted ? newest : wanted
  const old = found.filter(({ date, mayGo: may }) => may && date < before)
  const gone = new Set(old.map(({ id }) => id))
  const stays = new Set<string>()
  // What stays must not point at what is gone: a report at its values, a note that was added later at its visit.
  if (old.some(({ type }) => type === 'Observation')) {
    for (const report of await records.find('DiagnosticReport', { where: { subject: patient } })) {
      if (!gone.has(report.id)) for (const id of resultIdsOf(report.resource)) stays.add(id)
    }
  }
  const visits = old.filter(({ type }) => type === 'Encounter').map(({ id }) => id)
  for (let from = 0; from < visits.length; from += 400) {
    for (const note of await records.find('Composition', { where: { subject: patient, encounter: { in: visits.slice(from, from + 400) } } })) {
      if (!gone.has(note.id)) stays.add(note.search.encounter ?? '')
    }
  }
  // And what belongs to a visit that stays, stays with it.
  const leaving = old.filter(({ id, encounter }) => !stays.has(id) && (encounter === undefined || gone.has(encounter)) && !(encounter !== undefined && stays.has(encounter)))
  return leaving.length === 0 ? undefined : { patient, before, records: leaving.map(({ id, type, at, date, bytes }) => ({ id, type, at, date, bytes })) }
}

/**
 * What may be purged of visits before an instant. Changes nothing.
 * @param before ISO instant
 */
export const planPurge = async (replica: Replica, before: string): Promise<PurgePlan> => {
  const patients: PatientPlan[] = []
  for (const [patient, found] of await collect(replica, before)) {
    const plan = await planOf(replica, patient, found, before)
    if (plan) patients.push(plan)
    await setImmediate()
  }
  return { before, patients }
}

import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { Communication, DiagnosticReport } from 'fhir/r4'
import { replacedReportsOf } from '../../../shared/records/diagnostic-report/verification'
import { signOffOf, signOffTopics, takeOverOf } from '../../../shared/records/result-sign-off/signOff'
import { daysBack, followRecords, type RecordChange, type Replica } from '../../replica'
import { lookAtReport, type WaitingReport } from './look'

/** Kind in the local store; the id is the report's. What waits follows from the records; this only spares looking for it. */
const waitingKind = 'result-inbox'

/** How far back reports are looked through where there was no inbox before. */
const lookBackMs = 60 * 24 * 3_600_000
const pageOfKept = 1_000
/** Changes are looked at together, so long after the first of them. */
const togetherMs = 40
/** What waits newly is written down so many at once. */
const writtenTogether = 100

/** What waits to be signed off, kept up as records change, here and by sync. */
export const openWaitingReports = (replica: Replica, now: () => number) => {
  const { records, local } = replica
  const waiting = new Map<string, WaitingReport>()
  /** Reports of a patient that wait. */
  const ofPatient = new Map<string, Set<string>>()
  /** Those that wait newly, and are not written down yet. */
  const unwritten = new Map<string, WaitingReport>()
  const dirty = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let isClosed = false

  const remember = (entry: WaitingReport): void => {
    waiting.set(entry.report, entry)
    const reports = ofPatient.get(entry.patient) ?? new Set()
    ofPatient.set(entry.patient, reports.add(entry.report))
  }
  const forget = (report: string): void => {
    const patient = waiting.get(report)?.patient ?? ''
    waiting.delete(report)
    const reports = ofPatient.get(patient)
    reports?.delete(report)
    if (reports?.size === 0) ofPatient.delete(patient)
  }

  const writeDown = async (): Promise<void> => {
    const entries = [...unwritten].map(([id, value]) => ({ id, value, state: 'waiting' }))
    if (entries.length === 0) return
    await local.putAllNew(waitingKind, entries)
    unwritten.clear()
  }
  const keep = async (entry: WaitingReport): Promise<void> => {
    const { report } = entry
    const known = waiting.get(report)
    if (JSON.stringify(known) === JSON.stringify(entry)) return
    if (known === undefined) unwritten.set(report, entry)
    else {
      await writeDown()
      await local.put(waitingKind, report, entry, 'waiting')
    }
    remember(entry)
    if (unwritten.size >= writtenTogether) await writeDown()
  }
  const drop = async (report: string): Promise<void> => {
    if (!waiting.has(report)) return
    await writeDown()
    await local.remove(waitingKind, report)
    forget(report)
  }
  const look = async (): Promise<void> => {
    for (let [id] = dirty; id !== undefined && !isClosed; [id] = dirty) {
      await turnOfTheLoop()
      dirty.delete(id)
      try {
        const { waiting: found, settled } = await lookAtReport(replica, id)
        for (const entry of found) await keep(entry)
        for (const report of settled) await drop(report)
        for (const { report } of found) dirty.delete(report)
      } catch (reason) {
        // A full or busy disk for a moment: it is looked at again with the next question.
        dirty.add(id)
        throw reason
      }
    }
    await writeDown()
  }
  let isLooking = false
  /** Looks at everything that changed; refused while the file cannot be read. */
  const settle = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const lookNow = async () => {
      isLooking = true
      try {
        await look()
      } finally {
        isLooking = false
      }
    }
    turn = turn.then(lookNow, lookNow)
    return turn
  }
  const plan = (): void => {
    timer ??= setTimeout(() => {
      settle().catch(() => undefined)
    }, togetherMs)
  }

  const takeOfPatient = (patient: string | undefined, isTouched: (entry: WaitingReport) => boolean): void => {
    for (const report of ofPatient.get(patient ?? '') ?? []) if (isTouched(waiting.get(report)!)) dirty.add(report)
  }
  const take = ({ type, id, envelope, subject, deleted }: RecordChange): void => {
    const before = dirty.size
    if (type === 'DiagnosticReport') {
      dirty.add(id)
      if (!deleted) for (const old of replacedReportsOf(envelope.resource as DiagnosticReport)) if (waiting.has(old)) dirty.add(old)
    } else if (type === 'Communication') {
      const act = signOffOf(envelope.resource as Communication) ?? takeOverOf(envelope.resource as Communication)
      if (act) dirty.add(act.report)
    } else if (type === 'ServiceRequest') takeOfPatient(subject, (entry) => entry.isPartial || entry.order === id)
    else if (type === 'Observation') takeOfPatient(subject, (entry) => entry.isPartial)
    if (dirty.size > before) plan()
  }

  /** Where there was no inbox before: what was reported lately, and neither read nor replaced since. */
  const lookBack = async (): Promise<void> => {
    const span = { from: now() - lookBackMs, now: now() }
    // What was noted down before that stays, if it still waits.
    for (const id of waiting.keys()) dirty.add(id)
    const settled = new Set<string>()
    for await (const page of daysBack(records, 'Communication', { code: signOffTopics.signedOff }, span)) {
      for (const { resource } of page) settled.add(signOffOf(resource)?.report ?? '')
    }
    for await (const page of daysBack(records, 'DiagnosticReport', {}, span)) {
      for (const { resource } of page) for (const old of replacedReportsOf(resource)) settled.add(old)
      for (const { id } of page) if (!settled.has(id)) dirty.add(id)
      if (isClosed) return
      await turnOfTheLoop()
    }
  }
  const following = followRecords(replica, { name: waitingKind, take, first: lookBack, isDone: () => dirty.size === 0 && unwritten.size === 0 && !isLooking })

  const readKept = async (): Promise<void> => {
    for (let skip = 0; ; skip += pageOfKept) {
      const page = await local.list<WaitingReport>(waitingKind, { skip, limit: pageOfKept })
      for (const { value } of page) if (!waiting.has(value.report)) remember(value)
      if (page.length < pageOfKept) return
      await turnOfTheLoop()
    }
  }
  const begin = async (): Promise<void> => {
    // Before anything is taken: the list does not change while it is read page by page.
    await readKept()
    await following.catchUp()
  }
  let begun: Promise<void> | undefined

  return {
    /** Everything that waits now, in no order. */
    all: async (): Promise<readonly WaitingReport[]> => {
      begun ??= begin().catch((reason: unknown) => {
        begun = undefined
        throw reason
      })
      await begun
      await settle()
      return [...waiting.values()]
    },
    /** Looks at one report as it is at this moment. */
    look: (report: string) => lookAtReport(replica, report),
    close: async (): Promise<void> => {
      isClosed = true
      clearTimeout(timer)
      await turn.catch(() => undefined)
      await following.close()
      clearTimeout(timer)
    },
  }
}

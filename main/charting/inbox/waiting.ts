import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { Communication, DiagnosticReport } from 'fhir/r4'
import { replacedReportsOf } from '../../../shared/records/diagnostic-report/verification'
import { signOffOf, signOffTopics, takeOverOf } from '../../../shared/records/result-sign-off/signOff'
import type { RecordChange, Replica } from '../../replica'
import { lookAtReport, type WaitingReport } from './look'

/** Kind in the local store; the id is the report's. What waits follows from the records; this only spares looking for it. */
const waitingKind = 'result-inbox'

/** How far back reports are looked through when the inbox is opened: what a crash left out. What was noted down before that stays. */
const lookBackMs = 60 * 24 * 3_600_000
const pageOfReports = 200
/** Changes are looked at together, so long after the first of them. */
const togetherMs = 40

/** What waits to be signed off, kept up as records change, here and by sync. */
export const openWaitingReports = (replica: Replica, now: () => number) => {
  const { records, local } = replica
  const waiting = new Map<string, WaitingReport>()
  const dirty = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let isClosed = false

  const keep = async (entry: WaitingReport): Promise<void> => {
    if (JSON.stringify(waiting.get(entry.report)) === JSON.stringify(entry)) return
    await local.put(waitingKind, entry.report, entry, 'waiting')
    waiting.set(entry.report, entry)
  }
  const drop = async (report: string): Promise<void> => {
    if (waiting.has(report)) await local.remove(waitingKind, report)
    waiting.delete(report)
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
  }
  /** Looks at everything that changed; refused while the file cannot be read. */
  const settle = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const next = turn.then(look, look)
    turn = next
    return next
  }
  const plan = (): void => {
    timer ??= setTimeout(() => {
      settle().catch(() => undefined)
    }, togetherMs)
  }

  const take = ({ type, id, envelope, subject, deleted }: RecordChange): void => {
    const before = dirty.size
    if (type === 'DiagnosticReport') {
      dirty.add(id)
      if (!deleted) for (const old of replacedReportsOf(envelope.resource as DiagnosticReport)) if (waiting.has(old)) dirty.add(old)
    } else if (type === 'Communication') {
      const act = signOffOf(envelope.resource as Communication) ?? takeOverOf(envelope.resource as Communication)
      if (act) dirty.add(act.report)
    } else if (type === 'ServiceRequest') {
      for (const entry of waiting.values()) if (entry.patient === subject && (entry.isPartial || entry.order === id)) dirty.add(entry.report)
    } else if (type === 'Observation' && subject !== undefined) {
      for (const entry of waiting.values()) if (entry.isPartial && entry.patient === subject) dirty.add(entry.report)
    }
    if (dirty.size > before) plan()
  }
  const changes = records.changes().subscribe(take)

  /** Reads page after page, others have their turn in between. */
  const pages = async function* <Type extends 'DiagnosticReport' | 'Communication'>(type: Type, where: Record<string, string | { readonly from: string }>) {
    for (let skip = 0; ; skip += pageOfReports) {
      await turnOfTheLoop()
      const page = await records.find(type, { where, sort: { by: 'date', order: 'descending' }, skip, limit: pageOfReports })
      yield page
      if (page.length < pageOfReports || isClosed) return
    }
  }
  const lookBack = async (): Promise<void> => {
    for (let skip = 0; ; skip += pageOfReports) {
      const page = await local.list<WaitingReport>(waitingKind, { skip, limit: pageOfReports })
      for (const { id, value } of page) if (!waiting.has(id)) waiting.set(id, value)
      await turnOfTheLoop()
      if (page.length < pageOfReports) break
    }
    // What was kept may have been settled in the moment of a crash.
    for (const id of waiting.keys()) dirty.add(id)
    const from = new Date(now() - lookBackMs).toISOString()
    const signed = new Set<string>()
    for await (const page of pages('Communication', { code: signOffTopics.signedOff, date: { from } })) {
      for (const { resource } of page) signed.add(signOffOf(resource)?.report ?? '')
    }
    const found: string[] = []
    const replaced = new Set<string>()
    for await (const page of pages('DiagnosticReport', { date: { from } })) {
      for (const { id, resource } of page) {
        found.push(id)
        for (const old of replacedReportsOf(resource)) replaced.add(old)
      }
    }
    for (const id of found) if (!replaced.has(id) && !signed.has(id)) dirty.add(id)
  }
  let lookedBack: Promise<void> | undefined

  return {
    /** Everything that waits now, in no order. */
    all: async (): Promise<readonly WaitingReport[]> => {
      lookedBack ??= lookBack().catch((reason: unknown) => {
        lookedBack = undefined
        throw reason
      })
      await lookedBack
      await settle()
      return [...waiting.values()]
    },
    /** Looks at one report as it is at this moment. */
    look: (report: string) => lookAtReport(replica, report),
    close: async (): Promise<void> => {
      isClosed = true
      changes.unsubscribe()
      clearTimeout(timer)
      await turn.catch(() => undefined)
    },
  }
}

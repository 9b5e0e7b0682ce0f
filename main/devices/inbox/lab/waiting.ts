import type { DiagnosticReport } from 'fhir/r4'
import { isImagingReport } from '../../../../shared/records/imaging-report/imagingReport'
import { observationOrigin } from '../../../../shared/records/observation/origin'
import { replacedReportsOf } from '../../../../shared/records/diagnostic-report/verification'
import { daysBack, followRecords, type RecordChange, type Replica } from '../../../replica'

/** Kind in the local store; the id is the report's. What waits is the same on every workstation; this only spares looking for it. */
const waitingKind = 'lab-waiting'

/** How far back reports are looked through where there was no list before. */
const lookBackMs = 60 * 24 * 3_600_000
const mostReports = 2000

/** Changes are noted down together, this long after the last one: a first load brings thousands, most of them decided about. */
const togetherMs = 300

/** A preliminary report of the laboratory, whether an analyser sent it or a person typed it. */
const isUnverified = (report: DiagnosticReport) => report.status === 'preliminary' && observationOrigin(report).kind !== 'imported' && !isImagingReport(report)

/** Which reports wait for somebody to look at them, kept up as records change, here and by sync. */
export const openWaiting = (replica: Replica, now: () => number, failed: (reason: unknown) => void) => {
  const { records, local } = replica
  const come = new Set<string>()
  const replaced = new Set<string>()
  let later: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()

  let isNoting = false
  const noteDown = async (): Promise<void> => {
    const [added, gone] = [[...come].filter((id) => !replaced.has(id)), [...replaced]]
    await local.putAllNew(waitingKind, added.map((id) => ({ id, value: {}, state: 'waiting' })))
    await local.removeAll(waitingKind, gone)
    for (const id of added) come.delete(id)
    for (const id of gone) for (const each of [come, replaced]) each.delete(id)
  }
  const noted = (): Promise<unknown> => {
    clearTimeout(later)
    later = undefined
    turn = turn
      .then(async () => {
        isNoting = true
        await noteDown()
      })
      .catch(failed)
      .finally(() => (isNoting = false))
    return turn
  }
  const take = (change: RecordChange) => {
    if (change.type !== 'DiagnosticReport' || change.deleted) return
    const resource = change.envelope.resource as DiagnosticReport
    const old = replacedReportsOf(resource)
    for (const id of old) replaced.add(id)
    if (isUnverified(resource)) come.add(change.id)
    if (old.length === 0 && !come.has(change.id)) return
    later ??= setTimeout(() => void noted(), togetherMs)
  }
  const lookBack = async () => {
    const found: string[] = []
    for await (const page of daysBack(records, 'DiagnosticReport', { status: 'preliminary' }, { from: now() - lookBackMs, now: now() })) {
      for (const { id, resource } of page) if (isUnverified(resource)) found.push(id)
    }
    for (const id of found.reverse()) come.add(id)
    await noted()
  }
  const following = followRecords(replica, { name: waitingKind, take, first: lookBack, isDone: () => come.size === 0 && replaced.size === 0 && !isNoting })
  let begun: Promise<void> | undefined
  return {
    /** Ids of reports that may wait, the first to come first; whoever reads them looks whether they still do, and says so when they do not. */
    ids: async (): Promise<string[]> => {
      begun ??= following.catchUp().catch((reason: unknown) => {
        begun = undefined
        throw reason
      })
      await begun
      await noted()
      return (await local.list(waitingKind, { state: 'waiting', limit: mostReports })).map(({ id }) => id).reverse()
    },
    /** Another version stands in its place. */
    forget: (id: string) => local.remove(waitingKind, id),
    close: async () => {
      await noted()
      await following.close()
      clearTimeout(later)
    },
  }
}

import type { DiagnosticReport } from 'fhir/r4'
import { isImagingReport } from '../../../../shared/records/imaging-report/imagingReport'
import { observationOrigin } from '../../../../shared/records/observation/origin'
import { replacedReportsOf } from '../../../../shared/records/diagnostic-report/verification'
import type { RecordChange, Replica } from '../../../replica'

/** Kind in the local store; the id is the report's. What waits is the same on every workstation; this only spares looking for it. */
const waitingKind = 'lab-waiting'

/** How far back reports are looked through when the list is opened for the first time: what a crash or an earlier version left out. */
const lookBackMs = 60 * 24 * 3_600_000
const mostReports = 2000

/** Changes are noted down together, this long after the last one: a first load brings thousands, most of them decided about. */
const togetherMs = 300

/** A preliminary report of the laboratory, whether an analyser sent it or a person typed it. */
const isUnverified = (report: DiagnosticReport) => report.status === 'preliminary' && observationOrigin(report).kind !== 'imported' && !isImagingReport(report)

/** Which reports wait for somebody to look at them, kept up as records change, here and by sync. */
export const openWaiting = ({ records, local }: Replica, now: () => number, failed: (reason: unknown) => void) => {
  const come = new Set<string>()
  const replaced = new Set<string>()
  let later: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const noteDown = async (): Promise<void> => {
    const [added, gone] = [[...come].filter((id) => !replaced.has(id)), [...replaced]]
    come.clear()
    replaced.clear()
    for (const id of added) await local.putNew(waitingKind, id, {}, 'waiting')
    for (const id of gone) if (await local.get(waitingKind, id)) await local.remove(waitingKind, id)
  }
  const noted = (): Promise<unknown> => {
    clearTimeout(later)
    later = undefined
    turn = turn.then(noteDown).catch(failed)
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
  const changes = records.changes().subscribe(take)

  let lookedBack: Promise<void> | undefined
  const lookBack = async () => {
    const from = new Date(now() - lookBackMs).toISOString()
    const found = await records.find('DiagnosticReport', { where: { status: 'preliminary', date: { from } }, sort: { by: 'date', order: 'descending' }, limit: mostReports })
    for (const { id, resource } of found) if (isUnverified(resource)) await local.putNew(waitingKind, id, {}, 'waiting')
  }
  return {
    /** Ids of reports that may wait, the first to come first; whoever reads them looks whether they still do, and says so when they do not. */
    ids: async (): Promise<string[]> => {
      lookedBack ??= lookBack().catch((reason: unknown) => {
        lookedBack = undefined
        throw reason
      })
      await lookedBack
      await noted()
      return (await local.list(waitingKind, { state: 'waiting', limit: mostReports })).map(({ id }) => id).reverse()
    },
    /** Another version stands in its place. */
    forget: (id: string) => local.remove(waitingKind, id),
    close: async () => {
      changes.unsubscribe()
      await noted()
    },
  }
}

import type { DiagnosticReport } from 'fhir/r4'
import type { Envelope } from '../../../../shared/records/envelope'
import { observationOrigin } from '../../../../shared/records/observation/origin'
import { replacedReportOf } from '../../../../shared/records/diagnostic-report/verification'
import type { RecordChange, Replica } from '../../../replica'

/** Kind in the local store; the id is the report's. What waits is the same on every workstation; this only spares looking for it. */
const waitingKind = 'lab-waiting'

/** How far back reports are looked through when the list is opened for the first time: what a crash or an earlier version left out. */
const lookBackMs = 60 * 24 * 3_600_000
const mostReports = 2000

const isUnverified = (report: DiagnosticReport) => report.status === 'preliminary' && observationOrigin(report).kind === 'device'

/** Which reports of devices wait for somebody to look at them, kept up as records change, here and by sync. */
export const openWaiting = ({ records, local }: Replica, now: () => number, failed: (reason: unknown) => void) => {
  let turn: Promise<unknown> = Promise.resolve()
  const note = async ({ id, resource }: Envelope<'DiagnosticReport'>): Promise<void> => {
    const old = replacedReportOf(resource)
    if (old !== undefined) await local.remove(waitingKind, old)
    if (isUnverified(resource)) await local.putNew(waitingKind, id, {}, 'waiting')
  }
  const take = (change: RecordChange) => {
    if (change.type !== 'DiagnosticReport' || change.deleted) return
    turn = turn.then(() => note(change.envelope as Envelope<'DiagnosticReport'>)).catch(failed)
  }
  const changes = records.changes().subscribe(take)
  let lookedBack: Promise<void> | undefined
  const lookBack = async () => {
    const from = new Date(now() - lookBackMs).toISOString()
    const found = await records.find('DiagnosticReport', { where: { status: 'preliminary', date: { from } }, sort: { by: 'date', order: 'descending' }, limit: mostReports })
    for (const { id, resource } of found) if (isUnverified(resource)) await local.putNew(waitingKind, id, {}, 'waiting')
  }
  return {
    /** Ids of reports that may wait; whoever reads them looks whether they still do, and says so when they do not. */
    ids: async (): Promise<string[]> => {
      lookedBack ??= lookBack().catch((reason: unknown) => {
        lookedBack = undefined
        throw reason
      })
      await lookedBack
      await turn
      return (await local.list(waitingKind, { state: 'waiting', limit: mostReports })).map(({ id }) => id)
    },
    /** Another version stands in its place. */
    forget: (id: string) => local.remove(waitingKind, id),
    close: async () => {
      changes.unsubscribe()
      await turn
    },
  }
}

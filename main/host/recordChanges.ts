import type { Announce } from '../gate/handler'
import type { Replica } from '../replica'

/** Changes of this long are told together; short enough to look immediate. */
const gatherMs = 80

/** Tells windows which kinds of records, of which patients, changed: here or by sync. Answers how to stop. */
export const announceRecordChanges = (replica: Replica, announce: Announce): (() => void) => {
  let types = new Set<string>()
  let patients = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    timer = undefined
    announce('recordsChanged', { types: [...types], patients: [...patients] })
    types = new Set()
    patients = new Set()
  }
  const changes = replica.records.changes().subscribe(({ type, id, subject }) => {
    // Reading a chart writes the trail; that is no reason to read the chart again.
    if (type === 'AuditEvent') return
    types.add(type)
    const patient = type === 'Patient' ? id : subject
    if (patient) patients.add(patient)
    timer ??= setTimeout(tell, gatherMs)
  })
  return () => {
    changes.unsubscribe()
    clearTimeout(timer)
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { imagingOrderFacts, imagingOrderOf, studyUidOfOrder, withStep } from '../../../shared/records/imaging-order/imagingOrder'
import { imagingReportOf } from '../../../shared/records/imaging-report/imagingReport'
import { openReplica, type Replica } from '../../replica'
import { openPersonNames } from '../names'
import { onePerKey } from '../onePerKey'
import { openInbox } from '.'

const clock = Date.parse('2026-11-21T10:00:00.000Z')
const doctor = { practitioner: '01HV000000000000000000000D' }
let folder: string
let replica: Replica
let now: number
let hasPower: boolean
let inbox: ReturnType<typeof openInbox>

/** Without power nothing more is written of what was begun. */
const open = () => {
  const { records } = replica
  const orderSeen = async (_patient: string, order: string, actor: { readonly practitioner: string }, at: string) => {
    if (!hasPower) throw new Error('the power went')
    await records.revise('ServiceRequest', order, (resource) => withStep(resource, 'seen', { at, by: actor.practitioner }), actor.practitioner)
  }
  inbox = openInbox({ replica, names: openPersonNames(replica), now: () => now, once: onePerKey() }, { orderSeen })
}
beforeEach(async () => {
  now = clock
  hasPower = true
  folder = await mkdtemp(join(tmpdir(), 'inbox-sign-off-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: '01HV000000000000000000TEST', station: 'A' })
  open()
})
afterEach(async () => {
  await inbox.close()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const reported = async () => {
  const { records } = replica
  const patient = (await records.add('Patient', { resourceType: 'Patient' }, 'x')).id
  const told = { subject: patient, accession: 'A26X1', studyInstanceUid: studyUidOfOrder('01HV000000000000000000000Q'), modality: 'CT', bodyPart: 'Head', reason: 'Fall', priority: 'urgent', requester: doctor.practitioner, authoredOn: '2026-11-21T09:00:00.000Z' } as const
  const order = (await records.add('ServiceRequest', imagingOrderOf(told), doctor.practitioner)).id
  const report = (await records.add('DiagnosticReport', imagingReportOf({ subject: patient, accession: 'A26X1', order, title: 'CT Head', issued: '2026-11-21T09:50:00.000Z', signer: 'lena', studies: [], keyImages: [], text: { technique: '', findings: '', impression: 'No bleeding' } }), 'lena')).id
  return { patient, order, report }
}
const seenOn = async (order: string) => imagingOrderFacts((await replica.records.get('ServiceRequest', order))!.resource).steps.seen
const restart = async () => {
  await inbox.close()
  hasPower = true
  now += 3_600_000
  open()
}

describe('a sign-off of an image report that a crash cut short', () => {
  it('E12: is noted on its order with the next look at the inbox, by whom and when it was signed off', async () => {
    const { patient, order, report } = await reported()
    hasPower = false
    await expect(inbox.signOff({ key: 'one act', patient, report, action: 'none', comment: '' }, doctor)).rejects.toThrow('the power went')
    expect(await seenOn(order)).toBeUndefined()
    await restart()
    expect(await inbox.count(doctor, [])).toMatchObject({ waiting: 0 })
    expect(await seenOn(order)).toEqual({ at: '2026-11-21T10:00:00.000Z', by: doctor.practitioner })
    expect(await replica.local.list('result-sign-off-seen')).toEqual([])
  })

  it('E12: keeps no result from being listed for as long as it cannot be noted, and is noted when it can', async () => {
    const { patient, order, report } = await reported()
    hasPower = false
    await expect(inbox.signOff({ key: 'one act', patient, report, action: 'none', comment: '' }, doctor)).rejects.toThrow('the power went')
    const other = await reported()
    await restart()
    hasPower = false
    expect(await inbox.count(doctor, [])).toMatchObject({ waiting: 1 })
    expect((await inbox.list(doctor.practitioner, { skip: 0, limit: 10 })).items.map((item) => item.report)).toEqual([other.report])
    // Its sign-off is written, though its order cannot be either.
    await expect(inbox.signOff({ key: 'another act', patient: other.patient, report: other.report, action: 'none', comment: '' }, doctor)).rejects.toThrow('the power went')
    expect(await inbox.count(doctor, [])).toMatchObject({ waiting: 0 })
    expect(await seenOn(order)).toBeUndefined()
    hasPower = true
    await inbox.count(doctor, [])
    expect(await seenOn(order)).toMatchObject({ at: '2026-11-21T10:00:00.000Z' })
    expect(await seenOn(other.order)).toMatchObject({ at: '2026-11-21T11:00:00.000Z' })
  })

  it('E12: is noted by the same act that is said again, without a restart', async () => {
    const { patient, order, report } = await reported()
    hasPower = false
    const act = { key: 'one act', patient, report, action: 'none', comment: '' } as const
    await expect(inbox.signOff(act, doctor)).rejects.toThrow('the power went')
    hasPower = true
    expect(await inbox.signOff(act, doctor)).toMatchObject({ ok: true })
    expect(await seenOn(order)).toMatchObject({ by: doctor.practitioner })
  })

  it('notes nothing where the sign-off itself was never written: the report still waits', async () => {
    const { patient, order, report } = await reported()
    await replica.local.put('result-sign-off-seen', report, { patient, order, practitioner: doctor.practitioner, at: new Date(now).toISOString(), signOff: '01HV00000000000000000N0NE0' })
    expect(await inbox.count(doctor, [])).toMatchObject({ waiting: 1 })
    expect(await seenOn(order)).toBeUndefined()
    expect(await replica.local.list('result-sign-off-seen')).toEqual([])
  })
})

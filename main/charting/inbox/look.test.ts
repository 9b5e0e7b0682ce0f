import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { imagingOrderOf, studyUidOfOrder, withStep } from '../../../shared/records/imaging-order/imagingOrder'
import { imagingReportOf, withAddendum } from '../../../shared/records/imaging-report/imagingReport'
import { signOffRecord } from '../../../shared/records/result-sign-off/signOff'
import { openReplica, type Replica } from '../../replica'
import { lookAtReport } from './look'

let folder: string
let replica: Replica
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inbox-look-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: '01HV000000000000000000TEST', station: 'A' })
})
afterEach(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const at = (time: string): string => `2026-11-21T${time}:00.000Z`
const seen = { at: at('10:05'), by: '01HV000000000000000000000D' }

/** An order of images that was answered at 09:50 and seen at 10:05. */
const answered = async () => {
  const { records } = replica
  const patient = (await records.add('Patient', { resourceType: 'Patient' }, 'x')).id
  const told = { subject: patient, accession: 'A26X1', studyInstanceUid: studyUidOfOrder('01HV000000000000000000000Q'), modality: 'CT', bodyPart: 'Head', reason: 'Fall', priority: 'urgent', requester: seen.by, authoredOn: at('09:00') } as const
  const order = (await records.add('ServiceRequest', withStep(imagingOrderOf(told), 'seen', seen), seen.by)).id
  const report = await records.add('DiagnosticReport', imagingReportOf({ subject: patient, accession: 'A26X1', order, title: 'CT Head', issued: at('09:50'), signer: 'lena', studies: [], keyImages: [], text: { technique: '', findings: '', impression: 'No bleeding' } }), 'lena')
  return { patient, report }
}
const waiting = async (report: string) => (await lookAtReport(replica, report)).waiting.map(({ report: each }) => each)

it('E24: an addendum that was written elsewhere before the report was signed off here, and came after it, still waits to be read', async () => {
  const { patient, report } = await answered()
  await replica.records.add('Communication', signOffRecord({ report: report.id, subject: patient, by: seen.by, at: seen.at, action: 'none', comment: '' }), seen.by)
  expect(await waiting(report.id)).toEqual([])
  const later = await replica.records.add('DiagnosticReport', withAddendum(report.resource, report.id, { text: 'Small bleeding after all', by: 'lena', at: at('10:00') }), 'lena')
  expect(await waiting(later.id)).toEqual([later.id])
})

it('a report that was seen before there was an inbox does not come into it', async () => {
  const { report } = await answered()
  expect(await waiting(report.id)).toEqual([])
})

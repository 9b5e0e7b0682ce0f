import type { ImagingStudy } from 'fhir/r4'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { imagingOrderOf, studyUidOfOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { recordIdOfKey } from '../../replica'
import { doctor, openTestPractice, type TestPractice } from '../practice.test-parts'
import { matchStudy } from './matchStudy'

let practice: TestPractice
beforeEach(async () => {
  practice = await openTestPractice()
})
afterEach(() => practice.close())

const order = async (subject: string, accession: string) => {
  const { replica } = practice
  const id = recordIdOfKey(replica.practice, 'ServiceRequest', accession)
  const told = { subject, accession, studyInstanceUid: studyUidOfOrder(id), modality: 'US', bodyPart: 'Kidney', reason: 'Pain', priority: 'routine', requester: doctor, authoredOn: '2026-11-21T09:00:00.000Z' } as const
  return replica.records.add('ServiceRequest', imagingOrderOf(told), doctor, accession)
}
const study = (number: string, uid: string, accession = ''): ImagingStudy => ({
  resourceType: 'ImagingStudy', status: 'available', subject: {},
  identifier: [
    { system: 'urn:dicom:uid', value: `urn:oid:${uid}` },
    ...(accession === '' ? [] : [{ type: { coding: [{ code: 'ACSN' }] }, value: accession }]),
  ],
  extension: [{ url: 'urn:outpost:dicom-patient', extension: [{ url: 'id', valueString: number }] }],
})

it('D7: a study that was taken from the worklist goes to its order by the Study Instance UID, whatever its accession number says', async () => {
  const ada = await practice.register('A-000042', 'Okonkwo-Test')
  const [kidney, other] = [await order(ada, 'A26000001'), await order(ada, 'A26000002')]
  expect(await matchStudy(practice.replica, study('A-000042', studyUidOfOrder(kidney.id)), { byNumber: true })).toEqual({ patient: ada, order: kidney.id })
  expect(await matchStudy(practice.replica, study('A-000042', studyUidOfOrder(kidney.id), 'A26000002'), { byNumber: true })).toEqual({ patient: ada, order: kidney.id })
  expect(await matchStudy(practice.replica, study('A-000042', '1.2.3', 'A26000002 '), { patients: [ada] })).toEqual({ patient: ada, order: other.id })
  expect(await matchStudy(practice.replica, study('A-000042', studyUidOfOrder('01JD0000000000000000N0B0DY'), 'NONE'), { byNumber: true })).toEqual({ patient: ada })
})

it('D7: two patients under one number, or two orders under one accession number, tell nothing', async () => {
  const ada = await practice.register('A-000042', 'Okonkwo-Test')
  const first = await order(ada, 'A26000001')
  await practice.replica.records.add('ServiceRequest', first.resource, doctor, 'another')
  expect(await matchStudy(practice.replica, study('A-000042', '1.2.3', 'A26000001'), { byNumber: true })).toEqual({ patient: ada })
  await practice.register('A-000042', 'Bello')
  expect(await matchStudy(practice.replica, study('A-000042', '1.2.3'), { byNumber: true })).toEqual({ reason: 'unknown-number' })
})

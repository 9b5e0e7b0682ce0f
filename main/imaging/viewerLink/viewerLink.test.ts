import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linkedTo, newStudy } from '../../../shared/records/imaging-study/study'
import { imagingOrderOf, type ImagingOrderTold } from '../../../shared/records/imaging-order/imagingOrder'
import { openReplica, type Replica } from '../../replica'
import { phantomFiles } from '../phantom/phantom'
import { readFileElements } from '../readFile'
import { openViewerLinks } from './index'

const doctor = '01JD0000000000000000000D0C'
let folder: string
let replica: Replica
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewer-link-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01JD0000000000000000PRACT1', station: 'A' })
})
afterEach(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const template = 'https://pacs.example.org/viewer?StudyInstanceUIDs={studyUid}'
const addStudy = async () => {
  const [file] = [...phantomFiles({ patient: { number: 'A-1', family: 'Test', given: 'Ada' }, slices: 1, size: 16 })]
  const header = (await readFileElements(file?.bytes ?? new Uint8Array()))?.header
  if (!header) throw new Error('no phantom')
  const patient = (await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Test' }] }, doctor)).id
  const study = (await replica.records.add('ImagingStudy', linkedTo(newStudy(header), patient), doctor)).id
  return { patient, study, uid: header.studyInstanceUid }
}

describe('D15: the outside viewer', () => {
  it('opens the configured address with the Study Instance UID of a study of that patient, and of no other', async () => {
    const opened: string[] = []
    const links = openViewerLinks({ replica, openOutside: (url) => opened.push(url) })
    const { patient, study, uid } = await addStudy()
    expect(await links.open({ patient, study })).toMatchObject({ ok: false, problem: { kind: 'no-viewer-link' } })
    expect(await links.set(template, doctor)).toEqual({ ok: true, value: { template, host: 'pacs.example.org' } })
    expect(await links.open({ patient, study })).toMatchObject({ ok: true })
    expect(opened).toEqual([`https://pacs.example.org/viewer?StudyInstanceUIDs=${uid}`])
    expect(await links.open({ patient: doctor, study })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await links.set('', doctor)).toEqual({ ok: true, value: { template: '' } })
    expect(await links.open({ patient, study })).toMatchObject({ problem: { kind: 'no-viewer-link' } })
    expect(opened).toHaveLength(1)
  })

  it('opens what an order has asked for, whose images never came here', async () => {
    const opened: string[] = []
    const links = openViewerLinks({ replica, openOutside: (url) => opened.push(url) })
    await links.set('https://pacs.example.org/{patientId}/{accession}?study={studyUid}', doctor)
    const patient = (await replica.records.add('Patient', { resourceType: 'Patient', identifier: [{ system: 'urn:outpost:patient-number', value: 'A-7' }] }, doctor)).id
    const told = {
      subject: patient, accession: 'A26000007', studyInstanceUid: '2.25.77', modality: 'CT', bodyPart: 'Head', reason: 'Fall', priority: 'routine', authoredOn: '2026-11-21T09:00:00.000Z',
      requester: { practitioner: doctor, name: 'Dr. Okoro' },
    } as unknown as ImagingOrderTold
    const order = (await replica.records.add('ServiceRequest', imagingOrderOf(told), doctor)).id
    expect(await links.open({ patient, order })).toMatchObject({ ok: true })
    expect(opened).toEqual(['https://pacs.example.org/A-7/A26000007?study=2.25.77'])
    expect(await links.open({ patient: doctor, order })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('is set to nothing that leads elsewhere, and one that came so from another workstation is not followed', async () => {
    const opened: string[] = []
    const links = openViewerLinks({ replica, openOutside: (url) => opened.push(url) })
    expect(await links.set('javascript:{studyUid}', doctor)).toMatchObject({ ok: false, problem: { kind: 'viewer-link-wrong', facts: { fault: 'address' } } })
    await links.set(template, doctor)
    const [record] = await replica.records.find('Basic', { where: { code: 'imaging-viewer-link' } })
    await replica.records.revise('Basic', record?.id ?? '', (basic) => JSON.parse(JSON.stringify(basic).replace('https://', 'file://')) as typeof basic, doctor)
    const { patient, study } = await addStudy()
    expect(await links.read()).toEqual({ template: '' })
    expect(await links.open({ patient, study })).toMatchObject({ problem: { kind: 'no-viewer-link' } })
    expect(opened).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinBytes, element, openFile, readElements, formOf } from '../../../shared/standards/dicom'
import { phantomFiles } from '../phantom/phantom'
import { readFileElements } from '../readFile'
import { hasOrthanc, startOrthanc, type Orthanc } from '../testing/orthanc'
import { openDicomWeb, type DicomWeb } from './client'
import { fetchStudy } from './fetchStudy'
import { sendStudy } from './sendStudy'

const patient = { number: 'A-17', family: 'Orthanc', given: 'Ada' }
/** With a private element at the end of group 0009, where a careless server would lose it. */
const withPrivate = (file: Uint8Array): Uint8Array => {
  const dataSetAt = openFile(file)?.dataSetAt ?? 0
  const elements = readElements(file, dataSetAt, formOf('1.2.840.10008.1.2.1')).byTag
  const after = [...elements.values()].find(({ tag }) => tag >= '00100000')?.start ?? dataSetAt
  return joinBytes([file.subarray(0, after), element('00090010', 'LO', 'OUTPOST TEST'), element('00091001', 'OB', Uint8Array.of(1, 2, 3, 4)), file.subarray(after)])
}
const files = [...phantomFiles({ patient, slices: 4, size: 32 })].map(({ bytes }) => withPrivate(bytes))

/** The data set's elements, by tag: VR and value as bytes. */
const elementsOf = (file: Uint8Array): ReadonlyMap<string, string> => {
  const opening = openFile(file)
  if (!opening) throw new Error('no DICOM')
  const { byTag, end } = readElements(file, opening.dataSetAt, formOf(opening.transferSyntaxUid))
  expect(end).toBe('whole')
  return new Map([...byTag.values()].map(({ tag, representation, offset, length }) => [tag, `${representation} ${Buffer.from(file.subarray(offset, offset + length)).toString('hex')}`]))
}
const sopOf = async (file: Uint8Array): Promise<string> => (await readFileElements(file))?.header.sopInstanceUid ?? ''

describe.skipIf(!hasOrthanc)('D13: Orthanc as a DICOMweb server', () => {
  let orthanc: Orthanc
  let web: DicomWeb
  let study: string
  beforeAll(async () => {
    orthanc = await startOrthanc({ users: { ada: 'secret' } })
    web = openDicomWeb({ url: orthanc.dicomWebUrl, auth: { kind: 'basic', user: 'ada', password: 'secret' } })
    study = (await readFileElements(files[0] ?? new Uint8Array()))?.header.studyInstanceUid ?? ''
  })
  afterAll(async () => {
    web.close()
    await orthanc.close()
  })

  it('takes a study by STOW-RS with every element as it was, private ones too, and what it confirmed is not sent again', async () => {
    const confirmed: string[] = []
    const confirm = async (uids: readonly string[]) => void confirmed.push(...uids)
    const instances = await Promise.all(files.map(async (file) => ({ sopInstanceUid: await sopOf(file), size: file.length, read: async function* () { yield file } })))
    expect(await sendStudy(study, instances, new Set(), { web, tell: () => undefined, confirm }, new AbortController().signal)).toEqual({ total: 4, stored: 4, failed: [] })
    expect(await orthanc.instances()).toBe(4)
    for (const file of files) expect(elementsOf((await orthanc.fileOf(await sopOf(file))) ?? new Uint8Array())).toEqual(elementsOf(file))
    const none = { web: { ...web, store: () => Promise.reject(new Error('sent again')) }, tell: () => undefined, confirm }
    expect(await sendStudy(study, instances, new Set(confirmed), none, new AbortController().signal)).toMatchObject({ stored: 4 })
  })

  it('is searched by patient number, and tells what there is', async () => {
    const [found, ...more] = await web.searchStudies({ patientId: 'A-17' })
    expect(more).toEqual([])
    expect(found).toMatchObject({ studyInstanceUid: study, patientId: 'A-17', patientName: 'Orthanc^Ada', modalities: ['CT'], instances: 4 })
    expect(await web.searchStudies({ patientId: 'A-1' })).toEqual([])
    expect(await web.listInstances(study)).toHaveLength(4)
  })

  it('gives the study back by WADO-RS, every element as it was', async () => {
    const came = new Map<string, Uint8Array>()
    const take = async (file: Uint8Array) => {
      const sopInstanceUid = await sopOf(file)
      came.set(sopInstanceUid, file)
      return { kind: 'imported', sopInstanceUid } as const
    }
    const ended = await fetchStudy(study, { web, has: async (sop) => came.has(sop), take, tell: () => undefined }, new AbortController().signal)
    expect(ended).toEqual({ total: 4, here: 4, imported: 4, refused: {} })
    for (const file of files) expect(elementsOf(came.get(await sopOf(file)) ?? new Uint8Array())).toEqual(elementsOf(file))
  })

  it('shuts out who does not know the password, and has no study that it was not given', async () => {
    const stranger = openDicomWeb({ url: orthanc.dicomWebUrl, auth: { kind: 'basic', user: 'ada', password: 'guess' } })
    await expect(stranger.searchStudies({ patientId: 'A-17' })).rejects.toMatchObject({ kind: 'refused' })
    stranger.close()
    expect(await web.listInstances('1.2.3.4')).toEqual([])
  })
})

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImagingPeer } from '../../../shared/records/imaging-peer/peer'
import { element, fileMetaInformation, joinBytes, openFile, readElements, readItems, type Elements } from '../../../shared/standards/dicom'
import { openPeers, type Peers } from '../peers'
import { phantomFiles } from '../phantom/phantom'
import { doctor, openTestPractice, type TestPractice } from '../practice.test-parts'
import { openServices, type Services } from './index'

/** A practice whose studies can be exchanged. */
export interface TestExchange {
  readonly practice: TestPractice
  readonly peers: Peers
  readonly services: Services
  readonly scratch: string
  /** Adds a DIMSE peer on this machine; answers its id. */
  peer(aeTitle: string, port: number, uses: ImagingPeer['uses']): Promise<string>
  /** Imports files onto the chart of a patient with that number; answers the patient's and the study's record ids. */
  study(number: string, files: readonly Uint8Array[], birthDate?: string): Promise<{ readonly patient: string; readonly study: string; readonly uid: string }>
  close(): Promise<void>
}

export const by = { practitioner: doctor, name: 'Dr. Okoro' }

export const openTestExchange = async ({ listens = () => false }: { readonly listens?: () => boolean } = {}): Promise<TestExchange> => {
  const practice = await openTestPractice()
  const scratch = await mkdtemp(join(tmpdir(), 'exchange-'))
  const peers = openPeers(practice.replica)
  const services = await openServices({ replica: practice.replica, imaging: practice.imaging, peers, own: { aeTitle: async () => 'OUTPOST', listens, settled: async () => undefined } })
  let folders = 0
  return {
    practice, peers, services, scratch,
    peer: async (aeTitle, port, uses) => (await peers.add({ name: `PACS ${aeTitle}`, protocol: 'dimse', aeTitle, host: '127.0.0.1', port, tls: false, pin: '', url: '', uses }, doctor)).id,
    async study(number, files, birthDate) {
      const folder = join(scratch, String(folders++))
      await mkdir(folder)
      await Promise.all(files.map((bytes, index) => writeFile(join(folder, `${index}.dcm`), bytes)))
      const patient = await practice.register(number, 'Test', birthDate)
      const { studies: [study] } = await practice.import(folder, patient)
      if (!study) throw new Error('nothing was imported')
      return { patient, study: study.id, uid: study.studyInstanceUid }
    },
    async close() {
      await services.close()
      await practice.close()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** A small study of slices. */
export const slices = (number: string, count: number, label = 'ct', more: { readonly birthDate?: string } = {}): Uint8Array[] =>
  [...phantomFiles({ patient: { number, family: 'Test', given: 'Ada', ...more }, slices: count, size: 16, label })].map(({ bytes }) => bytes)

/** A secondary capture with private elements, an odd character set and a nested sequence: what a careless sender changes. */
export const oddFile = (number: string): { readonly sop: string; readonly bytes: Uint8Array } => {
  const study = `2.25.4711${number.replace(/\D/g, '')}`
  const sop = `${study}.1`
  const item = joinBytes([Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff), element('00091001', 'LO', 'inside'), Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0)])
  const dataSet = joinBytes([
    element('00080005', 'CS', 'ISO_IR 144'),
    element('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'), element('00080018', 'UI', sop), element('00080020', 'DA', '20260115'), element('00080060', 'CS', 'OT'),
    element('00090010', 'LO', 'OUTPOST TEST'), element('00091001', 'SQ', item), element('00091002', 'UN', Uint8Array.of(1, 2, 3, 4)), element('00091003', 'OB', Uint8Array.of(9, 8)),
    element('00100010', 'PN', Uint8Array.of(0xb8, 0xd2, 0xd0, 0xdd, 0xde, 0xd2)), element('00100020', 'LO', number),
    element('0020000d', 'UI', study), element('0020000e', 'UI', `${study}.2`), element('00200013', 'IS', '1'),
    element('00280002', 'US', 1), element('00280004', 'CS', 'MONOCHROME2'), element('00280010', 'US', 2), element('00280011', 'US', 2),
    element('00280100', 'US', 8), element('00280101', 'US', 8), element('00280102', 'US', 7), element('00280103', 'US', 0),
    element('7fe00010', 'OB', Uint8Array.of(0, 50, 100, 200)),
  ])
  return { sop, bytes: joinBytes([fileMetaInformation({ sopClassUid: '1.2.840.10008.5.1.4.1.1.7', sopInstanceUid: sop }), dataSet]) }
}

/** Elements of a data set by tag: VR and bytes of the value, item by item where it is a sequence. */
export type ElementsRead = { readonly [tag: string]: string | readonly ElementsRead[] }

const explicit = { explicit: true, bigEndian: false }
const read = (bytes: Uint8Array, { byTag, end }: Elements): ElementsRead => {
  if (end !== 'whole') throw new Error(end)
  return Object.fromEntries([...byTag].map(([tag, element]) => {
    const { representation, offset, length } = element
    if (representation === 'SQ') return [tag, readItems(bytes, element, explicit, 100).map((item) => read(bytes, item))]
    return [tag, `${representation} ${Buffer.from(bytes.subarray(offset, offset + length)).toString('hex')}`]
  }))
}

/** The elements behind the file meta information. */
export const elementsIn = (file: Uint8Array): ElementsRead => {
  const opening = openFile(file)
  if (!opening) throw new Error('not DICOM')
  return read(file, readElements(file, opening.dataSetAt, explicit))
}

/** The data set as it lies in a file. */
export const dataSetIn = (file: Uint8Array): string => Buffer.from(file.subarray(openFile(file)?.dataSetAt)).toString('hex')

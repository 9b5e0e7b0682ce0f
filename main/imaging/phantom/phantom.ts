import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { element, fileMetaInformation, joinBytes, type Representation } from '../../../shared/standards/dicom'
import { grainAt, phantomTissues, tissueAt } from './anatomy'

export { phantomTissues } from './anatomy'

/** For whom the phantom is made. */
export interface PhantomPatient {
  /** Patient number; becomes Patient ID (0010,0020). */
  readonly number: string
  readonly family: string
  readonly given: string
  /** YYYY-MM-DD; anything shorter is left out. */
  readonly birthDate?: string
  readonly gender?: 'male' | 'female' | 'other' | 'unknown'
}

/** How the phantom is scanned. */
export interface PhantomOptions {
  readonly patient: PhantomPatient
  /** YYYY-MM-DD of the examination; default 2026-01-15. */
  readonly date?: string
  readonly accession?: string
  /** Default 64. */
  readonly slices?: number
  /** Rows and columns; default 256. */
  readonly size?: number
  /** Tells studies of one patient apart: the same label makes the same UIDs. */
  readonly label?: string
}

/** A file of the phantom. */
export interface PhantomFile {
  /** Path inside the folder, as on a disc. */
  readonly name: string
  readonly sopInstanceUid: string
  readonly bytes: Uint8Array
}

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'
/** Edge of the field of view in millimetres, and height of the stack. */
const fieldMm = 240
const heightMm = 208
const intercept = -1024

/** A UID from a name, of the form 2.25 and a UUID as a number (PS3.5 §B.2): the same name, the same UID. */
const uidFor = (name: string): string => {
  const bytes = createHash('sha256').update(`outpost/phantom/${name}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}

const pixelsOf = (slice: number, z: number, size: number): Uint8Array => {
  const spacing = fieldMm / size
  const pixels = new Uint8Array(size * size * 2)
  const view = new DataView(pixels.buffer)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const tissue = tissueAt((column - (size - 1) / 2) * spacing, (row - (size - 1) / 2) * spacing, z)
      const grain = tissue === 'air' ? 0 : grainAt(column, row, slice, 4)
      view.setUint16((row * size + column) * 2, phantomTissues[tissue] + grain - intercept, true)
    }
  }
  return pixels
}

type Line = readonly [tag: string, representation: Representation, value: string | number | Uint8Array]

const sexOf = { male: 'M', female: 'F', other: 'O', unknown: '' } as const

/**
 * The phantom, one file a slice, in Explicit VR Little Endian. Instance numbers run from the head down and the
 * files come in that order, while position rises towards the head: an order by number is not the order in space.
 */
export function* phantomFiles({ patient, date = '2026-01-15', accession = '', slices = 64, size = 256, label = 'ct-head' }: PhantomOptions): Generator<PhantomFile> {
  const day = date.replace(/-/g, '')
  const name = `${patient.number}/${label}`
  const studyUid = uidFor(`${name}/study`)
  const seriesUid = uidFor(`${name}/series`)
  const spacing = fieldMm / size
  const thickness = heightMm / slices
  const corner = -((size - 1) / 2) * spacing
  for (let number = 1; number <= slices; number++) {
    const z = ((slices - 1) / 2 - (number - 1)) * thickness
    const sopInstanceUid = uidFor(`${name}/instance/${number}`)
    const lines: readonly Line[] = [
      ['00080005', 'CS', 'ISO_IR 192'],
      ['00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
      ['00080016', 'UI', ctImageStorage],
      ['00080018', 'UI', sopInstanceUid],
      ['00080020', 'DA', day],
      ['00080021', 'DA', day],
      ['00080022', 'DA', day],
      ['00080023', 'DA', day],
      ['00080030', 'TM', '093000'],
      ['00080031', 'TM', '093100'],
      ['00080032', 'TM', '093100'],
      ['00080033', 'TM', '093100'],
      ['00080050', 'SH', accession],
      ['00080060', 'CS', 'CT'],
      ['00080070', 'LO', 'Outpost'],
      ['00080090', 'PN', ''],
      ['00081030', 'LO', 'CT head (made-up phantom)'],
      ['0008103e', 'LO', 'Head axial'],
      ['00081090', 'LO', 'Phantom generator'],
      ['00100010', 'PN', `${patient.family}^${patient.given}`],
      ['00100020', 'LO', patient.number],
      ['00100030', 'DA', patient.birthDate?.length === 10 ? patient.birthDate.replace(/-/g, '') : ''],
      ['00100040', 'CS', sexOf[patient.gender ?? 'unknown']],
      ['00180050', 'DS', thickness.toFixed(4)],
      ['00180060', 'DS', '120'],
      ['00180088', 'DS', thickness.toFixed(4)],
      ['00185100', 'CS', 'HFS'],
      ['0020000d', 'UI', studyUid],
      ['0020000e', 'UI', seriesUid],
      ['00200010', 'SH', '1'],
      ['00200011', 'IS', '1'],
      ['00200012', 'IS', '1'],
      ['00200013', 'IS', String(number)],
      ['00200032', 'DS', [corner, corner, z].map((each) => each.toFixed(4)).join('\\')],
      ['00200037', 'DS', '1\\0\\0\\0\\1\\0'],
      ['00200052', 'UI', uidFor(`${name}/frame-of-reference`)],
      ['00201040', 'LO', ''],
      ['00201041', 'DS', z.toFixed(4)],
      ['00280002', 'US', 1],
      ['00280004', 'CS', 'MONOCHROME2'],
      ['00280010', 'US', size],
      ['00280011', 'US', size],
      ['00280030', 'DS', `${spacing.toFixed(4)}\\${spacing.toFixed(4)}`],
      ['00280100', 'US', 16],
      ['00280101', 'US', 12],
      ['00280102', 'US', 11],
      ['00280103', 'US', 0],
      ['00281050', 'DS', '40'],
      ['00281051', 'DS', '400'],
      ['00281052', 'DS', String(intercept)],
      ['00281053', 'DS', '1'],
      ['00281054', 'LO', 'HU'],
      ['7fe00010', 'OW', pixelsOf(number, z, size)],
    ]
    yield {
      name: `CT/IM${String(number).padStart(4, '0')}`,
      sopInstanceUid,
      bytes: joinBytes([fileMetaInformation({ sopClassUid: ctImageStorage, sopInstanceUid }), ...lines.map((line) => element(...line))]),
    }
  }
}

/** Writes the phantom into a folder, which is made; answers how many files. Other work goes on between the slices. */
export const writePhantom = async (folder: string, options: PhantomOptions): Promise<number> => {
  await mkdir(join(folder, 'CT'), { recursive: true })
  let files = 0
  for (const { name, bytes } of phantomFiles(options)) {
    await writeFile(join(folder, name), bytes)
    files += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  return files
}

import { element, fileMetaInformation, joinBytes, type Representation } from './encode'
import { mediaStorageDirectory } from './tags'

/** One file of a file-set, as its directory tells of it. */
export interface DirectoryInstance {
  /** Components of its path, each at most eight letters, digits or underscores (PS3.10 §8.2). */
  readonly fileId: readonly string[]
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
  /** Values of its elements as they stand in the file, by tag; those of {@link directoryKeys} are looked for. */
  readonly values: ReadonlyMap<string, Uint8Array>
}

type Key = readonly [tag: string, representation: Representation, invented: string | undefined]
/** Keys of each level in the order of their tags (PS3.3 §F.5). `undefined`: may be missing; '': may be empty; else what stands where a file says nothing. */
const keys: Readonly<Record<'PATIENT' | 'STUDY' | 'SERIES' | 'INSTANCE', readonly Key[]>> = {
  PATIENT: [['00080005', 'CS', undefined], ['00100010', 'PN', ''], ['00100020', 'LO', 'UNKNOWN'], ['00100030', 'DA', undefined], ['00100040', 'CS', undefined]],
  STUDY: [
    ['00080005', 'CS', undefined], ['00080020', 'DA', '19000101'], ['00080030', 'TM', '000000'], ['00080050', 'SH', ''], ['00081030', 'LO', ''], ['0020000d', 'UI', ''],
    ['00200010', 'SH', '1'],
  ],
  SERIES: [['00080005', 'CS', undefined], ['00080060', 'CS', 'OT'], ['0008103e', 'LO', undefined], ['0020000e', 'UI', ''], ['00200011', 'IS', '1']],
  INSTANCE: [
    ['00080005', 'CS', undefined], ['00080023', 'DA', undefined], ['00080033', 'TM', undefined], ['00200013', 'IS', '1'],
    ['0040a491', 'CS', undefined], ['0040a493', 'CS', undefined], ['00420010', 'ST', undefined], ['00420012', 'LO', undefined], ['00700080', 'CS', undefined], ['00700081', 'LO', undefined],
    ['00700082', 'DA', undefined], ['00700083', 'TM', undefined],
  ],
}

/** Tags whose values a directory takes from the files. */
export const directoryKeys: readonly string[] = [...new Set(Object.values(keys).flatMap((level) => level.map(([tag]) => tag)))]

/** Directory record types by SOP class (PS3.3 §F.5), the longest beginning first; everything else is an image. */
const types: readonly (readonly [beginning: string, type: string])[] = [
  ['1.2.840.10008.5.1.4.1.1.88.59', 'KEY OBJECT DOC'],
  ['1.2.840.10008.5.1.4.1.1.88.', 'SR DOCUMENT'],
  ['1.2.840.10008.5.1.4.1.1.104.', 'ENCAP DOC'],
  ['1.2.840.10008.5.1.4.1.1.11.', 'PRESENTATION'],
  ['1.2.840.10008.5.1.4.1.1.9.', 'WAVEFORM'],
  ['1.2.840.10008.5.1.4.1.1.66.1', 'REGISTRATION'],
  ['1.2.840.10008.5.1.4.1.1.66.2', 'FIDUCIAL'],
  ['1.2.840.10008.5.1.4.1.1.481.2', 'RT DOSE'],
  ['1.2.840.10008.5.1.4.1.1.481.3', 'RT STRUCTURE SET'],
  ['1.2.840.10008.5.1.4.1.1.481.5', 'RT PLAN'],
]
const typeOf = (sopClassUid: string): string =>
  sopClassUid === '1.2.840.10008.5.1.4.1.1.66' ? 'RAW DATA' : (types.find(([beginning]) => sopClassUid.startsWith(beginning))?.[1] ?? 'IMAGE')

interface DirectoryRecord {
  readonly type: string
  /** Elements behind the links, whole. */
  readonly body: Uint8Array
  readonly lower: DirectoryRecord[]
}

const isEmpty = (value: Uint8Array): boolean => value.every((byte) => byte === 0x20 || byte === 0)

const keysOf = (level: keyof typeof keys, { values }: DirectoryInstance): Uint8Array[] =>
  keys[level].flatMap(([tag, representation, invented]) => {
    const value = values.get(tag)
    if (value && !isEmpty(value)) return [element(tag, representation, value)]
    return invented === undefined ? [] : [element(tag, representation, invented)]
  })

const instanceRecord = (instance: DirectoryInstance): DirectoryRecord => ({
  type: typeOf(instance.sopClassUid),
  lower: [],
  body: joinBytes([
    element('00041500', 'CS', instance.fileId.join('\\')),
    element('00041510', 'UI', instance.sopClassUid),
    element('00041511', 'UI', instance.sopInstanceUid),
    element('00041512', 'UI', instance.transferSyntaxUid),
    ...keysOf('INSTANCE', instance),
  ]),
})

const latin = (bytes: Uint8Array | undefined): string => {
  let text = ''
  for (const byte of bytes ?? []) text += String.fromCharCode(byte)
  return text.replace(/[\0 ]+$/, '')
}

/** Patients, their studies, their series, their instances, each in the order in which they first come. */
const treeOf = (instances: readonly DirectoryInstance[]): DirectoryRecord[] => {
  const roots: DirectoryRecord[] = []
  const known = new Map<string, DirectoryRecord>()
  const into = (level: 'PATIENT' | 'STUDY' | 'SERIES', key: string, instance: DirectoryInstance, among: DirectoryRecord[]): DirectoryRecord => {
    const found = known.get(key)
    if (found) return found
    const made: DirectoryRecord = { type: level, body: joinBytes(keysOf(level, instance)), lower: [] }
    known.set(key, made)
    among.push(made)
    return made
  }
  for (const instance of instances) {
    const value = (tag: string): string => latin(instance.values.get(tag))
    const person = `${value('00100020')}\n${value('00100010')}`
    const patient = into('PATIENT', person, instance, roots)
    const study = into('STUDY', `${person}\n${value('0020000d')}`, instance, patient.lower)
    const series = into('SERIES', `${person}\n${value('0020000d')}\n${value('0020000e')}`, instance, study.lower)
    series.lower.push(instanceRecord(instance))
  }
  return roots
}

/** Links of a record, which always take the same room: next, in use, lower, type. */
const linked = ({ type, body }: DirectoryRecord, next: number, lower: number): Uint8Array => {
  const inside = joinBytes([element('00041400', 'UL', next), element('00041410', 'US', 0xffff), element('00041420', 'UL', lower), element('00041430', 'CS', type), body])
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint16(0, 0xfffe, true)
  view.setUint16(2, 0xe000, true)
  view.setUint32(4, inside.length, true)
  return joinBytes([head, inside])
}

/**
 * The DICOMDIR of a file-set (PS3.3 annex F, PS3.10 §8).
 *
 * @param fileSet its name: at most 16 capital letters, digits or underscores
 * @param uid of the file-set
 */
export const mediaDirectory = (instances: readonly DirectoryInstance[], fileSet: string, uid: string): Uint8Array => {
  const roots = treeOf(instances)
  const flat: DirectoryRecord[] = []
  const collect = (records: readonly DirectoryRecord[]): void => {
    for (const record of records) {
      flat.push(record)
      collect(record.lower)
    }
  }
  collect(roots)
  const meta = fileMetaInformation({ sopClassUid: mediaStorageDirectory, sopInstanceUid: uid })
  const name = element('00041130', 'CS', fileSet)
  // Two offsets, the consistency flag and the head of the sequence stand before the first record.
  const before = meta.length + name.length + 12 + 12 + 10 + 12
  const at = new Map<DirectoryRecord, number>()
  let end = before
  for (const record of flat) {
    at.set(record, end)
    end += linked(record, 0, 0).length
  }
  const place = (record: DirectoryRecord | undefined): number => (record && at.get(record)) ?? 0
  const next = new Map<DirectoryRecord, DirectoryRecord>()
  const chain = (siblings: readonly DirectoryRecord[]): void => {
    siblings.forEach((record, index) => {
      const following = siblings[index + 1]
      if (following) next.set(record, following)
      chain(record.lower)
    })
  }
  chain(roots)
  const records = flat.map((record) => linked(record, place(next.get(record)), place(record.lower[0])))
  return joinBytes([
    meta,
    name,
    element('00041200', 'UL', place(roots[0])),
    element('00041202', 'UL', place(roots.at(-1))),
    element('00041212', 'US', 0),
    element('00041220', 'SQ', joinBytes(records)),
  ])
}

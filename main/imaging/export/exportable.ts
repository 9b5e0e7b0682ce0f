import type { ExportPlan } from '../../../shared/contract'
import { patientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import { formOf, openFile, readElements } from '../../../shared/standards/dicom'
import type { Archive } from '../archive/archive'
import type { StoredInstance, Studies } from '../archive/studies'

/** Reports and documents (PS3.4 §B.5): their text is the patient's. */
export const isDocument = (sopClassUid: string): boolean => /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(88|104)\./.test(sopClassUid)

/** Ultrasound (its retired classes, too), secondary capture, visible light: kinds whose machines write names onto the picture. */
const oftenBurnedIn = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(3|3\.1|6|6\.1|6\.2|7|7\.\d|77\.1\.[\d.]+)$/

/** Enough for everything in front of the pixels of an ordinary file. */
const window = 256 * 1024

/** What is to be exported: instances of studies that are on that patient's chart. */
export interface Exportable {
  readonly instances: readonly StoredInstance[]
  /** Counted in the records, and not here. */
  readonly missing: number
}

/** What a file says that matters before it leaves. */
interface Opening {
  readonly sopClassUid: string
  readonly burnedIn: string
}

const text = (bytes: Uint8Array, at: { readonly offset: number; readonly length: number } | undefined): string =>
  at ? Buffer.from(bytes.subarray(at.offset, at.offset + Math.min(at.length, 64))).toString('latin1').replace(/[\0 ]+$/, '').trim() : ''

/** The instances of those studies; undefined where one of them is not this patient's. */
export const findExportable = async (studies: Studies, patient: string, ids: readonly string[]): Promise<Exportable | undefined> => {
  const instances: StoredInstance[] = []
  let counted = 0
  for (const id of new Set(ids)) {
    const record = await studies.get(id)
    if (!record || patientOf(record.resource) !== patient) return undefined
    counted += record.resource.numberOfInstances ?? 0
    instances.push(...(await studies.instancesOf(studyUidOf(record.resource))))
  }
  const inOrder = [...instances].sort(
    (one, other) =>
      (one.study < other.study ? -1 : one.study > other.study ? 1 : 0) || (one.seriesNumber ?? Infinity) - (other.seriesNumber ?? Infinity) ||
      (one.series < other.series ? -1 : one.series > other.series ? 1 : 0) || (one.number ?? Infinity) - (other.number ?? Infinity) || (one.sop < other.sop ? -1 : 1),
  )
  return { instances: inOrder, missing: Math.max(0, counted - instances.length) }
}

const openingOf = async (archive: Archive, { sha256 }: StoredInstance): Promise<Opening | undefined> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of archive.stream(sha256, 0)) {
    pieces.push(piece)
    length += piece.length
    if (length >= window) break
  }
  const bytes = new Uint8Array(Buffer.concat(pieces, length))
  const opening = openFile(bytes)
  if (!opening) return undefined
  // What is deflated is not looked into: it then may be burned in, by its class.
  const { byTag } = readElements(bytes, opening.dataSetAt, formOf(opening.transferSyntaxUid), '00280302')
  return { sopClassUid: text(bytes, opening.meta.get('00020002')) || text(bytes, byTag.get('00080016')), burnedIn: text(bytes, byTag.get('00280301')).toUpperCase() }
}

/** Looks at the beginning of every file. One that cannot be read is counted as if it had text: nobody knows. */
export const planExport = async (archive: Archive, { instances, missing }: Exportable): Promise<ExportPlan> => {
  let [burnedIn, mayBeBurnedIn, documents, bytes] = [0, 0, 0, 0]
  for (const instance of instances) {
    bytes += instance.size
    const opening = await openingOf(archive, instance).catch(() => undefined)
    if (opening && isDocument(opening.sopClassUid)) documents += 1
    else if (opening?.burnedIn === 'YES') burnedIn += 1
    else if (!opening || (opening.burnedIn !== 'NO' && oftenBurnedIn.test(opening.sopClassUid))) mayBeBurnedIn += 1
  }
  return { instances: instances.length, bytes, missing, burnedIn, mayBeBurnedIn, documents }
}

import { readFileElements } from '../readFile'

/** Study Instance UID of a Part 10 file; undefined when it is none that can be read. */
export const studyUidIn = async (file: Uint8Array): Promise<string | undefined> => {
  const read = await readFileElements(file).catch(() => undefined)
  return read?.header.studyInstanceUid
}

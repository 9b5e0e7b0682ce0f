import { archiveWriter } from '../archive/archive'
import { examine, glance, type Examined, type Glanced } from './examine'
import { openSources, readContents, type FileAsk } from './source'
import { openZip, ZipProblem, type ZipListing } from './zip'

/** Where the archive is, for whoever writes into it. */
export interface ArchivePlace {
  readonly folder: string
  /** 32 bytes, the archive's own. */
  readonly key: Uint8Array
}

/** Examines files, and puts into the archive what is to be kept of them. */
export interface Desk {
  examine(file: FileAsk): Promise<Examined>
  glance(file: FileAsk): Promise<Glanced>
  /** What is in a zip archive, or why it cannot be taken. */
  list(zip: string): Promise<ZipListing | ZipProblem['reason']>
  /** See `Examiner.store`. */
  store(file: FileAsk, sha256: string): Promise<void>
}

/** Contents that were examined and may be stored next; beyond it they are read again. */
const mostRemembered = 32 * 1024 * 1024

/** Opens a desk in this thread. */
export const openDesk = ({ folder, key }: ArchivePlace): Desk => {
  const writer = archiveWriter(folder, key)
  const sources = openSources()
  /** By SHA-256, the oldest first: a file is read once, not once for each look. */
  const remembered = new Map<string, Uint8Array>()
  let bytes = 0
  const forget = (sha256: string): Uint8Array | undefined => {
    const contents = remembered.get(sha256)
    if (contents && remembered.delete(sha256)) bytes -= contents.length
    return contents
  }
  const remember = (sha256: string, contents: Uint8Array): void => {
    forget(sha256)
    remembered.set(sha256, contents)
    bytes += contents.length
    for (const oldest of remembered.keys()) if (bytes > mostRemembered) forget(oldest)
  }
  return {
    examine: (file) => examine(file, remember, sources.open),
    glance: (file) => glance(file, sources.open),
    list: async (path) => {
      try {
        const zip = await openZip(path)
        zip.close()
        return zip.listing
      } catch (reason) {
        if (reason instanceof ZipProblem) return reason.reason
        throw reason
      }
    },
    async store(file, sha256) {
      const known = forget(sha256)
      if (known) await writer.put(sha256, known)
      else if (!(await writer.has(sha256))) await writer.take(sha256, await readContents(file, sources.open))
    },
  }
}

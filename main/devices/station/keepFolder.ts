import type { Journal } from '../journal'
import type { Capture } from '../messages'
import { readCapture, type AnalyserProfile } from '../profiles'
import { type FileOutcome, folderOf, type FolderPace, isNobodysDropFolder, watchFolder } from '../transports'
import type { KeptLine, LineState } from './keepOpen'
import { entriesOf, type RecordedEntries } from './replay'
import type { MessageSurroundings } from './surroundings'

/** A file in the text that parsers read: what Windows programs write in two bytes a letter, or begin with a mark, in UTF-8. */
const inUtf8 = (bytes: Uint8Array): Uint8Array => {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return bytes.slice(3)
  if (first === 0xff && second === 0xfe) return new TextEncoder().encode(new TextDecoder('utf-16le').decode(bytes))
  if (first === 0xfe && second === 0xff) return new TextEncoder().encode(new TextDecoder('utf-16be').decode(bytes))
  return bytes
}

/** What a file holds. A page of an analyser that marks no pages is the file, whole, however its last line ends. */
const entriesIn = (bytes: Uint8Array, profile: AnalyserProfile): RecordedEntries['entries'] => {
  const text = inUtf8(bytes)
  const isOnePage = profile.protocol === 'text' && profile.framing.start === undefined && profile.framing.end === undefined && profile.framing.checksum === 'none'
  const entries = isOnePage ? [{ raw: bytes, message: { text, complete: true } }] : entriesOf(text, profile).entries
  // What nobody understands is shown to a person, too.
  return entries.some(({ message }) => message) ? entries : [{ raw: bytes, message: { text, complete: true } }]
}

const isReadable = (captures: readonly Capture[], profile: AnalyserProfile): boolean =>
  captures.some(({ text, complete }) => complete && readCapture(text, profile).some((message) => message.isReadable && message.samples.length > 0))

/** What keeping a folder needs of the station. */
export interface FolderSurroundings extends Pick<MessageSurroundings<AnalyserProfile>, 'device' | 'profile' | 'now' | 'captured' | 'journalFailed'> {
  readonly journal: Pick<Journal, 'keep'>
  /** Our own folder, which nobody drops files into. */
  readonly kept: string
  /** A file was found whole, before it is on disk here. */
  readonly heard: (bytes: Uint8Array) => void
  /** A file was too long to be a message. */
  readonly overlong: () => void
}

/** Watches a folder as `keepOpen` keeps a line: each file to the journal, then out of the way, then on to the practice host. */
export const keepFolder = (path: string, { device, profile, journal, kept, now, captured, journalFailed, heard, overlong }: FolderSurroundings, tell: (state: LineState) => void, pace?: FolderPace): KeptLine => {
  const folder = folderOf(path)
  if (folder === undefined || isNobodysDropFolder(folder, kept)) {
    tell({ state: 'waiting', problem: folder === undefined ? 'port-missing' : 'port-denied' })
    return { stop: () => Promise.resolve() }
  }
  let told: string | undefined
  const file = async (bytes: Uint8Array): Promise<FileOutcome> => {
    // As for a page that comes over a line: who reads it must not be held up.
    if (profile.protocol === 'text' && bytes.length > profile.framing.limit) {
      overlong()
      return 'faulty'
    }
    heard(bytes)
    // What is heard shows as open: what is wrong beside it is said again.
    told = undefined
    const captures: Capture[] = []
    try {
      for (const entry of entriesIn(bytes, profile)) {
        const capture = await journal.keep({ device, profile: profile.id, at: new Date(now()).toISOString(), ...entry })
        if (capture) captures.push(capture)
      }
    } catch {
      journalFailed()
      return 'later'
    }
    for (const capture of captures) captured(capture)
    return isReadable(captures, profile) ? 'taken' : 'faulty'
  }
  return watchFolder(
    folder,
    {
      file,
      overlong,
      looked: (problem) => {
        const state: LineState = problem ? { state: 'waiting', problem: problem.kind } : { state: 'open', path: folder }
        if (JSON.stringify(state) !== told) tell(state)
        told = JSON.stringify(state)
      },
    },
    pace,
  )
}

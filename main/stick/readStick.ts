import type { FileKeeper } from '../blobs'
import type { Replica } from '../replica'
import type { Stored } from '../sync'
import { readStickFile, type StickContent, type StickFile, type StickHeader } from './format'
import { problemOfStick, StickProblem } from './problem'
import { takeIn, type TakenIn } from './takeIn'

/** What is read, and where to. */
export interface ReadJob {
  readonly replica: Replica
  readonly path: string
  /** 32 bytes each: whatever could open it. */
  readonly keys: readonly Uint8Array[]
  /** Told which of them it was. */
  readonly opened?: (key: Uint8Array) => void
  /** Takes images; without it they are passed over. */
  readonly keeper?: Pick<FileKeeper, 'has' | 'keep'>
  /** Whether a record was purged here and need not come back. */
  passOver(record: Stored): boolean
  readonly signal: AbortSignal
  progress(done: { readonly records: number; readonly files: number }): void
}

/** What came from a stick file. */
export interface StickRead extends TakenIn {
  readonly header: StickHeader
  /** Records in it. */
  readonly records: number
  /** Images that were not here. */
  readonly files: number
  /** Images that are not what they say. */
  readonly leftOut: number
}

/**
 * Takes in what a stick file holds. Records are merged batch by batch, so it may be cut off anywhere and done again.
 *
 * @throws {StickProblem}; `stick-none` for a file of another practice
 */
export const readStick = async ({ replica, path, keys, opened, keeper, passOver, signal, progress }: ReadJob): Promise<StickRead> => {
  let header: StickHeader | undefined
  let total: TakenIn = { added: 0, changed: 0, clashes: 0, passedOver: 0 }
  let records = 0
  const images = { new: 0, here: 0, leftOut: 0 }
  const goOn = () => {
    progress({ records, files: images.new })
    if (signal.aborted) throw new StickProblem('cancelled')
  }
  const contents = readStickFile(path, keys, opened)[Symbol.asyncIterator]()
  const next = async (): Promise<StickContent | undefined> => {
    const { value, done } = await contents.next()
    return done ? undefined : (value as StickContent)
  }
  try {
    for (let content = await next(); content; ) {
      let ahead: StickContent | undefined
      if (content.kind === 'header') {
        header = content.header
        if (header.format !== 1 || header.practice !== replica.practice) throw new StickProblem('stick-none')
      } else if (content.kind === 'records') {
        const taken = await takeIn(replica, content.records, passOver)
        total = { added: total.added + taken.added, changed: total.changed + taken.changed, clashes: total.clashes + taken.clashes, passedOver: total.passedOver + taken.passedOver }
        records += content.records.length
        goOn()
      } else if (content.kind === 'file') {
        const pieces = piecesAfter(next)
        if (keeper) images[await takeFile(content.file, pieces.bytes(), keeper)] += 1
        ahead = await pieces.rest()
        goOn()
      }
      content = ahead ?? (await next())
    }
  } catch (error) {
    throw problemOfStick(error)
  } finally {
    await contents.return?.()
  }
  if (!header) throw new StickProblem('stick-damaged')
  return { header, records, files: images.new, leftOut: images.leftOut, ...total }
}

/** The pieces of one image, and the content that comes behind them. */
const piecesAfter = (next: () => Promise<StickContent | undefined>) => {
  let after: StickContent | undefined
  let ended = false
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    while (!ended) {
      const content = await next()
      if (content?.kind === 'piece') yield content.bytes
      else {
        after = content
        ended = true
      }
    }
  }
  return {
    bytes,
    /** What was not taken is read past. */
    rest: async (): Promise<StickContent | undefined> => {
      for await (const _left of bytes());
      return after
    },
  }
}

/** What became of an image; one that is here already is still entered: a crash may have come before that. */
const takeFile = async ({ set, sha256, size, about }: StickFile, bytes: AsyncGenerator<Uint8Array>, keeper: NonNullable<ReadJob['keeper']>): Promise<'new' | 'here' | 'leftOut'> => {
  if (typeof sha256 !== 'string') return 'leftOut'
  const isHere = await keeper.has(sha256)
  try {
    await keeper.keep(set, { sha256, size, about }, notClosing(bytes))
    return isHere ? 'here' : 'new'
  } catch (error) {
    if ((error as { kind?: unknown }).kind === 'changed') return 'leftOut'
    throw error
  }
}

/** A reader that ends early must not end the whole file. */
const notClosing = (bytes: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> => ({ [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }) })

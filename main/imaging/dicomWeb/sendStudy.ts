import { DicomWebProblem, type DicomWeb, type StoreOutcome } from './client'

/** An instance of the archive that is to go out. */
export interface ToSend {
  readonly sopInstanceUid: string
  readonly size: number
  /** Reads it anew each time it is asked. */
  readonly read: () => AsyncIterable<Uint8Array>
}

/** How far a study is. */
export interface SendProgress {
  readonly total: number
  /** The server said that it has stored them. */
  readonly stored: number
  /** It said no to them, with the Failure Reason (0008,1197); 0 without one. */
  readonly failed: readonly { readonly sopInstanceUid: string; readonly reason: number }[]
}

/** What sending works with. */
export interface SendParts {
  readonly web: DicomWeb
  readonly tell: (progress: SendProgress) => void
  /** Remembers what the server has confirmed, before it counts as sent. */
  readonly confirm: (sopInstanceUids: readonly string[]) => Promise<void>
  /** Waited before the line is tried again, ms, by how often it was in vain since something was last stored. */
  readonly pauseMs?: (tries: number) => number
}

/** One request carries at most so many instances and bytes, or one instance: what is cut is sent again from its beginning. */
const mostAtOnce = 50
const mostBytes = 32 * 1024 * 1024
const mostTries = 5

/** Runs of instances that go in one request each. */
export const batchesOf = (instances: readonly ToSend[]): readonly (readonly ToSend[])[] => {
  const batches: ToSend[][] = []
  let bytes = Infinity
  for (const each of instances) {
    const last = batches.at(-1)
    if (last && last.length < mostAtOnce && bytes + each.size <= mostBytes) last.push(each)
    else {
      batches.push([each])
      bytes = 0
    }
    bytes += each.size
  }
  return batches
}

const defaultPause = (tries: number): number => Math.min(30_000, 500 * 2 ** tries)

/**
 * Sends a study. A line that is cut is tried again with what the server has not confirmed.
 *
 * @param confirmed what it confirmed at an earlier time: not sent again
 * @throws DicomWebProblem when the server says no, or the line stays cut.
 */
export const sendStudy = async (
  study: string, instances: readonly ToSend[], confirmed: ReadonlySet<string>, { web, tell, confirm, pauseMs = defaultPause }: SendParts, signal: AbortSignal,
): Promise<SendProgress> => {
  const stored = new Set(instances.map(({ sopInstanceUid }) => sopInstanceUid).filter((uid) => confirmed.has(uid)))
  let failed: StoreOutcome['failed'] = []
  const progress = (): SendProgress => ({ total: instances.length, stored: stored.size, failed })
  let tries = 0
  tell(progress())
  for (const batch of batchesOf(instances.filter(({ sopInstanceUid }) => !stored.has(sopInstanceUid)))) {
    for (;;) {
      signal.throwIfAborted()
      try {
        const outcome = await web.store(study, batch.map(({ sopInstanceUid, size, read }) => ({ sopInstanceUid, size, contents: read() })), signal)
        if (outcome.stored.length > 0) await confirm(outcome.stored)
        for (const uid of outcome.stored) stored.add(uid)
        failed = [...failed, ...outcome.failed]
        tries = 0
        tell(progress())
        break
      } catch (reason) {
        signal.throwIfAborted()
        if (!(reason instanceof DicomWebProblem) || reason.kind !== 'unreachable' || tries >= mostTries) throw reason
        await new Promise((later) => setTimeout(later, pauseMs(tries)))
        tries += 1
      }
    }
  }
  return progress()
}

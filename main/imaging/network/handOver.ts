import type { Replica } from '../../replica'
import type { Arrival, Intake, TakenIn } from '../import/takeIn'
import { readSpooled, type SpoolEntry } from '../spool'

/** What is kept of an instance that the archive would not have. */
export interface AsidePut {
  readonly slot: string
  readonly callingAeTitle: string
  readonly reason: string
  readonly at: string
}

/** Takes what was received from the spool into the archive; at least once, whatever dies meanwhile. */
export interface HandOver {
  /** Told by the DICOM host, perhaps again. */
  received(entry: SpoolEntry): void
  /** On their way. */
  readonly waiting: number
  putAside(): Promise<readonly AsidePut[]>
  decide(slot: string, decision: 'again' | 'discard'): Promise<boolean>
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>
  close(): Promise<void>
}

/**
 * For whom and from where an instance was fetched, where it was: by C-MOVE it comes as anything else does. `taken` is told what
 * became of it.
 */
export type Expected = (file: Uint8Array) => Promise<(Omit<Arrival, 'file'> & { taken(outcome: TakenIn): void }) | undefined>

/** What it works with. */
export interface HandOverParts {
  readonly local: Replica['local']
  readonly intake: Intake
  readonly folder: string
  readonly keys: readonly Uint8Array[]
  /** The slot may be used again; `receivedAt`: by whatever was not received then. */
  taken(slot: string, receivedAt: string): void
  changed(): void
  readonly expected: Expected
  readonly retryMs?: number
}

const kind = 'dicom-put-aside'
/** Instances read at once, and how much memory they may take together. */
const mostAtOnce = 16
const mostBytes = 64 * 1024 * 1024
/** After a fault of this workstation's (a full disk) it is tried again, ms. */
const retryMs = 15_000

/** Opens the hand-over. */
export const openHandOver = (parts: HandOverParts): HandOver => {
  const queue: SpoolEntry[] = []
  const known = new Map<string, SpoolEntry>()
  /** By slot, when the last one that is dealt with was received: it is told again while word of that is on its way. */
  const over = new Map<string, string>()
  let running = 0
  let bytes = 0
  let closed = false
  const timers = new Set<NodeJS.Timeout>()
  let idlers: (() => void)[] = []
  let telling: NodeJS.Timeout | undefined
  const tell = () => {
    telling ??= setTimeout(() => {
      telling = undefined
      parts.changed()
    }, 250)
  }

  const free = (slot: string, receivedAt: string): void => {
    over.set(slot, receivedAt)
    parts.taken(slot, receivedAt)
  }
  const put = (entry: SpoolEntry, reason: string) =>
    parts.local.put<AsidePut>(kind, entry.slot, { slot: entry.slot, callingAeTitle: entry.note.callingAeTitle, reason, at: entry.note.receivedAt })

  const take = async (entry: SpoolEntry): Promise<void> => {
    const before = (await parts.local.get<AsidePut>(kind, entry.slot))?.value
    // The same that waits for a person; a slot is used again for another one only once it was taken.
    if (before?.at === entry.note.receivedAt) return
    const read = await readSpooled(parts.folder, parts.keys, entry.slot)
    if (!read) {
      await put(entry, 'unreadable')
      return
    }
    const { taken, ...from } = (await parts.expected(read.bytes)) ?? { source: { kind: 'received' as const, from: entry.note.callingAeTitle }, author: 'system', taken: undefined }
    const outcome = await parts.intake.take({ file: { bytes: read.bytes }, ...from })
    taken?.(outcome)
    if (outcome.kind === 'refused') await put(entry, outcome.reason)
    else free(entry.slot, entry.note.receivedAt)
  }

  const next = (): void => {
    while (!closed && queue.length > 0 && running < mostAtOnce && (running === 0 || bytes + (queue[0]?.size ?? 0) <= mostBytes)) {
      const entry = queue.shift()
      if (!entry) return
      running += 1
      bytes += entry.size
      take(entry)
        .then(
          () => known.delete(entry.slot),
          () => {
            const again = setTimeout(() => {
              timers.delete(again)
              queue.push(entry)
              next()
            }, parts.retryMs ?? retryMs)
            timers.add(again)
          },
        )
        .finally(() => {
          running -= 1
          bytes -= entry.size
          tell()
          next()
          if (running === 0 && queue.length === 0 && timers.size === 0) for (const done of idlers.splice(0)) done()
        })
    }
  }

  return {
    received(entry) {
      if (closed || known.has(entry.slot)) return
      if (over.get(entry.slot) === entry.note.receivedAt) return parts.taken(entry.slot, entry.note.receivedAt)
      known.set(entry.slot, entry)
      queue.push(entry)
      tell()
      next()
    },
    get waiting() {
      return known.size
    },
    putAside: async () => (await parts.local.list<AsidePut>(kind, { limit: 1000 })).map(({ value }) => value),
    async decide(slot, decision) {
      const aside = (await parts.local.get<AsidePut>(kind, slot))?.value
      if (!aside) return false
      await parts.local.remove(kind, slot)
      if (decision === 'discard') free(slot, aside.at)
      else {
        const read = await readSpooled(parts.folder, parts.keys, slot)
        if (read) this.received({ slot, size: read.bytes.length, note: read.note })
        else await parts.local.put<AsidePut>(kind, slot, aside)
      }
      return true
    },
    idle: () => (running === 0 && queue.length === 0 && timers.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    async close() {
      closed = true
      clearTimeout(telling)
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      queue.length = 0
      if (running > 0) await new Promise<void>((resolve) => idlers.push(resolve))
      idlers = []
    },
  }
}

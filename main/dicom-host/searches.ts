import { status } from '../imaging/dimse'
import type { FromDicomHost, SearchAsked } from './messages'

/** A search on its way to the practice host and back. */
interface Search {
  readonly waiting: { readonly identifiers: readonly Uint8Array[]; readonly status: number }[]
  wake?: () => void
}

/** How long the practice host may take for each part of its answer. */
const patienceMs = 30_000

/** Searches of peers, which the practice host answers: it has the orders. */
export interface Searches {
  ask(asked: SearchAsked, signal: AbortSignal): AsyncIterable<{ readonly identifiers: readonly Uint8Array[]; readonly status: number }>
  found(call: number, identifiers: readonly Uint8Array[], status: number): void
  /** The practice host is gone: what it was asked cannot be answered. */
  drop(): void
}

/** @param send false: there is no practice host to ask */
export const openSearches = (send: (message: FromDicomHost) => boolean): Searches => {
  const running = new Map<number, Search>()
  let lastCall = 0
  const failed = { identifiers: [], status: status.processingFailure } as const
  return {
    async *ask(asked, signal) {
      const call = ++lastCall
      const search: Search = { waiting: [] }
      running.set(call, search)
      const cancel = () => {
        send({ kind: 'cancel-search', call })
        search.wake?.()
      }
      signal.addEventListener('abort', cancel, { once: true })
      try {
        if (!send({ kind: 'search', call, asked })) return yield failed
        while (!signal.aborted) {
          const found = search.waiting.shift()
          if (found) {
            yield found
            if (found.status !== status.pending) return
            continue
          }
          const isLate = await new Promise<boolean>((resolve) => {
            const late = setTimeout(() => resolve(true), patienceMs)
            search.wake = () => {
              clearTimeout(late)
              resolve(false)
            }
          })
          if (isLate) return yield failed
        }
      } finally {
        signal.removeEventListener('abort', cancel)
        running.delete(call)
      }
    },
    found(call, identifiers, code) {
      const search = running.get(call)
      search?.waiting.push({ identifiers, status: code })
      search?.wake?.()
    },
    drop() {
      for (const search of running.values()) {
        search.waiting.push(failed)
        search.wake?.()
      }
    },
  }
}

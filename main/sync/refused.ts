import type { LocalStore } from '../replica'
import type { Stored } from './documents'

/** A record that the server does not take; it stays here. */
export interface Refused {
  readonly type: string
  readonly at: string
  readonly author: string
  /** As the server worded it. */
  readonly reason: string
}

const kind = 'refused'

/** The list of records that the server does not take. */
export const openRefused = async (local: LocalStore, changed: () => void) => {
  const all = new Map((await local.list<Refused>(kind)).map(({ id, value }) => [id, value]))
  return {
    get size() {
      return all.size
    },
    list: (): (Refused & { readonly id: string })[] => [...all].map(([id, value]) => ({ id, ...value })),
    has: (id: string) => all.has(id),
    put: async ({ id, type, at, author }: Stored, reason: string): Promise<void> => {
      const value = { type, at, author, reason: reason.slice(0, 500) }
      await local.put(kind, id, value)
      all.set(id, value)
      changed()
    },
    /** The server took it after all. */
    clear: async (id: string): Promise<void> => {
      if (!all.has(id)) return
      await local.remove(kind, id)
      all.delete(id)
      changed()
    },
  }
}

export type RefusedList = Awaited<ReturnType<typeof openRefused>>

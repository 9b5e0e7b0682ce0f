import type { RefusalKind } from '../../shared/contract'
import type { LocalStore } from '../replica'
import type { Stored } from './documents'

/** A record that the server does not take; it stays here. */
export interface Refused {
  readonly type: string
  readonly at: string
  readonly author: string
  /** As the server worded it. */
  readonly reason: string
  readonly kind: RefusalKind
  /** When it was first refused, ISO instant. */
  readonly since: string
  /** How often it was sent in vain. */
  readonly tries: number
}

/** What CouchDB's words come to for a person. */
const kinds: Readonly<Record<string, RefusalKind>> = {
  forbidden: 'forbidden',
  unauthorized: 'forbidden',
  document_too_large: 'too-large',
  too_large: 'too-large',
  doc_validation: 'malformed',
  illegal_docid: 'malformed',
  bad_request: 'malformed',
  bad_content_type: 'malformed',
  attachments_refused: 'malformed',
  invalid_json: 'malformed',
  'status 413': 'too-large',
}

/** What kind of refusal CouchDB's word for it means. */
export const refusalKind = (error: string): RefusalKind => kinds[error] ?? 'other'

const kind = 'refused'

/** The list of records that the server does not take. */
export const openRefused = async (local: LocalStore, changed: () => void, now: () => number = Date.now) => {
  // Those of the first release had neither kind nor count.
  const all = new Map((await local.list<Refused>(kind)).map(({ id, at, value }) => [id, { ...value, kind: value.kind ?? 'other', since: value.since ?? at, tries: value.tries ?? 1 }]))
  return {
    get size() {
      return all.size
    },
    list: (): (Refused & { readonly id: string })[] => [...all].map(([id, value]) => ({ id, ...value })),
    has: (id: string) => all.has(id),
    /** Whether this very version was refused; a later one has not been tried yet. */
    isRefused: ({ id, at }: Pick<Stored, 'id' | 'at'>): boolean => all.get(id)?.at === at,
    put: async ({ id, type, at, author }: Stored, reason: string, error: string): Promise<void> => {
      const before = all.get(id)
      const value: Refused = { type, at, author, reason: reason.slice(0, 500), kind: refusalKind(error), since: before?.since ?? new Date(now()).toISOString(), tries: (before?.tries ?? 0) + 1 }
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

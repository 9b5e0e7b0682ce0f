import { digestDesign, digestDesignId, digestViewPath, type DigestPath, type DigestValue } from '../../../shared/records/digestView'
import { ServerProblem, type Server } from '../server'

/** One step below a place in the server's days: how many documents, and their hashes together. */
export interface Sum {
  readonly count: number
  readonly words: readonly number[]
}

/** What a server says that it has; see `shared/records/digestView.ts`. */
export interface ServerDays {
  /** By the next step of the path. */
  sums(path: DigestPath): Promise<Map<string, Sum>>
  /** Hashes by id of what stands below a place, at most `limit`. */
  documents(path: DigestPath, limit: number): Promise<Map<string, readonly number[]>>
}

/** The server has no such view, and we may not make it. */
export class NotOffered extends Error {}
/** The server is still reading its documents for the view (CouchDB answers 500 after a minute, and reads on); asked again later. */
export class NotNow extends Error {}

/** The first answer has to wait until the server has read every document. */
const patienceMs = 600_000

interface Row {
  readonly id?: string
  readonly key?: readonly string[] | null
  readonly value: DigestValue
}

/** Asks one server; may make the view where there is none, when our user may. */
export const serverDays = (server: Server): ServerDays => {
  const ask = async (path: DigestPath, query: Readonly<Record<string, string | number | boolean>>): Promise<readonly Row[]> => {
    try {
      const range = { startkey: JSON.stringify(path), endkey: JSON.stringify([...path, {}]) }
      const body = (await server.read({ path: digestViewPath, query: { ...range, ...query }, silenceMs: patienceMs })) as { rows?: readonly Row[] } | null
      if (!Array.isArray(body?.rows)) throw new NotNow()
      return body.rows
    } catch (error) {
      if (error instanceof ServerProblem && error.kind === 'answered') throw new NotOffered(error.message)
      if (error instanceof ServerProblem && error.status >= 500) throw new NotNow(error.message)
      throw error
    }
  }
  /** A server that was set up before there was such a view: an administrator's workstation gives it one. */
  const offer = async (): Promise<void> => {
    const { status } = await server.ask({ method: 'PUT', path: digestDesignId, body: digestDesign })
    if (status !== 201 && status !== 202 && status !== 409) throw new NotOffered()
  }
  const asked = async (path: DigestPath, query: Readonly<Record<string, string | number | boolean>>): Promise<readonly Row[]> => {
    try {
      return await ask(path, query)
    } catch (error) {
      if (!(error instanceof NotOffered)) throw error
      await offer()
      return ask(path, query)
    }
  }
  return {
    sums: async (path) => new Map((await asked(path, { group_level: path.length + 1 })).map(({ key, value: [count, ...words] }) => [key?.[path.length] ?? '', { count, words }])),
    documents: async (path, limit) => new Map((await asked(path, { reduce: false, limit })).flatMap(({ id, value: [, ...words] }) => (id === undefined ? [] : [[id, words] as const]))),
  }
}

import { practiceDatabaseName, practiceDocumentId } from '../../../shared/records/practiceDatabase'
import { startHubProcess } from '../../harness/hubProcess'
import { practice } from './subject'

/** A server in processes of its own: the embedded hub, or the CouchDB of `COUCHDB_URL`. */
export interface BenchServer {
  readonly name: string
  readonly user: string
  readonly password: string
  /** A new database with the practice's mark and these documents; answers where it is. */
  makeDatabase(documents: readonly object[]): Promise<string>
  close(): Promise<void>
}

interface Access {
  readonly url: string
  readonly user: string
  readonly password: string
}

const asking =
  ({ url, user, password }: Access) =>
  async (method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${String(answer['reason'])}`)
    return answer
  }

/** See {@link BenchServer}. */
export const openBenchServer = async (folder: string): Promise<BenchServer> => {
  const given = process.env['COUCHDB_URL'] ? new URL(process.env['COUCHDB_URL']) : undefined
  const access = given ? { url: given.origin, user: decodeURIComponent(given.username), password: decodeURIComponent(given.password), close: async () => undefined } : await startHubProcess(folder)
  const ask = asking(access)
  const { version, vendor } = (await ask('GET', '/')) as { version?: string; vendor?: { name?: string } }
  const made: string[] = []
  return {
    name: given ? `CouchDB ${version ?? ''}` : `hub ${vendor?.name ?? ''}`.trim(),
    user: access.user,
    password: access.password,
    makeDatabase: async (documents) => {
      const database = `${practiceDatabaseName(practice.id)}-${made.length}`
      if (given) await ask('DELETE', `/${database}`).catch(() => undefined)
      await ask('PUT', `/${database}`)
      made.push(database)
      await ask('PUT', `/${database}/${encodeURIComponent(practiceDocumentId)}`, { _id: practiceDocumentId, practice: practice.id, name: practice.name, training: practice.training })
      for (let from = 0; from < documents.length; from += 1_000) await ask('POST', `/${database}/_bulk_docs`, { docs: documents.slice(from, from + 1_000) })
      return `${access.url}/${database}`
    },
    close: async () => {
      for (const database of made) await ask('DELETE', `/${database}`).catch(() => undefined)
      await access.close()
    },
  }
}

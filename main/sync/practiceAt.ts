import { randomBytes } from 'node:crypto'
import { done, refuse, type Answer, type PracticeName } from '../../shared/contract'
import { isBlobDatabase } from '../../shared/records/blobDatabase'
import { practiceDocumentId, practiceMarkIn, type PracticeMark } from '../../shared/records/practiceDatabase'
import type { TrustProblem } from '../http'
import { openServer, ServerProblem, splitUrl, type Server, type ServerAddress } from './server'

/** Whether this database is this practice's, or why it must not be touched. */
export type DatabaseCheck = 'ours' | 'server-other-practice' | 'training-never-syncs' | 'server-refused' | 'server-made-anew'

/**
 * Looks whose database it is; makes and marks it where there is none and the user may. A training
 * practice makes a database only where the server says that it holds nothing else. Where nothing may be made, what is not there or not
 * marked was taken away: `server-made-anew`.
 */
export const checkDatabase = async (server: Server, practice: PracticeName, mayMake = true): Promise<DatabaseCheck> => {
  const found = await server.ask({ path: '' })
  if (found.status === 403) return 'server-refused'
  if (found.status === 404 && !mayMake) return 'server-made-anew'
  if (found.status === 404) {
    if (practice.training && !(await isTrainingServer(server))) return 'training-never-syncs'
    const { status } = await server.ask({ method: 'PUT', path: '' })
    if (status === 401 || status === 403) return 'server-refused'
    if (status >= 300 && status !== 412) throw new ServerProblem('answered', status, 'the database could not be made')
  }
  const mark = await readMark(server)
  if (mark) return verdict(mark, practice)
  if (!mayMake) return 'server-made-anew'
  // Something is in it, and nobody said whose it is.
  if (found.status === 200 && Number((found.body as { doc_count?: unknown }).doc_count) > 0 && (await holdsRecords(server))) return 'server-other-practice'
  if (practice.training && !(await isTrainingServer(server))) return 'training-never-syncs'
  const mine: PracticeMark = { practice: practice.id, name: practice.name, training: practice.training, epoch: randomBytes(16).toString('hex') }
  const { status } = await server.ask({ method: 'PUT', path: encodeURIComponent(practiceDocumentId), body: { _id: practiceDocumentId, ...mine } })
  if (status === 401 || status === 403) return 'server-refused'
  // Another workstation may have been first.
  const marked = await readMark(server)
  if (!marked) throw new ServerProblem('answered', status, 'the database could not be marked')
  return verdict(marked, practice)
}

const verdict = (mark: PracticeMark, practice: PracticeName): DatabaseCheck =>
  mark.training !== practice.training ? 'training-never-syncs' : mark.practice === practice.id ? 'ours' : 'server-other-practice'

const readMark = async (server: Server): Promise<PracticeMark | undefined> => {
  const { status, body } = await server.ask({ path: encodeURIComponent(practiceDocumentId) })
  if (status === 404) return undefined
  if (status !== 200) throw new ServerProblem('answered', status, 'the practice document cannot be read')
  const mark = practiceMarkIn(body)
  if (!mark) throw new ServerProblem('answered', status, 'the practice document does not say whose it is')
  return mark
}

const isTrainingServer = async (server: Server): Promise<boolean> => {
  const { features } = (await server.read({ path: '/' })) as { features?: unknown }
  return Array.isArray(features) && features.includes('outpost-training')
}

const holdsRecords = async (server: Server): Promise<boolean> => {
  const { rows } = (await server.read({ path: '_all_docs', query: { limit: 50 } })) as { rows?: readonly { id: string }[] }
  return (rows ?? []).some(({ id }) => !id.startsWith('_design/'))
}

/** What a practice says of itself to a workstation that may join it. */
export interface FoundPractice extends PracticeName {
  readonly database: string
}

/**
 * Which practice is at this address, for a workstation that wants to join it. The address names a
 * server on which the user sees one practice, or the database itself. Problems: `server-unreachable`,
 * `server-refused`, `not-found`.
 */
export const readPracticeAt = async (address: ServerAddress): Promise<Answer<FoundPractice>> => {
  const first = openServer(address, '')
  try {
    const database = splitUrl(address.url).database ?? (await onlyDatabase(first))
    if (database === undefined) return refuse('not-found')
    const server = openServer(address, database)
    try {
      const mark = await readMark(server)
      return mark ? done({ id: mark.practice, name: mark.name, training: mark.training, database }) : refuse('not-found')
    } finally {
      server.close()
    }
  } catch (error) {
    return refuse(problemOf(error))
  } finally {
    first.close()
  }
}

const onlyDatabase = async (server: Server): Promise<string | undefined> => {
  const { status, body } = await server.ask({ path: '/_all_dbs' })
  if (status === 401 || status === 403) throw new ServerProblem('refused', status)
  const practices = (Array.isArray(body) ? body : []).filter((name): name is string => typeof name === 'string' && name.startsWith('outpost-') && !isBlobDatabase(name))
  return practices.length === 1 ? practices[0] : undefined
}

/** The problem that a failed talk with a server is to a person. */
export const problemOf = (error: unknown): 'server-unreachable' | 'server-refused' | 'not-found' | TrustProblem => {
  if (!(error instanceof ServerProblem)) throw error
  if (error.trust) return error.trust
  if (error.kind === 'refused') return 'server-refused'
  if (error.kind === 'unreachable') return 'server-unreachable'
  return error.status === 404 ? 'not-found' : 'server-refused'
}

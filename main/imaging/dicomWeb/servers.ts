import { done, refuse, type Answer, type CheckedAsk, type DicomWebServerEntry, type ProblemKind } from '../../../shared/contract'
import { dicomWebServerCode, dicomWebServerOf, dicomWebServerRecord, type DicomWebServer } from '../../../shared/records/basic/dicomWebServer'
import { isOwnNetwork, isPrivateLine, readFingerprint } from '../../http'
import type { Replica } from '../../replica'
import { DicomWebProblem, openDicomWeb, type DicomWebAddress } from './client'

/** What this workstation alone knows of a server: in its own documents, which are sealed with the practice's file and never sync. */
interface Secret {
  /** Address and certificate for which it was given: it is sent nowhere else, whatever the record says later. */
  readonly url: string
  readonly pin?: string
  readonly secret: string
}

const SECRET = 'dicom-web-secret'
const mostServers = 100

/** The practice's DICOMweb servers. */
export interface DicomWebServers {
  list(): Promise<DicomWebServerEntry[]>
  save(ask: CheckedAsk<'saveDicomWebServer'>, author: string): Promise<Answer<DicomWebServerEntry>>
  remove(id: string, author: string): Promise<Answer<DicomWebServerEntry[]>>
  test(id: string): Promise<Answer<DicomWebServerEntry>>
  /** Where it is and who we are there; undefined when there is no such server, or this workstation does not know its password. */
  addressOf(id: string): Promise<{ readonly entry: DicomWebServerEntry; readonly address: DicomWebAddress } | undefined>
}

/** What is said across the boundary. */
export const problemOf = (problem: DicomWebProblem): ProblemKind => {
  if (problem.kind === 'untrusted') return problem.trust ?? 'not-secure'
  if (problem.kind === 'unreachable') return 'server-unreachable'
  return problem.kind === 'refused' ? 'server-refused' : 'not-dicomweb'
}

/** A study that nobody has: the question names no patient. */
const nobodysStudy = '2.25.1'

const tidy = (url: string): string => {
  const address = new URL(url)
  address.username = ''
  address.password = ''
  address.search = ''
  address.hash = ''
  return address.href.replace(/\/+$/, '').replace(/\/studies$/, '')
}

/** Opens the list; `connect` is changed by tests. */
export const openDicomWebServers = (replica: Replica, connect: typeof openDicomWeb = openDicomWeb): DicomWebServers => {
  const secretOf = async (id: string, { url, pin }: Pick<DicomWebServer, 'url' | 'pin'>): Promise<string | undefined> => {
    const known = (await replica.local.get<Secret>(SECRET, id))?.value
    return known?.url === url && known.pin === pin ? known.secret : undefined
  }
  const entryOf = async (id: string, server: DicomWebServer): Promise<DicomWebServerEntry> => ({ id, ...server, hasSecret: server.auth === 'none' || (await secretOf(id, server)) !== undefined })
  const read = async (id: string): Promise<DicomWebServer | undefined> => {
    const record = await replica.records.get('Basic', id)
    return record && dicomWebServerOf(record.resource)
  }
  const list = async (): Promise<DicomWebServerEntry[]> => {
    const records = await replica.records.find('Basic', { where: { code: dicomWebServerCode }, limit: mostServers })
    const entries = await Promise.all(records.map(async ({ id, resource }) => {
      const server = dicomWebServerOf(resource)
      return server && entryOf(id, server)
    }))
    return entries.flatMap((entry) => (entry ? [entry] : [])).sort((a, b) => a.name.localeCompare(b.name))
  }
  const addressOf: DicomWebServers['addressOf'] = async (id) => {
    const server = await read(id)
    if (!server) return undefined
    const { url, auth, user = '', pin } = server
    const secret = await secretOf(id, server)
    if (auth !== 'none' && secret === undefined) return undefined
    return {
      entry: await entryOf(id, server),
      address: {
        url, ...(pin !== undefined && { pin }),
        auth: auth === 'none' || secret === undefined ? { kind: 'none' } : auth === 'basic' ? { kind: 'basic', user, password: secret } : { kind: 'bearer', token: secret },
      },
    }
  }

  return {
    list,
    addressOf,
    async save({ id, secret, ...ask }, author) {
      const url = tidy(ask.url)
      // A password over an open line is everybody's; names of patients stay at least in the clinic.
      if (!(ask.auth === 'none' ? isOwnNetwork(url) : isPrivateLine(url))) return refuse('needs-https')
      const pin = ask.pin === undefined || !url.startsWith('https:') ? undefined : readFingerprint(ask.pin)
      const server: DicomWebServer = {
        name: ask.name, url, auth: ask.auth, canBeQueried: ask.canBeQueried, canReceive: ask.canReceive,
        ...(ask.auth === 'basic' && ask.user !== undefined && { user: ask.user }), ...(pin !== undefined && { pin }),
      }
      const resource = dicomWebServerRecord(server, new Date().toISOString())
      if (id !== undefined && !(await read(id))) return refuse('not-found')
      const saved = id === undefined ? await replica.records.add('Basic', resource, author) : await replica.records.revise('Basic', id, () => resource, author)
      if (ask.auth === 'none') await replica.local.remove(SECRET, saved.id)
      else if (secret !== undefined) await replica.local.put<Secret>(SECRET, saved.id, { url, secret, ...(pin !== undefined && { pin }) })
      return done(await entryOf(saved.id, server))
    },
    async remove(id, author) {
      if (!(await read(id))) return refuse('not-found')
      await replica.records.revise('Basic', id, () => dicomWebServerRecord('removed', new Date().toISOString()), author)
      await replica.local.remove(SECRET, id)
      return done(await list())
    },
    async test(id) {
      const server = await read(id)
      if (!server) return refuse('not-found')
      const found = await addressOf(id)
      if (!found) return refuse('server-refused')
      const web = connect(found.address)
      try {
        await web.searchStudies({ studyInstanceUid: nobodysStudy })
        return done(found.entry)
      } catch (reason) {
        if (reason instanceof DicomWebProblem) return refuse(problemOf(reason))
        throw reason
      } finally {
        web.close()
      }
    },
  }
}

import { done, refuse, type Answer, type CheckedAsk, type DicomWebServerEntry, type ProblemKind } from '../../../shared/contract'
import type { ImagingPeer } from '../../../shared/records/imaging-peer/peer'
import { isOwnNetwork, isPrivateLine, readFingerprint } from '../../http'
import type { Replica } from '../../replica'
import type { KnownPeer, Peers } from '../peers'
import { DicomWebProblem, openDicomWeb, type DicomWebAddress, type DicomWebAuth } from './client'

/** What this workstation alone knows of a server: in its own documents, which are sealed with the practice's file and never sync. */
interface Secret {
  /** Address and certificate for which it was given: it is sent nowhere else, whatever the list says later. */
  readonly url: string
  readonly pin: string
  readonly auth: Exclude<DicomWebAuth, { readonly kind: 'none' }>
}

const SECRET = 'dicom-web-secret'

/** The practice's DICOMweb servers. */
export interface DicomWebServers {
  list(): Promise<DicomWebServerEntry[]>
  save(ask: CheckedAsk<'saveDicomWebServer'>, author: string): Promise<Answer<DicomWebServerEntry>>
  remove(id: string, author: string): Promise<Answer<DicomWebServerEntry[]>>
  test(id: string): Promise<Answer<DicomWebServerEntry>>
  /** Where it is and who we are there; undefined when there is no such server, it is off limits, or its line is one that others can read. */
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

const uses = { canBeQueried: 'is-queried', canReceive: 'receives-from-us' } as const

const isServer = (peer: KnownPeer | undefined): peer is KnownPeer => peer?.protocol === 'dicomweb'

/** Reads and writes the DICOMweb servers among the practice's peers; `connect` is changed by tests. */
export const openDicomWebServers = ({ local }: Pick<Replica, 'local'>, peers: Peers, connect: typeof openDicomWeb = openDicomWeb): DicomWebServers => {
  const authOf = async ({ id, url, pin }: Pick<KnownPeer, 'id' | 'url' | 'pin'>): Promise<DicomWebAuth> => {
    const known = (await local.get<Secret>(SECRET, id))?.value
    return known?.url === url && known.pin === pin ? known.auth : { kind: 'none' }
  }
  const entryOf = async (peer: KnownPeer): Promise<DicomWebServerEntry> => {
    const auth = await authOf(peer)
    return {
      id: peer.id, name: peer.name, url: peer.url, auth: auth.kind, ...(auth.kind === 'basic' && { user: auth.user }), ...(peer.pin !== '' && { pin: peer.pin }),
      canBeQueried: peer.uses.includes(uses.canBeQueried), canReceive: peer.uses.includes(uses.canReceive),
    }
  }
  const read = async (id: string): Promise<KnownPeer | undefined> => {
    const peer = await peers.get(id)
    return isServer(peer) ? peer : undefined
  }
  const list = async (): Promise<DicomWebServerEntry[]> => Promise.all((await peers.list()).filter(isServer).map(entryOf))
  const addressOf: DicomWebServers['addressOf'] = async (id) => {
    const peer = await read(id)
    // The list may have come from a workstation that thinks otherwise.
    if (!peer || peers.isOffLimits(peer) || !isOwnNetwork(peer.url)) return undefined
    return { entry: await entryOf(peer), address: { url: peer.url, auth: await authOf(peer), ...(peer.pin !== '' && { pin: peer.pin }) } }
  }
  /** What this workstation says from now on: what was typed, or what it says already where only the rest was changed. */
  const secretFor = (auth: 'basic' | 'bearer', user: string, secret: string | undefined, before: DicomWebAuth): Secret['auth'] | undefined => {
    if (secret !== undefined) return auth === 'basic' ? { kind: 'basic', user, password: secret } : { kind: 'bearer', token: secret }
    if (before.kind === 'none' || before.kind !== auth) return undefined
    return before.kind === 'basic' && before.user !== user ? undefined : before
  }

  return {
    list,
    addressOf,
    async save({ id, secret, ...ask }, author) {
      const url = tidy(ask.url)
      // A password over an open line is everybody's; names of patients stay at least in the clinic.
      if (!(ask.auth === 'none' ? isOwnNetwork(url) : isPrivateLine(url))) return refuse('needs-https')
      const pin = ask.pin === undefined || !url.startsWith('https:') ? '' : (readFingerprint(ask.pin) ?? '')
      const peer: ImagingPeer = {
        name: ask.name, protocol: 'dicomweb', aeTitle: '', host: '', port: 0, tls: false, pin, url,
        uses: [...(ask.canBeQueried ? [uses.canBeQueried] : []), ...(ask.canReceive ? [uses.canReceive] : [])],
      }
      if (peers.isOffLimits(peer)) return refuse('training-stays-here')
      const before = id === undefined ? undefined : await read(id)
      if (id !== undefined && !before) return refuse('not-found')
      const said = before && before.url === url && before.pin === pin ? await authOf(before) : ({ kind: 'none' } as const)
      const auth = ask.auth === 'none' ? undefined : secretFor(ask.auth, ask.user ?? '', secret, said)
      if (ask.auth !== 'none' && !auth) return refuse('bad-shape', { field: 'secret' })
      const saved = id === undefined ? await peers.add(peer, author) : await peers.change(id, peer, author)
      if (!saved) return refuse('not-found')
      if (auth) await local.put<Secret>(SECRET, saved.id, { url, pin, auth })
      else await local.remove(SECRET, saved.id)
      return done(await entryOf(saved))
    },
    async remove(id, author) {
      if (!(await read(id))) return refuse('not-found')
      await peers.remove(id, author)
      await local.remove(SECRET, id)
      return done(await list())
    },
    async test(id) {
      const peer = await read(id)
      if (peer && peers.isOffLimits(peer)) return refuse('training-stays-here')
      const found = await addressOf(id)
      if (!found) return refuse(peer ? 'needs-https' : 'not-found')
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

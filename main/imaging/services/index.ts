import type { Patient } from 'fhir/r4'
import type { ExchangePeer, OutboxState, PullEntry, RemoteStudies, RemoteWorklist, SendEntry } from '../../../shared/contract'
import { patientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import { displayName } from '../../../shared/records/patient/name'
import type { Replica } from '../../replica'
import { setOfStudy, type StudyFiles } from '../archive/studyFiles'
import type { Person } from '../archive/studies'
import type { Intake } from '../import/takeIn'
import type { Peers } from '../peers'
import type { Carrier } from './carrier'
import { openOutbox, type Deliver, type Outbox } from './outbox/outbox'
import { peerAsk } from './peerAsk'
import { PeerProblem, problemOf } from './problem'
import { findStudies } from './query/findStudies'
import { readWorklist } from './query/readWorklist'
import { pullOverDimse } from './retrieve/pullOverDimse'
import { openPulls, type Pulls } from './retrieve/pulls'
import { sendStudy } from './send/sendStudy'
import { answerWorklist, type WorklistAsk } from './worklist/answerWorklist'
import { patientNumberOf } from './worklist/worklistItem'

export type { Expected, Pulls } from './retrieve/pulls'
export type { Carrier } from './carrier'
export type { WorklistAsk } from './worklist/answerWorklist'

/** What the services work with. */
export interface ServiceParts {
  readonly replica: Replica
  readonly imaging: { readonly files: StudyFiles; readonly intake: Intake }
  readonly peers: Peers
  /** This workstation as others call it. */
  readonly own: {
    aeTitle(): Promise<string>
    /** Whether it takes what others send, now. */
    listens(): boolean
    /** Resolves when nothing that was received is on its way into the archive. */
    settled(): Promise<void>
  }
  /** The way to peers that do not speak DIMSE. */
  readonly web?: Carrier
  /** The outbox or a fetch changed. */
  readonly changed?: () => void
  readonly log?: (line: string) => void
  /** ms since 1970. */
  readonly now?: () => number
}

/** Exchange with other DICOM places: sending, priors, worklists. */
export interface Services {
  listPeers(): Promise<ExchangePeer[]>
  send(ask: { readonly key: string; readonly patient: string; readonly study: string; readonly peer: string; readonly when: 'now' | 'night'; readonly by: Person }): Promise<SendEntry | 'not-found' | 'study-incomplete'>
  readOutbox(): Promise<OutboxState>
  readonly outbox: Pick<Outbox, 'retry' | 'cancel' | 'setNight' | 'settled'>
  findPriors(ask: { readonly patient: string; readonly peer: string }): Promise<RemoteStudies | 'not-found'>
  fetchPrior(ask: { readonly patient: string; readonly peer: string; readonly studyInstanceUid: string; readonly by: Person }): Promise<PullEntry | 'not-found'>
  readonly pulls: Pick<Pulls, 'list' | 'cancel' | 'ended' | 'expected'>
  readWorklist(ask: { readonly peer: string; readonly day: string; readonly modality?: string }): Promise<RemoteWorklist | 'not-found'>
  /** Answers a modality that asks for the worklist of this practice. */
  answerWorklist(ask: WorklistAsk): Promise<readonly Uint8Array[] | undefined>
  close(): Promise<void>
}

const nameOf = (patient: Patient | undefined): string => {
  const [{ family = '', given = [] } = {}] = patient?.name ?? []
  return displayName({ family, given: given.join(' ') })
}

/** Sends in one list. */
const mostListed = 200
const longestQueryMs = 60_000

/** Opens the services; sends that wait leave by themselves. */
export const openServices = async ({ replica, imaging, peers, own, web, changed, log, now = Date.now }: ServiceParts): Promise<Services> => {
  const { records } = replica
  const overDimse = sendStudy({ files: imaging.files, peer: peers.get, ownAeTitle: own.aeTitle })
  const isOnWeb = async (peer: string): Promise<boolean> => (await web?.has(peer)) === true
  /** A place that was put on the list elsewhere, or before, is kept away from whenever something is about to go there. */
  const withinLimits = async (id: string): Promise<void> => {
    const peer = await peers.get(id)
    if (peer && peers.isOffLimits(peer)) throw new PeerProblem('training-stays-here')
  }
  const deliver: Deliver = async (send, ...rest) => {
    await withinLimits(send.peer.id)
    return (web && (await isOnWeb(send.peer.id)) ? web.deliver : overDimse)(send, ...rest)
  }
  const told = { ...(changed && { changed }), ...(log && { log }) }
  const outbox = await openOutbox({ local: replica.local, deliver, now, ...told })
  const held = async (studyInstanceUid: string): Promise<ReadonlySet<string>> =>
    new Set((await imaging.files.filesOf(setOfStudy(studyInstanceUid))).map(({ about }) => String((about as { readonly sop?: unknown }).sop)))
  const getOverDimse = pullOverDimse({ peer: peers.get, held, own })
  const pulls = openPulls({
    intake: imaging.intake,
    pull: async (ask, news, signal) => {
      await withinLimits(ask.peer.id)
      return web && (await isOnWeb(ask.peer.id)) ? web.fetch(ask.peer.id, ask.studyInstanceUid, news.takeIn, news, signal) : getOverDimse(ask, news, signal)
    },
    ...told,
  })
  const closing = new AbortController()

  const dimsePeer = async (id: string) => {
    const peer = await peers.get(id)
    return peer?.protocol === 'dimse' ? peer : undefined
  }
  /** Of a patient who has a number: nobody is looked for without one. */
  const whose = async (id: string) => {
    const patient = (await records.get('Patient', id))?.resource
    const number = patient && patientNumberOf(patient)
    return patient && number ? { number, ...(patient.birthDate !== undefined && { birthDate: patient.birthDate }) } : undefined
  }
  const known = async (uids: readonly string[]): Promise<ReadonlySet<string>> => {
    const found = uids.length === 0 ? [] : await records.find('ImagingStudy', { where: { identifier: { in: uids } }, limit: uids.length })
    return new Set(found.map(({ resource }) => studyUidOf(resource)))
  }
  const whileOpen = async <Value>(ask: (signal: AbortSignal) => Promise<Value>): Promise<Value> => {
    const stop = new AbortController()
    const give = (): void => stop.abort()
    const late = setTimeout(give, longestQueryMs)
    closing.signal.addEventListener('abort', give, { once: true })
    try {
      return await ask(stop.signal)
    } finally {
      clearTimeout(late)
      closing.signal.removeEventListener('abort', give)
    }
  }
  /** An answer that says why there is none. */
  const orProblem = async <Value extends object>(nothing: Value, ask: (signal: AbortSignal) => Promise<Value>): Promise<Value> => {
    try {
      return await whileOpen(ask)
    } catch (reason) {
      const { problem, detail } = problemOf(reason)
      if (problem === 'internal') throw reason
      return { ...nothing, problem, ...(detail !== '' && { detail }) }
    }
  }

  return {
    async listPeers() {
      return (await peers.list()).map(({ id, name, aeTitle, protocol, uses }) => ({
        id, name, aeTitle,
        canReceive: uses.includes('receives-from-us') && (protocol === 'dimse' || web !== undefined),
        canBeQueried: uses.includes('is-queried') && (protocol === 'dimse' || web !== undefined),
        hasWorklist: protocol === 'dimse' && uses.includes('gives-worklist'),
      }))
    },
    async send({ key, patient, study, peer: peerId, when, by }) {
      const peer = await peers.get(peerId)
      const record = await records.get('ImagingStudy', study)
      if (!peer?.uses.includes('receives-from-us') || !record || patientOf(record.resource) !== patient) return 'not-found'
      const studyInstanceUid = studyUidOf(record.resource)
      const here = (await held(studyInstanceUid)).size
      if (here === 0 || here < (record.resource.numberOfInstances ?? 0)) return 'study-incomplete'
      const { started = '', modality = [], description = '' } = record.resource
      const said = [started.slice(0, 10), modality.map(({ code }) => code).join(' '), description].filter((part) => part !== '').join(' · ')
      return outbox.queue({ key, patient, study, studyInstanceUid, description: said, instances: here, peer: { id: peer.id, name: peer.name }, when, by })
    },
    async readOutbox() {
      const patients = new Map<string, { readonly patientName: string; readonly patientNumber: string }>()
      const sends = (await outbox.list()).slice(0, mostListed)
      for (const { patient } of sends) {
        if (patients.has(patient)) continue
        const found = (await records.get('Patient', patient))?.resource
        patients.set(patient, { patientName: nameOf(found), patientNumber: found ? patientNumberOf(found) : '' })
      }
      return { sends: sends.map((send) => ({ ...send, patientName: '', patientNumber: '', ...patients.get(send.patient) })), night: await outbox.night() }
    },
    outbox,
    async findPriors({ patient, peer: peerId }) {
      const [peer, person] = [await peers.get(peerId), await whose(patient)]
      if (!peer?.uses.includes('is-queried') || !person) return 'not-found'
      const ask = peerAsk(peer, await own.aeTitle())
      return orProblem<RemoteStudies>({ studies: [], more: false }, async (signal) => {
        await withinLimits(peerId)
        return web && (await isOnWeb(peerId)) ? web.find(peerId, person, known, signal) : findStudies(ask, person, known, signal)
      })
    },
    async fetchPrior({ patient, peer: peerId, studyInstanceUid, by }) {
      const [peer, person] = [await peers.get(peerId), await whose(patient)]
      if (!peer?.uses.includes('is-queried') || !person) return 'not-found'
      return pulls.start({ patient, patientNumber: person.number, studyInstanceUid, peer, by })
    },
    pulls,
    async readWorklist({ peer: peerId, day, modality }) {
      const peer = await dimsePeer(peerId)
      if (!peer?.uses.includes('gives-worklist')) return 'not-found'
      const ask = peerAsk(peer, await own.aeTitle())
      return orProblem<RemoteWorklist>({ steps: [], more: false }, async (signal) => {
        await withinLimits(peerId)
        return readWorklist(ask, { day, ...(modality !== undefined && { modality }) }, signal)
      })
    },
    answerWorklist: (ask) => answerWorklist(replica, ask, now()),
    async close() {
      closing.abort()
      await outbox.close()
      await pulls.close()
    },
  }
}

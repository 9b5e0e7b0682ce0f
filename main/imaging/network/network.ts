import type { DicomNetworkState, RefusedCaller } from '../../../shared/contract'
import type { Caller, FromDicomHost, ListenerTraffic, SearchAsked, ToDicomHost } from '../../dicom-host'
import type { Replica } from '../../replica'
import { deriveKey } from '../../sealed'
import { status } from '../dimse'
import type { Intake } from '../import/takeIn'
import type { Peers } from '../peers'
import { sealSpoolAnew, spoolKeyName } from '../spool'
import { openHandOver, type Expected } from './handOver'
import { keepSettings, readSettings, type NetworkSettings } from './settings'

/** The line to the DICOM host. */
export interface DicomHostLink {
  send(message: ToDicomHost): void
  onMessage(listener: (message: FromDicomHost) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** What this workstation's side of the network works with. */
export interface NetworkParts {
  readonly replica: Replica
  readonly peers: Peers
  readonly intake: Intake
  /** Of the spool: `<data>/spool`. */
  readonly folder: string
  /** The practice key, and the one before while a change of it is not finished; 32 bytes each. */
  readonly key: Uint8Array
  readonly earlierKey?: Uint8Array
  /** The patients are made up: only programs on this computer reach the listener. */
  readonly training?: boolean
  /** Prefix of the workstation. */
  readonly station: string
  /** Asks for the DICOM host's process; its link comes by {@link ImagingNetwork.attach}. */
  need(): void
  /** Ends it. */
  noNeed(): void | Promise<void>
  /** Modalities send here, or do not any more: the computer is to go on without a window. */
  stay?(on: boolean): void
  /** Of this computer in its networks. */
  addresses(): readonly string[]
  /** Makes the certificate that is shown over TLS, and says how it is known. */
  makeCertificate(): Promise<{ readonly certificate: string; readonly key: string }>
  fingerprintOf(certificate: string): Promise<string>
  changed?(): void
  /** Slots of the spool that are written ahead; for tests. */
  readonly slotsAhead?: number
}

/** What others of the practice do with what comes over the network. */
export interface NetworkUses {
  /** Answers a modality that asks for the worklist; undefined: what it asked cannot be read. */
  answerWorklist(asked: SearchAsked): Promise<readonly Uint8Array[] | undefined>
  readonly expected: Expected
}

/** This workstation on DICOM's network: what it listens on, who may call, and what was received. */
export interface ImagingNetwork {
  /** Before {@link start}: without it the worklist is refused as "not supported". */
  use(uses: NetworkUses): void
  /** Starts what the settings say; nothing happens while it is off. */
  start(): Promise<void>
  /** The DICOM host is there, the first time or again after it died. */
  attach(link: DicomHostLink): void
  state(): Promise<DicomNetworkState>
  set(settings: Pick<NetworkSettings, 'isOn' | 'aeTitle' | 'port' | 'tls'>): Promise<DicomNetworkState>
  decide(slot: string, decision: 'again' | 'discard'): Promise<DicomNetworkState | 'not-found'>
  /** Nothing of the spool is under the key before any more. */
  readonly hasFollowed: boolean
  /** As others call this workstation. */
  aeTitle(): Promise<string>
  listens(): boolean
  /** Resolves when nothing that was received is on its way into the archive. */
  settled(): Promise<void>
  close(): Promise<void>
}

const noTraffic: ListenerTraffic = { associations: 0, open: 0, echoes: 0, received: 0, refusedInstances: 0 }
/** Where a training practice listens. */
const thisComputer = '127.0.0.1'
/** Turned-away callers that are remembered. */
const mostRefused = 20
/** Written ahead: what a CT of two hundred slices needs. */
const slotsAhead = 256
/** How long switching off waits for what was received to be in the archive. */
const drainMs = 10_000
/** Identifiers in one message to the DICOM host. */
const identifiersAtOnce = 50

/** Opens it; call `start` next. */
export const openImagingNetwork = async (parts: NetworkParts): Promise<ImagingNetwork> => {
  const { replica, peers } = parts
  const keyOf = (practiceKey: Uint8Array) => deriveKey(practiceKey, spoolKeyName)
  const keys: readonly [Uint8Array, ...Uint8Array[]] = [keyOf(parts.key), ...(parts.earlierKey ? [keyOf(parts.earlierKey)] : [])]
  const { folder } = parts
  // A disk that is full must not keep people from their charts: what is under the key before then waits for the next start.
  const hasFollowed = !parts.earlierKey || (await sealSpoolAnew(folder, keys).then(() => true, () => false))
  let settings = await readSettings(replica, parts.station)
  let link: DicomHostLink | undefined
  let standing: DicomNetworkState['state'] = 'off'
  let problem: DicomNetworkState['problem']
  let traffic = noTraffic
  let isDiskFull = false
  let uses: NetworkUses | undefined
  let refused: readonly RefusedCaller[] = []
  const searches = new Map<number, AbortController>()
  const changed = () => parts.changed?.()
  const handOver = openHandOver({
    local: replica.local, intake: parts.intake, folder, keys, changed,
    taken: (slot, receivedAt) => link?.send({ kind: 'taken', slot, receivedAt }),
    expected: async (file) => uses?.expected(file),
  })

  const callers = async (): Promise<readonly Caller[]> =>
    (await peers.list()).filter((peer) => !peers.isOffLimits(peer)).flatMap(({ protocol, aeTitle, host, uses }): Caller[] => {
      const caller = { aeTitle, host, mayStore: uses.includes('sends-to-us') || uses.includes('is-queried'), mayReadWorklist: uses.includes('reads-our-worklist') }
      // An archive that is asked to move studies here stores them here.
      return protocol === 'dimse' && (caller.mayStore || caller.mayReadWorklist) ? [caller] : []
    })
  const open = async (): Promise<void> => {
    const to = link
    if (!to) return
    const { isOn, aeTitle, port, tls, certificate } = settings
    const listener = { aeTitle, port, ...(parts.training && { address: thisComputer }), ...(tls && certificate && { tls: certificate }) }
    to.send({ kind: 'open', folder, keys, callers: await callers(), slotsAhead: parts.slotsAhead ?? slotsAhead, ...(isOn && { listener }) })
  }
  const become = (next: DicomNetworkState['state'], why?: DicomNetworkState['problem']) => {
    standing = next
    problem = why
    changed()
  }

  const answerSearch = async (from: DicomHostLink, call: number, asked: SearchAsked): Promise<void> => {
    const stop = new AbortController()
    searches.set(call, stop)
    const say = (identifiers: readonly Uint8Array[], code: number) => !stop.signal.aborted && from.send({ kind: 'found', call, identifiers, status: code })
    try {
      const found = await uses?.answerWorklist(asked)
      if (!found) return void say([], uses ? status.cannotUnderstand : status.sopClassNotSupported)
      for (let at = 0; at < found.length; at += identifiersAtOnce) say(found.slice(at, at + identifiersAtOnce), status.pending)
      say([], status.success)
    } catch {
      say([], status.processingFailure)
    } finally {
      searches.delete(call)
    }
  }

  const hear = (from: DicomHostLink, message: FromDicomHost): void => {
    switch (message.kind) {
      case 'listening':
        return become('listening')
      case 'failed':
        return become('failed', message.why)
      case 'received':
        return handOver.received(message.entry)
      case 'search':
        return void answerSearch(from, message.call, message.asked)
      case 'cancel-search':
        return searches.get(message.call)?.abort()
      case 'room':
        isDiskFull = message.isFull
        return changed()
      case 'traffic':
        traffic = message.traffic
        return changed()
      case 'refused': {
        const { callingAeTitle, calledAeTitle, address, reason } = message
        const isSame = (each: RefusedCaller) => each.callingAeTitle === callingAeTitle && each.calledAeTitle === calledAeTitle && each.address === address
        const times = (refused.find(isSame)?.times ?? 0) + 1
        refused = [{ callingAeTitle, calledAeTitle, address, reason, at: new Date().toISOString(), times }, ...refused.filter((each) => !isSame(each))].slice(0, mostRefused)
        return changed()
      }
    }
  }

  const state = async (): Promise<DicomNetworkState> => ({
    state: standing,
    ...(problem !== undefined && { problem }),
    aeTitle: settings.aeTitle, port: settings.port, tls: settings.tls,
    ...(settings.tls && settings.certificate && { fingerprint: await parts.fingerprintOf(settings.certificate.certificate) }),
    addresses: parts.training ? [thisComputer] : parts.addresses(),
    traffic,
    waiting: handOver.waiting,
    isDiskFull,
    refused,
    putAside: (await handOver.putAside()).map(({ slot, callingAeTitle, reason, at }) => ({ id: slot, callingAeTitle, reason, at })),
  })

  const stopListening = peers.onChange(() => {
    void callers().then((list) => {
      // Whoever was added is turned away no longer.
      refused = refused.filter(({ callingAeTitle }) => !list.some(({ aeTitle }) => aeTitle === callingAeTitle))
      link?.send({ kind: 'callers', callers: list })
    }, () => undefined)
  })

  return {
    use(given) {
      uses = given
    },
    async start() {
      if (!settings.isOn) return
      become('starting')
      parts.stay?.(true)
      parts.need()
    },
    attach(next) {
      link = next
      next.onMessage((message) => link === next && hear(next, message))
      next.onClose(() => {
        if (link !== next) return
        link = undefined
        if (settings.isOn) become('starting')
      })
      void open()
    },
    state,
    async set(given) {
      const certificate = settings.certificate ?? (given.tls ? await parts.makeCertificate() : undefined)
      settings = { ...given, ...(certificate && { certificate }) }
      await keepSettings(replica, settings)
      traffic = noTraffic
      refused = []
      parts.stay?.(settings.isOn)
      if (!settings.isOn) {
        standing = 'off'
        problem = undefined
        await open()
        // What is not in by then stays in the spool until this is switched on again.
        await Promise.race([handOver.idle(), new Promise((late) => setTimeout(late, drainMs).unref())])
        link = undefined
        await parts.noNeed()
        changed()
      } else {
        become('starting')
        if (link) await open()
        else parts.need()
      }
      return state()
    },
    decide: async (slot, decision) => ((await handOver.decide(slot, decision)) ? state() : 'not-found'),
    hasFollowed,
    aeTitle: async () => settings.aeTitle,
    listens: () => standing === 'listening',
    settled: () => handOver.idle(),
    async close() {
      stopListening()
      for (const stop of searches.values()) stop.abort()
      const closing = link
      link = undefined
      await handOver.close()
      closing?.close()
    },
  }
}

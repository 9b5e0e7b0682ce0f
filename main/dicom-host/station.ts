import { isDeepStrictEqual } from 'node:util'
import {
  chooseStorage, contextResult, openAcceptor, rejections, rejectionText, verificationSopClass, worklistSopClass, type Acceptor, type AcceptorLimits, type AcceptorPolicy,
} from '../imaging/dimse'
import { openSpool, type Spool, type SpoolEntry, type SpoolOptions } from '../imaging/spool'
import { implicitLittleEndian, explicitLittleEndian } from '../../shared/standards/dicom'
import { openCallerBook, type CallerBook } from './callers'
import type { Caller, FromDicomHost, ListenerTraffic, ToDicomHost } from './messages'
import { serveRequests } from './receive'
import { openSearches } from './searches'

/** The line to the practice host, as a side process sees it. */
export interface HostLink {
  send(message: FromDicomHost): void
  onMessage(listener: (message: ToDicomHost) => void): void
  onClose(listener: () => void): void
}

/** What tests set. */
export interface StationOptions extends Pick<SpoolOptions, 'freeBytes'> {
  readonly limits?: Partial<AcceptorLimits>
  /** Longest instance that is taken, bytes. */
  readonly largestInstance?: number
  /** Address to listen on where the practice host names none; default: all. */
  readonly address?: string
}

/** The listener and its spool. Holds no record and knows no patient; what it received it keeps until the practice host has it. */
export interface DicomStation {
  /** The practice host is there, the first time or again after it died. */
  attach(link: HostLink): void
  close(): Promise<void>
}

const trafficEveryMs = 1_000

/** Keys come as whatever kind of bytes the line between two processes makes of them. */
const bytesOf = (key: Uint8Array): number[] => [...key]

/** Makes a station; it opens when the practice host says how. */
export const createDicomStation = (options: StationOptions = {}): DicomStation => {
  let link: HostLink | undefined
  let spool: Spool | undefined
  let acceptor: Acceptor | undefined
  let book: CallerBook | undefined
  let opened: Extract<ToDicomHost, { kind: 'open' }> | undefined
  /** Received and not yet taken. */
  const waiting = new Map<string, SpoolEntry>()
  const counts = { associations: 0, echoes: 0, received: 0, refusedInstances: 0 }
  let isFull = false
  let turn: Promise<void> = Promise.resolve()

  const send = (message: FromDicomHost): boolean => {
    link?.send(message)
    return link !== undefined
  }
  const searches = openSearches(send)
  let telling: NodeJS.Timeout | undefined
  const tellTraffic = () => {
    telling ??= setTimeout(() => {
      telling = undefined
      const traffic: ListenerTraffic = { ...counts, open: acceptor?.open ?? 0 }
      send({ kind: 'traffic', traffic })
    }, trafficEveryMs)
    telling.unref()
  }

  const policy: AcceptorPolicy = {
    refuses: ({ callingAeTitle, calledAeTitle, address }) => {
      if (calledAeTitle !== opened?.listener?.aeTitle) return rejections.calledAeTitleNotRecognized
      return book?.find(callingAeTitle, address) ? undefined : rejections.callingAeTitleNotRecognized
    },
    choose: (context, { callingAeTitle, address }) => {
      const caller = book?.find(callingAeTitle, address)
      const plain = [explicitLittleEndian, implicitLittleEndian].find((uid) => context.transferSyntaxes.includes(uid))
      const inPlain = () => (plain === undefined ? { result: contextResult.transferSyntaxesNotSupported } : { transferSyntax: plain })
      if (context.abstractSyntax === verificationSopClass) return inPlain()
      if (context.abstractSyntax === worklistSopClass) return caller?.mayReadWorklist ? inPlain() : { result: contextResult.userRejection }
      const chosen = chooseStorage(context)
      return 'result' in chosen || caller?.mayStore ? chosen : { result: contextResult.userRejection }
    },
  }

  const closeListener = async (): Promise<void> => {
    const closing = acceptor
    acceptor = undefined
    await closing?.close()
    book?.close()
  }
  const whyNot = (reason: unknown): Extract<FromDicomHost, { kind: 'failed' }>['why'] => {
    const code = String((reason as NodeJS.ErrnoException).code ?? '')
    return code === 'EADDRINUSE' ? 'port-in-use' : code === 'EACCES' ? 'port-denied' : 'port-failed'
  }
  const openListener = async (ask: Extract<ToDicomHost, { kind: 'open' }>, into: Spool): Promise<void> => {
    const { listener } = ask
    if (!listener) return
    book = await openCallerBook(ask.callers)
    const address = listener.address ?? options.address
    try {
      acceptor = await openAcceptor({
        port: listener.port,
        ...(address !== undefined && { address }),
        ...(listener.tls && { tls: listener.tls }),
        ...(options.limits && { limits: options.limits }),
        policy,
        serve: (association) => serveRequests({
          spool: into,
          ...(options.largestInstance !== undefined && { largest: options.largestInstance }),
          received: (entry) => {
            waiting.set(entry.slot, entry)
            send({ kind: 'received', entry })
          },
          search: searches.ask,
          counted: (what) => {
            counts[what === 'echo' ? 'echoes' : what === 'stored' ? 'received' : 'refusedInstances'] += 1
            tellTraffic()
          },
          room: (found) => {
            if (found === isFull) return
            isFull = found
            send({ kind: 'room', isFull })
          },
        }, association),
        told: (event) => {
          if (event.kind === 'began') {
            counts.associations += 1
            void event.association.end.then(tellTraffic)
            return tellTraffic()
          }
          const { callingAeTitle, calledAeTitle, address, rejection } = event
          send({ kind: 'refused', callingAeTitle, calledAeTitle, address, reason: rejectionText(rejection) })
          // A name may have come to stand for another address.
          void book?.refresh()
        },
      })
      send({ kind: 'listening', port: acceptor.port })
    } catch (reason) {
      send({ kind: 'failed', why: whyNot(reason) })
    }
  }

  const takeCallers = async (callers: readonly Caller[]): Promise<void> => {
    book?.close()
    book = await openCallerBook(callers)
  }
  /** The practice host died and is back, and nothing else has changed: nobody who sends is cut off for that. */
  const goOn = async (ask: Extract<ToDicomHost, { kind: 'open' }>, listening: Acceptor): Promise<void> => {
    await takeCallers(ask.callers)
    for (const entry of waiting.values()) send({ kind: 'received', entry })
    send({ kind: 'listening', port: listening.port })
    tellTraffic()
  }

  const open = async (ask: Extract<ToDicomHost, { kind: 'open' }>): Promise<void> => {
    const isOther = opened?.folder !== ask.folder || !isDeepStrictEqual(opened.keys.map(bytesOf), ask.keys.map(bytesOf))
    if (!isOther && acceptor && isDeepStrictEqual(opened?.listener, ask.listener)) return goOn(ask, acceptor)
    await closeListener()
    opened = ask
    try {
      if (!spool || isOther) {
        await spool?.close()
        waiting.clear()
        spool = await openSpool({ folder: ask.folder, keys: ask.keys, ...(options.freeBytes && { freeBytes: options.freeBytes }) })
        for (const entry of spool.found) waiting.set(entry.slot, entry)
      }
    } catch {
      spool = undefined
      send({ kind: 'failed', why: 'spool-failed' })
      return
    }
    for (const entry of waiting.values()) send({ kind: 'received', entry })
    await openListener(ask, spool)
    // Ahead of the burst, not in its way.
    if (ask.listener) void spool.prepare(ask.slotsAhead).catch(() => undefined)
  }

  const hear = (message: ToDicomHost): void => {
    switch (message.kind) {
      case 'open':
        turn = turn.then(() => open(message)).catch(() => void send({ kind: 'failed', why: 'port-failed' }))
        return
      case 'callers':
        turn = turn.then(() => takeCallers(message.callers)).catch(() => undefined)
        return
      case 'taken':
        // Word of one that is gone already: its place may hold another one by now.
        if (waiting.get(message.slot)?.note.receivedAt !== message.receivedAt) return
        waiting.delete(message.slot)
        void spool?.taken(message.slot).catch(() => undefined)
        return
      case 'found':
        return searches.found(message.call, message.identifiers, message.status)
    }
  }

  return {
    attach(next) {
      link = next
      next.onMessage((message) => link === next && hear(message))
      next.onClose(() => {
        if (link !== next) return
        link = undefined
        searches.drop()
      })
    },
    async close() {
      await turn
      clearTimeout(telling)
      await closeListener()
      await spool?.close()
    },
  }
}

import { createServer as createTcp, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { implementationClassUid } from '../../../shared/standards/dicom'
import { DimseAssociation, type AcceptedContext, type Association, type Indication, type RequestHandler } from './association'
import { implementationVersion, longestPdu } from './constants'
import { contextResult, isDicomContext, rejections, speaksVersion, type AnsweredContext, type AssociateRj, type AssociateRq, type ProposedContext } from './pdu'

/** Who may associate, and for what. */
export interface AcceptorPolicy {
  /** Undefined: it may. Else the rejection that it gets. */
  refuses(caller: { readonly callingAeTitle: string; readonly calledAeTitle: string; readonly address: string }): AssociateRj | undefined
  /** The transfer syntax in which a service is taken; or why it is not. */
  choose(context: ProposedContext, caller: { readonly callingAeTitle: string; readonly address: string }): { readonly transferSyntax: string } | { readonly result: number }
}

/** How a listener is opened. */
export interface AcceptorOptions {
  /** 0: any that is free. */
  readonly port: number
  /** Default: every address of this computer. */
  readonly address?: string
  /** PEM; present: only TLS is spoken. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  readonly policy: AcceptorPolicy
  /** Serves the requests of one association. */
  readonly serve: (association: Association) => RequestHandler
  /** An association has begun, or was refused, or never came to be. */
  readonly told?: (event: AcceptorEvent) => void
  readonly limits?: Partial<AcceptorLimits>
}

/** What keeps a listener from being worn out. */
export interface AcceptorLimits {
  /** Associations at once; one more is rejected as "local limit exceeded". */
  readonly associations: number
  /** Connections at once that have not asked for an association; the oldest makes room. */
  readonly waiting: number
  /** How long a connection may wait before it asks, and stay open at its end. */
  readonly artimMs: number
  /** How long an association may be silent. */
  readonly idleMs: number
}

/** What happens at a listener. */
export type AcceptorEvent =
  | { readonly kind: 'began'; readonly association: Association }
  | { readonly kind: 'refused'; readonly callingAeTitle: string; readonly calledAeTitle: string; readonly address: string; readonly rejection: AssociateRj }

/** A listener that is open. */
export interface Acceptor {
  readonly port: number
  /** Associations that are open. */
  readonly open: number
  /** Listens no more, and aborts what is open. */
  close(): Promise<void>
}

const defaultLimits: AcceptorLimits = { associations: 100, waiting: 512, artimMs: 15_000, idleMs: 60_000 }

/** Opens a listener; throws what the system says of the port (`EADDRINUSE`, `EACCES`). */
export const openAcceptor = async ({ port, address, tls, policy, serve, told, limits: given }: AcceptorOptions): Promise<Acceptor> => {
  const limits = { ...defaultLimits, ...given }
  const associations = new Set<DimseAssociation>()
  /** In the order in which they came. */
  const waiting = new Set<Socket>()

  const indication = (association: DimseAssociation, socket: Socket) => (...[rq, { accept, reject }]: Parameters<Indication>) => {
    waiting.delete(socket)
    const caller = { callingAeTitle: rq.callingAeTitle, calledAeTitle: rq.calledAeTitle, address: association.address }
    const rejection = rejectionOf(rq, caller)
    if (rejection) {
      reject(rejection)
      return told?.({ kind: 'refused', ...caller, rejection })
    }
    const { answered, accepted } = contextsOf(rq, caller)
    associations.add(association)
    void association.end.then(() => associations.delete(association))
    association.serve(serve(association))
    accept(
      {
        callingAeTitle: rq.callingAeTitle, calledAeTitle: rq.calledAeTitle, contexts: answered, maximumLength: longestPdu,
        implementationClassUid, implementationVersion,
        // The defaults hold: the requestor asks, we serve (PS3.7 §D.3.3.4).
        roles: [],
      },
      accepted,
    )
    told?.({ kind: 'began', association })
  }
  const rejectionOf = (rq: AssociateRq, caller: { callingAeTitle: string; calledAeTitle: string; address: string }): AssociateRj | undefined => {
    if (!speaksVersion(rq.protocolVersion)) return rejections.protocolVersionNotSupported
    if (!isDicomContext(rq.applicationContext)) return rejections.applicationContextNotSupported
    if (associations.size >= limits.associations) return rejections.localLimitExceeded
    return policy.refuses(caller)
  }
  const contextsOf = (rq: AssociateRq, caller: { callingAeTitle: string; address: string }) => {
    const accepted: AcceptedContext[] = []
    const answered = rq.contexts.map((context): AnsweredContext => {
      const chosen = policy.choose(context, caller)
      const fallback = context.transferSyntaxes[0] ?? ''
      if ('result' in chosen) return { id: context.id, result: chosen.result, transferSyntax: fallback }
      accepted.push({ id: context.id, abstractSyntax: context.abstractSyntax, transferSyntax: chosen.transferSyntax })
      return { id: context.id, result: contextResult.acceptance, transferSyntax: chosen.transferSyntax }
    })
    return { answered, accepted }
  }

  const take = (socket: Socket): void => {
    if (waiting.size >= limits.waiting) for (const oldest of waiting) {
      oldest.destroy()
      waiting.delete(oldest)
      break
    }
    waiting.add(socket)
    socket.once('close', () => waiting.delete(socket))
    const association: DimseAssociation = new DimseAssociation(
      socket,
      { kind: 'acceptor', indication: (rq, establish) => indication(association, socket)(rq, establish) },
      { maximumLength: longestPdu, artimMs: limits.artimMs, idleMs: limits.idleMs },
    )
  }

  const server: Server = tls ? createTls({ cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: limits.artimMs }, take) : createTcp(take)
  // A caller who speaks no TLS, or whose line breaks while it begins.
  server.on('tlsClientError', (_reason: Error, socket: Socket) => socket.destroy())
  // Over TLS a line waits before it counts as waiting; that many and no more.
  server.maxConnections = limits.waiting + limits.associations
  const raw = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    raw.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => raw.delete(socket))
  })
  await new Promise<void>((opened, failed) => {
    server.once('error', failed)
    server.listen({ port, ...(address !== undefined && { host: address }) }, () => {
      server.off('error', failed)
      opened()
    })
  })
  server.on('error', () => undefined)
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    get open() {
      return associations.size
    },
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      for (const association of associations) association.abort()
      // What was said last goes out; then the lines are cut.
      await new Promise((turn) => setImmediate(turn))
      for (const socket of raw) socket.destroy()
      await closed
    },
  }
}

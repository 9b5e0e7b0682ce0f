import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { createHash } from 'node:crypto'
import { implementationClassUid, implicitLittleEndian } from '../../../shared/standards/dicom'
import { acceptedContexts, DimseAssociation, type Association, type DataSetSource } from './association'
import { commandField, priority, statusClass } from './command'
import { implementationVersion, longestPdu, verificationSopClass } from './constants'
import type { ProposedContext, RoleSelection } from './pdu'
import { DimseProblem } from './problem'

/** TLS to a peer. */
export interface PeerTls {
  /** SHA-256 of the certificate that the peer must show, 64 hexadecimal digits. Absent: one that this computer trusts, for that host name. */
  readonly pin?: string
  /** Our own certificate and key, PEM: some peers want to see one. */
  readonly certificate?: string
  readonly key?: string
}

/** A service that is to be proposed. */
export interface WantedContext {
  readonly abstractSyntax: string
  /** Each becomes a context of its own, so that the peer cannot choose between them for us. */
  readonly transferSyntaxes: readonly string[]
  /** We serve it instead of asking for it: storage over C-GET. */
  readonly weServe?: boolean
  /** One context for all transfer syntaxes: the peer chooses. */
  readonly peerChooses?: boolean
}

/** How an association is opened. */
export interface AssociationAsk {
  readonly host: string
  readonly port: number
  readonly callingAeTitle: string
  readonly calledAeTitle: string
  readonly contexts: readonly WantedContext[]
  readonly tls?: PeerTls
  /** Ends the attempt, or aborts the association. */
  readonly signal?: AbortSignal
  /** Until the line is there; default 10 s. */
  readonly connectMs?: number
  /** How long the peer may be silent while something is awaited; default 60 s. */
  readonly idleMs?: number
}

/** PS3.8 §9.3.2.2: 128 at most, their ids odd. */
const mostContexts = 128

/** Contexts with their ids; throws when there are too many for one association. */
export const proposalOf = (wanted: readonly WantedContext[]): { readonly contexts: readonly ProposedContext[]; readonly roles: readonly RoleSelection[] } => {
  const each = wanted.flatMap(({ abstractSyntax, transferSyntaxes, peerChooses }) =>
    (peerChooses ? [transferSyntaxes] : transferSyntaxes.map((uid) => [uid])).map((syntaxes) => ({ abstractSyntax, transferSyntaxes: syntaxes })))
  if (each.length === 0 || each.length > mostContexts) throw new RangeError(`an association takes 1 to ${mostContexts} contexts, not ${each.length}`)
  return {
    contexts: each.map((context, place) => ({ id: 2 * place + 1, ...context })),
    roles: [...new Set(wanted.flatMap(({ abstractSyntax, weServe }) => (weServe ? [abstractSyntax] : [])))].map((sopClassUid) => ({ sopClassUid, scu: false, scp: true })),
  }
}

const fingerprint = (socket: TLSSocket): string => createHash('sha256').update(socket.getPeerX509Certificate()?.raw ?? '').digest('hex')

const connectLine = ({ host, port, tls, signal, connectMs = 10_000 }: AssociationAsk): Promise<Socket> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new DimseProblem('cancelled'))
    const socket: Socket = tls
      ? connectTls({
          host, port, minVersion: 'TLSv1.2', rejectUnauthorized: tls.pin === undefined,
          ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
          ...(tls.certificate !== undefined && { cert: tls.certificate }), ...(tls.key !== undefined && { key: tls.key }),
        })
      : connectTcp({ host, port })
    let isLineUp = false
    const settle = (problem?: DimseProblem) => {
      clearTimeout(late)
      signal?.removeEventListener('abort', stop)
      socket.off('error', failed)
      socket.off('close', closed)
      socket.off(tls ? 'secureConnect' : 'connect', up)
      if (!problem) return resolve(socket)
      socket.on('error', () => undefined)
      socket.destroy()
      reject(problem)
    }
    const late = setTimeout(() => settle(new DimseProblem('unreachable', 'no answer')), connectMs)
    const stop = () => settle(new DimseProblem('cancelled'))
    const failed = (reason: Error) => settle(new DimseProblem(tls && isLineUp ? 'not-secure' : 'unreachable', String((reason as NodeJS.ErrnoException).code ?? '')))
    const closed = () => settle(new DimseProblem(tls && isLineUp ? 'not-secure' : 'unreachable', 'closed'))
    const up = () => (tls?.pin !== undefined && fingerprint(socket as TLSSocket) !== tls.pin ? settle(new DimseProblem('not-secure', 'another certificate')) : settle())
    if (tls) socket.once('connect', () => (isLineUp = true))
    socket.once(tls ? 'secureConnect' : 'connect', up)
    socket.once('error', failed)
    socket.once('close', closed)
    signal?.addEventListener('abort', stop, { once: true })
  })

/**
 * Opens an association as the one who asks. Throws {@link DimseProblem}: `unreachable`, `not-secure`, `rejected`, `no-context`,
 * `timed-out`, `cancelled`, or what else went wrong.
 */
export const openAssociation = async (ask: AssociationAsk): Promise<Association> => {
  const { contexts, roles } = proposalOf(ask.contexts)
  const socket = await connectLine(ask)
  return new Promise<Association>((resolve, reject) => {
    const abort = () => association.abort()
    const association = new DimseAssociation(
      socket,
      {
        kind: 'requestor',
        establishing: {
          confirmed: (ac) => {
            association.contexts = acceptedContexts(contexts, ac.contexts)
            if (association.contexts.length > 0) return resolve(association)
            reject(new DimseProblem('no-context'))
            void association.release()
          },
          failed: (problem) => reject(ask.signal?.aborted ? new DimseProblem('cancelled') : problem),
        },
      },
      { maximumLength: longestPdu, artimMs: 5_000, idleMs: ask.idleMs ?? 60_000 },
    )
    ask.signal?.addEventListener('abort', abort, { once: true })
    void association.end.then(() => ask.signal?.removeEventListener('abort', abort))
    association.associate({
      callingAeTitle: ask.callingAeTitle, calledAeTitle: ask.calledAeTitle, contexts, roles,
      maximumLength: longestPdu, implementationClassUid, implementationVersion,
    })
  })
}

/** SHA-256 of the certificate that answers there, whoever vouches for it, 64 hexadecimal digits. Rejects where nobody speaks TLS. */
export const peerCertificate = async ({ host, port }: { readonly host: string; readonly port: number }): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ host, port, rejectUnauthorized: false, timeout: 5_000 }, () => {
      resolve(fingerprint(socket))
      socket.destroy()
    })
    const failed = () => {
      reject(new DimseProblem('not-secure'))
      socket.destroy()
    }
    socket.once('error', failed)
    socket.once('timeout', failed)
    socket.once('close', failed)
  })

/** Runs over an association and releases it; aborts it where `use` throws. */
export const withAssociation = async <Value>(ask: AssociationAsk, use: (association: Association) => Promise<Value>): Promise<Value> => {
  const association = await openAssociation(ask)
  try {
    const value = await use(association)
    await association.release()
    return value
  } catch (reason) {
    association.abort()
    throw reason
  }
}

/** C-ECHO (PS3.7 §9.1.5): whether the peer answers. Throws {@link DimseProblem}. */
export const echo = (ask: Omit<AssociationAsk, 'contexts'>): Promise<void> =>
  withAssociation({ ...ask, contexts: [{ abstractSyntax: verificationSopClass, transferSyntaxes: [implicitLittleEndian] }] }, async (association) => {
    const context = association.contextOf(verificationSopClass)
    if (!context) throw new DimseProblem('no-context')
    for await (const { command } of association.request(context, { commandField: commandField.echoRq, affectedSopClassUid: verificationSopClass })) {
      if (statusClass(command.status ?? 0) === 'failure') throw new DimseProblem('protocol', `status ${(command.status ?? 0).toString(16)}`)
    }
  })

/** One instance to be stored. */
export interface StoreAsk {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** The transfer syntax that {@link dataSet} is written in; a context with it must have been accepted. */
  readonly transferSyntaxUid: string
  /** The data set without preamble and file meta information. */
  readonly dataSet: DataSetSource
  /** For sub-operations of a C-MOVE that we perform. */
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number }
}

/** C-STORE over an association (PS3.7 §9.1.1); answers the status, which the caller judges. Throws {@link DimseProblem}. */
export const store = async (association: Association, { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, moveOriginator }: StoreAsk, signal?: AbortSignal): Promise<number> => {
  const context = association.contextOf(sopClassUid, transferSyntaxUid)
  if (!context) throw new DimseProblem('no-context', `${sopClassUid} in ${transferSyntaxUid}`)
  const command = {
    commandField: commandField.storeRq, affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid, priority: priority.medium,
    ...(moveOriginator && { moveOriginatorAeTitle: moveOriginator.aeTitle, moveOriginatorMessageId: moveOriginator.messageId }),
  }
  let answered: number | undefined
  for await (const response of association.request(context, command, dataSet, signal)) answered = response.command.status
  if (answered === undefined) throw new DimseProblem('protocol', 'no status')
  return answered
}

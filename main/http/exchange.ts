import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { constants, createGunzip } from 'node:zlib'
import { certificateProblem, fingerprintOf } from './certificates'

/** One request on the wire. */
export interface Asked {
  readonly method: string
  /** With the query string, from the root of the host. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** In place of `body`: so many bytes, made while they are sent. */
  readonly stream?: { readonly length: number; readonly pieces: AsyncIterable<Uint8Array> }
  /** Asked before so many bytes of the body go on the line; without it they go at once. */
  readonly pace?: (count: number) => Promise<void>
  /** So many bytes of the body at a time, where there is a pace; default 16 kB. */
  readonly pieceBytes?: number
  /** Not a byte for so long: given up. Milliseconds. */
  readonly silenceMs: number
  readonly signal?: AbortSignal
}

/** What comes back: the head at once, the body while it comes. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /**
   * The body, unpacked. Everything that arrived is handed over before a cut shows as an error. Must be read, or left
   * early, which closes the connection.
   */
  readonly body: AsyncIterable<Uint8Array>
}

/** Bytes on the wire so far, bodies only. */
export interface Traffic {
  readonly received: number
  readonly sent: number
}

/** The way to one host. */
export interface Exchange {
  send(asked: Asked): Promise<Answered>
  readonly traffic: Traffic
  /** Drops every connection, because the network is another one now; what is under way fails. */
  renew(): void
  close(): void
}

/** How an exchange is made; tests give one of their own. `idleMs`: see {@link mostIdleMs}. */
export type OpenExchange = (root: URL, pin?: string, idleMs?: number) => Exchange

const mostSockets = 6
/**
 * A connection that nobody has used for so long is closed, ms: what stays is the one on which news is waited for. A centre holds one
 * for each workstation, not six.
 */
const mostIdleMs = 10_000
/** A body is read ahead of its reader by so much, bytes. */
const aheadBytes = 1_000_000
/** At a pace, so much is handed to the line at a time, bytes: what waits behind it waits no longer than that takes. */
const pacedBytes = 16 * 1024
/** A handshake that takes longer will not come. */
const handshakeMs = 20_000

/** The certificate is not the one that was agreed on; nothing has been sent. */
class OtherCertificate extends Error {
  readonly code = 'OUTPOST_PIN'
}

/**
 * Takes one certificate and no other, whoever signed it, whatever name it bears and whenever it runs out: that is what a hub in
 * the clinic can offer, and it is more than any authority could vouch for. Looked at before a byte is sent.
 */
class PinnedAgent extends TlsAgent {
  constructor(private readonly pin: string, idleMs: number) {
    super({ keepAlive: true, maxSockets: mostSockets, timeout: idleMs, maxCachedSessions: 0 })
  }

  override createConnection(options: ConnectionOptions, ready?: (error: Error | null, socket: Duplex) => void): undefined {
    const socket = connectTls({ ...options, rejectUnauthorized: false, session: undefined })
    const over = (error: Error | null) => {
      socket.off('error', over).off('secureConnect', look).setTimeout(0)
      if (error) socket.on('error', () => undefined).destroy()
      ready?.(error, socket)
    }
    const look = () => over(fingerprintOf(socket.getPeerCertificate()) === this.pin ? null : new OtherCertificate('another certificate'))
    socket.once('error', over).once('secureConnect', look)
    socket.setTimeout(handshakeMs, () => over(new Error('silence')))
  }
}

/** Speaks HTTP, or HTTPS where the address says so; with `pin` only to the holder of that certificate (SHA-256, hex). */
export const openExchange: OpenExchange = (root, pin, idleMs = mostIdleMs) => {
  const isTls = root.protocol === 'https:'
  const newAgent = () => {
    const kept = { keepAlive: true, maxSockets: mostSockets, timeout: idleMs }
    if (!isTls) return new Agent(kept)
    return pin === undefined ? new TlsAgent(kept) : new PinnedAgent(pin, idleMs)
  }
  let agent = newAgent()
  const traffic = { received: 0, sent: 0 }

  const send: Exchange['send'] = ({ method, path, headers, body, stream, pace, pieceBytes, silenceMs, signal }) =>
    new Promise((resolve, reject) => {
      const target = { protocol: root.protocol, hostname: root.hostname.replace(/^\[|\]$/g, ''), port: root.port, path }
      const length = body?.length ?? stream?.length
      const outgoing = (isTls ? httpsRequest : httpRequest)({ ...target, method, agent, signal, timeout: silenceMs, headers: { ...headers, ...(length !== undefined && { 'Content-Length': String(length) }) } })
      let incoming: IncomingMessage | undefined
      outgoing.on('timeout', () => giveUpUnlessBusy(outgoing, incoming, silenceMs))
      outgoing.on('error', (error) => reject(certificateProblem(error) ?? error))
      outgoing.on('response', (answer) => {
        incoming = answer
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bodyOf(answer, pace, (bytes) => (traffic.received += bytes)) })
      })
      traffic.sent += length ?? 0
      if (stream) writePieces(outgoing, stream.pieces).catch((error: Error) => outgoing.destroy(error))
      else if (body && pace) writePaced(outgoing, body, pace, pieceBytes).catch((error: Error) => outgoing.destroy(error))
      else outgoing.end(body)
    })

  return {
    send,
    traffic,
    renew: () => {
      const before = agent
      agent = newAgent()
      before.destroy()
    },
    close: () => agent.destroy(),
  }
}

/** Silence counts only while we listen: what has come and was not yet read is no silence. */
const giveUpUnlessBusy = (outgoing: ClientRequest, incoming: IncomingMessage | undefined, silenceMs: number): void => {
  if (incoming?.isPaused()) outgoing.setTimeout(silenceMs)
  else outgoing.destroy(new Error('silence'))
}

const writePaced = async (outgoing: ClientRequest, bytes: Uint8Array, pace: (count: number) => Promise<void>, pieceBytes = pacedBytes): Promise<void> => {
  for (let at = 0; at < bytes.length && !outgoing.destroyed; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes)
    await pace(piece.length)
    if (!outgoing.destroyed) await new Promise<void>((resolve) => outgoing.write(piece, () => resolve()))
  }
  outgoing.end()
}

/** No more of them is held than the line takes. */
const writePieces = async (outgoing: ClientRequest, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const piece of pieces) {
    if (outgoing.destroyed) return
    if (outgoing.write(piece)) continue
    await new Promise<void>((resolve) => {
      const goOn = () => {
        outgoing.off('drain', goOn).off('close', goOn)
        resolve()
      }
      outgoing.on('drain', goOn).on('close', goOn)
    })
  }
  outgoing.end()
}

/** See {@link Answered.body}. Streams of Node drop what they hold when the line is cut; this hands it over first. */
async function* bodyOf(incoming: IncomingMessage, pace: Asked['pace'], count: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
  const ahead = pace ? pacedBytes : aheadBytes
  const ready: Uint8Array[] = []
  let held = 0
  let over = false
  let failure: Error | undefined
  let wake: () => void = () => undefined
  const take = (chunk: Uint8Array) => {
    ready.push(chunk)
    held += chunk.length
    if (held > ahead) incoming.pause()
    wake()
  }
  const end = (error?: Error) => {
    over = true
    failure ??= error
    wake()
  }
  const unpack = incoming.headers['content-encoding'] === 'gzip' ? createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }) : undefined
  unpack?.on('data', take).on('end', () => end()).on('error', end)
  incoming.on('data', (chunk: Uint8Array) => {
    count(chunk.length)
    if (unpack) unpack.write(chunk)
    else take(chunk)
  })
  incoming.on('error', (error) => {
    failure = error
    if (unpack) unpack.end()
    else end(error)
  })
  incoming.on('end', () => (unpack ? unpack.end() : end()))
  try {
    for (;;) {
      const chunk = ready.shift()
      if (chunk) {
        held -= chunk.length
        await pace?.(chunk.length)
        if (held <= ahead && incoming.isPaused()) incoming.resume()
        yield chunk
      } else if (over) {
        if (failure) throw failure
        return
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    if (!over) incoming.destroy()
    unpack?.destroy()
  }
}

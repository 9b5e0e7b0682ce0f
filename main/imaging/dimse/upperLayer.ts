import type { Socket } from 'node:net'
import {
  abortReason, decodeAbort, decodeAssociateAc, decodeAssociateRj, decodeAssociateRq, encodeAbort, encodeAssociateAc, encodeAssociateRj, encodeAssociateRq, encodeDataHeader,
  encodeReleaseRp, encodeReleaseRq, PduProblem, pduType, type AssociateAc, type AssociateRj, type AssociateRq,
} from './pdu'
import { PduReader, type Fragment } from './pduReader'
import { transition, type UpperEvent, type UpperState } from './stateTable'

/** What the upper layer tells its user (PS3.8 §7). */
export interface UpperUser {
  /** Answer with {@link UpperLayer.accept} or {@link UpperLayer.reject}. */
  associateIndication(rq: AssociateRq): void
  associateConfirmed(ac: AssociateAc): void
  associateRejected(rj: AssociateRj): void
  dataIndication(fragment: Fragment): void
  /** The peer wants to end; answer with {@link UpperLayer.respondToRelease} once everything is answered. */
  releaseIndication(): void
  /**
   * It has ended. `released`: in good order. `aborted`: by the peer. `broken`: we broke off, because the peer broke the protocol.
   * `cut`: the line was closed. `silent`: nothing came for too long. `local`: because we asked for it.
   */
  ended(how: 'released' | 'aborted' | 'broken' | 'cut' | 'silent' | 'local', detail: string): void
}

/** Limits of one association. */
export interface UpperLimits {
  /** Longest P-DATA-TF that is taken, bytes after the header. */
  readonly maximumLength: number
  /** How long a peer may take to begin an association, and to close the line at its end: the ARTIM timer (§9.1.5). */
  readonly artimMs: number
  /** How long a peer may be silent while something is awaited from it. */
  readonly idleMs: number
}

/**
 * One association over one socket, as the standard's state machine has it. Knows bytes and nothing of what they mean.
 * The socket is its own from now on.
 */
export class UpperLayer {
  private state: UpperState
  private readonly reader: PduReader
  private artim: NodeJS.Timeout | undefined
  private idle: NodeJS.Timeout | undefined
  private isIdleWatched = true
  private hasEnded = false
  private isPaused = false

  constructor(
    private readonly socket: Socket,
    private readonly isRequestor: boolean,
    private readonly user: UpperUser,
    private readonly limits: UpperLimits,
  ) {
    this.state = isRequestor ? 4 : 1
    this.reader = new PduReader(
      { pdu: (type, body) => this.hear(type, body), dataBegins: () => this.perform('data-tf'), fragment: (fragment) => this.isOpenForData && user.dataIndication(fragment) },
      limits,
    )
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.take(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => this.perform('connection-closed'))
    // A peer that only closes its own half has gone.
    socket.on('end', () => socket.end())
    this.touch()
    if (!isRequestor) this.perform('connection-indication')
  }

  /** Data that the peer sends counts: also while our own release is on its way (AR-6). */
  private get isOpenForData(): boolean {
    return this.state === 6 || this.state === 7
  }

  /** Sends A-ASSOCIATE-RQ; the socket is connected. */
  request(rq: Omit<AssociateRq, 'applicationContext' | 'protocolVersion'>): void {
    this.perform('connected', () => this.write(encodeAssociateRq(rq)))
  }

  accept(ac: AssociateAc): void {
    this.perform('accept', () => this.write(encodeAssociateAc(ac)))
  }

  reject(rj: AssociateRj): void {
    this.perform('reject', () => this.write(encodeAssociateRj(rj)))
  }

  /** Sends one fragment; false: wait for {@link drained} before the next. */
  sendFragment(contextId: number, isCommand: boolean, isLast: boolean, bytes: Uint8Array): boolean {
    let goesOn = true
    this.perform('data-request', () => {
      // A long instance over a slow line: the peer has nothing to say as long as it takes what is sent.
      this.touch()
      this.socket.cork()
      this.socket.write(encodeDataHeader(contextId, isCommand, isLast, bytes.length))
      goesOn = bytes.length === 0 || this.socket.write(bytes)
      this.socket.uncork()
    })
    return goesOn
  }

  /** Resolves when the line takes more, or has ended. */
  drained(): Promise<void> {
    if (this.hasEnded || !this.socket.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        this.socket.off('drain', done)
        this.socket.off('close', done)
        resolve()
      }
      this.socket.on('drain', done)
      this.socket.on('close', done)
    })
  }

  /** Whether data can be sent. */
  get isOpen(): boolean {
    return this.state === 6 || this.state === 8
  }

  requestRelease(): void {
    this.perform('release-request')
  }

  respondToRelease(): void {
    this.perform('release-response')
  }

  abort(): void {
    this.perform('abort-request')
  }

  /** The peer has something to do that may take it long, or we have: silence is no fault meanwhile. */
  watchIdle(isWatched: boolean): void {
    if (this.isIdleWatched === isWatched) return
    this.isIdleWatched = isWatched
    this.touch()
  }

  /** Takes no more from the line until {@link resume}: the consumer is slower than the peer. */
  pause(): void {
    if (this.isPaused) return
    this.isPaused = true
    this.socket.pause()
    this.touch()
  }

  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    this.socket.resume()
    this.touch()
  }

  private take(bytes: Buffer): void {
    this.touch()
    // After our own A-ABORT nothing counts any more; not even its form.
    if (this.hasEnded || this.state === 13) return
    try {
      this.reader.take(bytes)
    } catch (reason) {
      if (!(reason instanceof PduProblem)) throw reason
      this.fault = reason
      this.perform('invalid-pdu')
    }
  }

  private fault: PduProblem | undefined

  private hear(type: number, body: Uint8Array): void {
    if (this.hasEnded) return
    switch (type) {
      case pduType.associateRq:
        return this.perform('associate-rq', () => this.user.associateIndication(decodeAssociateRq(body)))
      case pduType.associateAc:
        return this.perform('associate-ac', () => this.user.associateConfirmed(decodeAssociateAc(body)))
      case pduType.associateRj:
        return this.perform('associate-rj', () => this.user.associateRejected(decodeAssociateRj(body)))
      case pduType.releaseRq:
        return this.perform('release-rq')
      case pduType.releaseRp:
        return this.perform('release-rp')
      default: {
        const { source, reason } = decodeAbort(body)
        return this.perform('abort', () => this.end('aborted', `source ${source} reason ${reason}`))
      }
    }
  }

  /** Looks the event up and does what the table says; `effect` is the part of it that only the caller knows. */
  private perform(event: UpperEvent, effect?: () => void): void {
    const step = transition(this.state, event, this.isRequestor)
    if (!step) return
    this.state = step.state
    switch (step.action) {
      case 'AE-5':
        return this.startArtim()
      case 'AE-6':
        this.stopArtim()
        return effect?.()
      case 'AE-1':
      case 'AE-2':
      case 'AE-3':
      case 'AE-7':
      case 'DT-1':
      case 'AR-7':
        return effect?.()
      case 'AE-4':
        effect?.()
        return this.close()
      case 'AE-8':
        effect?.()
        this.startArtim()
        return this.end('local', 'rejected')
      case 'DT-2':
      case 'AR-6':
        return
      case 'AR-1':
        this.write(encodeReleaseRq())
        return this.watchIdle(true)
      case 'AR-2':
        return this.user.releaseIndication()
      case 'AR-3':
        this.end('released', '')
        return this.close()
      case 'AR-4':
        this.write(encodeReleaseRp())
        this.startArtim()
        return this.end('released', '')
      case 'AR-8':
        // Both released at once: the requestor answers, the acceptor waits for that answer.
        if (this.isRequestor) this.perform('release-response')
        return
      case 'AR-9':
        return void this.write(encodeReleaseRp())
      case 'AR-10':
        return this.perform('release-response')
      case 'AA-1':
        this.write(encodeAbort(event === 'abort-request' ? { source: 0, reason: abortReason.notSpecified } : { source: 2, reason: this.fault?.reason ?? abortReason.unexpectedPdu }))
        this.startArtim()
        return this.end(event === 'abort-request' ? 'local' : 'broken', this.fault?.message ?? (event === 'abort-request' ? '' : 'unexpected PDU'))
      case 'AA-2':
        this.stopArtim()
        // A peer that never began, or never closed; or one that took our request to connect back.
        this.end(event === 'artim-expired' ? 'silent' : 'local', '')
        return this.close()
      case 'AA-3':
        effect?.()
        return this.close()
      case 'AA-4':
        return this.end('cut', '')
      case 'AA-5':
      case 'AR-5':
        this.stopArtim()
        return this.end('cut', '')
      case 'AA-6':
        return
      case 'AA-7':
        this.write(encodeAbort({ source: 2, reason: abortReason.unexpectedPdu }))
        return
      case 'AA-8':
        this.write(encodeAbort({ source: 2, reason: this.fault?.reason ?? abortReason.unexpectedPdu }))
        this.startArtim()
        return this.end('broken', this.fault?.message ?? 'unexpected PDU')
    }
  }

  private end(how: Parameters<UpperUser['ended']>[0], detail: string): void {
    if (this.hasEnded) return
    this.hasEnded = true
    clearTimeout(this.idle)
    // What the peer still sends is thrown away, so that its close is seen.
    this.resume()
    // Said last: everything is sent. The line stays until the peer closes it, or the ARTIM timer runs out.
    if (this.state === 13) this.socket.end()
    this.user.ended(how, detail)
  }

  private write(bytes: Uint8Array): boolean {
    return this.socket.destroyed || this.socket.writableEnded ? false : this.socket.write(bytes)
  }

  private close(): void {
    this.stopArtim()
    clearTimeout(this.idle)
    // What was written last still goes out; a peer that does not read it does not keep the socket.
    this.socket.destroySoon()
  }

  private startArtim(): void {
    this.stopArtim()
    this.artim = setTimeout(() => {
      this.perform('artim-expired')
      this.socket.destroy()
    }, this.limits.artimMs)
  }

  private stopArtim(): void {
    clearTimeout(this.artim)
  }

  /** The idle clock starts anew. While we are the slower one, it stands. */
  private touch(): void {
    if (this.idle && this.isIdleWatched && !this.isPaused && !this.hasEnded) {
      this.idle.refresh()
      return
    }
    clearTimeout(this.idle)
    this.idle = undefined
    if (!this.isIdleWatched || this.isPaused || this.hasEnded) return
    this.idle = setTimeout(() => {
      if (this.hasEnded) return
      const { state } = this
      this.end('silent', '')
      if (state >= 3) this.write(encodeAbort({ source: 2, reason: abortReason.notSpecified }))
      this.close()
    }, this.limits.idleMs)
  }
}

import type { Socket } from 'node:net'
import { ByteQueue } from './byteQueue'
import { commandField, decodeCommand, encodeCommand, hasDataSet, isResponse, status, statusClass, type Command } from './command'
import { contextResult, rejectionText, type AssociateAc, type AssociateRj, type AssociateRq } from './pdu'
import type { Fragment } from './pduReader'
import { DimseProblem } from './problem'
import { UpperLayer, type UpperLimits, type UpperUser } from './upperLayer'

/** A service that both sides agreed on. */
export interface AcceptedContext {
  readonly id: number
  readonly abstractSyntax: string
  readonly transferSyntax: string
}

/** A data set to be sent: in the transfer syntax of its context. */
export type DataSetSource = Uint8Array | AsyncIterable<Uint8Array>

/** An answer of the peer; pending ones come before the last. */
export interface DimseResponse {
  readonly command: Command
  /** The identifier that came with it, in the transfer syntax of the context. */
  readonly identifier?: Uint8Array
}

/** A request of the peer. */
export interface DimseRequest {
  readonly command: Command
  readonly context: AcceptedContext
  /** Empty where the command says that none follows. Throws {@link DimseProblem} when the association ends inside it. */
  readonly dataSet: AsyncIterable<Uint8Array>
  /** Aborted by C-CANCEL, and when the association ends. */
  readonly signal: AbortSignal
}

/** Answers a request: each call sends one response; names that follow from the request are filled in. */
export type Respond = (answer: Partial<Command> & { readonly status: number }, identifier?: Uint8Array) => Promise<void>

/** Serves requests, one after the other. What it throws becomes "unable to process". */
export type RequestHandler = (request: DimseRequest, respond: Respond) => Promise<void>

/** How an association ended. */
export interface AssociationEnd {
  readonly how: Parameters<UpperUser['ended']>[0]
  readonly detail: string
}

/** An association that is established, whoever asked for it. */
export interface Association {
  readonly callingAeTitle: string
  readonly calledAeTitle: string
  /** IP address of the other side. */
  readonly address: string
  /** Only what both sides agreed on. */
  readonly contexts: readonly AcceptedContext[]
  /** The first context of a SOP class, in that transfer syntax where one is named. */
  contextOf(sopClassUid: string, transferSyntaxUid?: string): AcceptedContext | undefined
  /**
   * Sends a request and tells its responses; the last one is not pending. Throws {@link DimseProblem}. `signal` cancels: C-CANCEL is sent
   * where the service knows it (C-FIND, C-MOVE, C-GET), else the association is aborted.
   */
  request(context: AcceptedContext, command: Command, dataSet?: DataSetSource, signal?: AbortSignal): AsyncIterable<DimseResponse>
  /** Who serves requests of the peer; an acceptor has one from the beginning, a requestor needs one for C-GET. */
  serve(handler: RequestHandler): void
  /** Ends in good order. Resolves when it has ended, however that went. */
  release(): Promise<AssociationEnd>
  /** Breaks off at once. */
  abort(): void
  /** Resolves when it has ended, however that came. */
  readonly end: Promise<AssociationEnd>
}

/** Longest command set that is taken. */
const longestCommand = 16 * 1024
/** Longest identifier of a response (C-FIND) that is taken. */
const longestIdentifier = 4 * 1024 * 1024
/** Responses that wait for whoever asked; more, and the line is told to wait. */
const mostWaiting = 64
/** Longest fragment that is sent, whatever the peer would take. */
const longestFragment = 128 * 1024
/** How long a peer may take to end a cancelled operation. */
const cancelPatienceMs = 10_000

const cancellable: readonly number[] = [commandField.findRq, commandField.moveRq, commandField.getRq]

interface Asked {
  readonly waiting: DimseResponse[]
  failure?: DimseProblem
  wake?: () => void
}

interface Incoming {
  readonly context: AcceptedContext
  readonly command: Command
  /** Of a request: to its handler. */
  readonly queue?: ByteQueue
  /** Of a response. */
  readonly gathered?: { pieces: Uint8Array[]; length: number }
}

/** Settled by the upper layer: established or not. */
interface Establishing {
  confirmed(ac: AssociateAc): void
  failed(problem: DimseProblem): void
}

/** What the acceptor decides of a request to associate. */
export type Indication = (rq: AssociateRq, establish: { accept(ac: AssociateAc, contexts: readonly AcceptedContext[]): void; reject(rj: AssociateRj): void }) => void

const problemKinds: Readonly<Record<AssociationEnd['how'], DimseProblem['kind']>> = {
  released: 'closed', aborted: 'aborted', broken: 'protocol', cut: 'aborted', silent: 'timed-out', local: 'closed',
}

/** DIMSE messages over the upper layer (PS3.7 §6, PS3.8 annex E), for both roles. */
export class DimseAssociation implements Association, UpperUser {
  callingAeTitle = ''
  calledAeTitle = ''
  readonly address: string
  contexts: readonly AcceptedContext[] = []
  readonly end: Promise<AssociationEnd>
  private settleEnd: (end: AssociationEnd) => void = () => undefined
  private problem: DimseProblem | undefined
  /** What the peer did that the protocol does not know. */
  private fault: string | undefined
  /** The peer's longest PDU; 0: any. */
  private peerMaximum = 0
  private readonly upper: UpperLayer
  private lastMessageId = 0
  private readonly asked = new Map<number, Asked>()
  private commandPieces: Uint8Array[] = []
  private commandLength = 0
  private incoming: Incoming | undefined
  private handler: RequestHandler | undefined
  private serving: Promise<void> = Promise.resolve()
  /** The request that is served, and one that came while its last response was on its way. */
  private readonly served = new Map<number, { readonly stop: AbortController; readonly queue: ByteQueue }>()
  private sending: Promise<void> = Promise.resolve()
  private waits = 0

  constructor(
    socket: Socket,
    private readonly role: { readonly kind: 'requestor'; readonly establishing: Establishing } | { readonly kind: 'acceptor'; readonly indication: Indication },
    limits: UpperLimits,
  ) {
    this.end = new Promise((resolve) => {
      this.settleEnd = resolve
    })
    this.address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    this.upper = new UpperLayer(socket, role.kind === 'requestor', this, limits)
  }

  contextOf(sopClassUid: string, transferSyntaxUid?: string): AcceptedContext | undefined {
    return this.contexts.find((each) => each.abstractSyntax === sopClassUid && (transferSyntaxUid === undefined || each.transferSyntax === transferSyntaxUid))
  }

  serve(handler: RequestHandler): void {
    this.handler = handler
  }

  /** Sends A-ASSOCIATE-RQ over the socket, which is connected. */
  associate(rq: Omit<AssociateRq, 'applicationContext' | 'protocolVersion'>): void {
    this.callingAeTitle = rq.callingAeTitle
    this.calledAeTitle = rq.calledAeTitle
    this.upper.request(rq)
  }

  async *request(context: AcceptedContext, command: Command, dataSet?: DataSetSource, signal?: AbortSignal): AsyncGenerator<DimseResponse> {
    if (this.problem) throw this.problem
    if (signal?.aborted) throw new DimseProblem('cancelled')
    this.lastMessageId = (this.lastMessageId % 0xffff) + 1
    const messageId = this.lastMessageId
    const asked: Asked = { waiting: [] }
    this.asked.set(messageId, asked)
    this.upper.watchIdle(true)
    const cancel = () => this.cancel(context, command.commandField, messageId)
    signal?.addEventListener('abort', cancel, { once: true })
    let isOver = false
    try {
      // A peer may refuse before it has heard the whole data set; what it says then is waiting.
      const sent = this.sendMessage(context, { ...command, messageId }, dataSet)
      sent.catch((reason: unknown) => {
        asked.failure ??= reason instanceof DimseProblem ? reason : new DimseProblem('closed', 'the data set could not be read')
        asked.wake?.()
        // Half a message cannot be taken back.
        this.abort()
      })
      for (;;) {
        const response = asked.waiting.shift()
        if (response) {
          if (asked.waiting.length === mostWaiting - 1) this.pace(false)
          isOver = statusClass(response.command.status ?? 0) !== 'pending'
          if (isOver) await sent
          yield response
          if (isOver) return
        } else if (asked.failure ?? this.problem) throw signal?.aborted ? new DimseProblem('cancelled') : (asked.failure ?? this.problem)
        else {
          await new Promise<void>((resolve) => {
            asked.wake = resolve
          })
        }
      }
    } finally {
      signal?.removeEventListener('abort', cancel)
      this.asked.delete(messageId)
      if (asked.waiting.length >= mostWaiting) this.pace(false)
      if (this.asked.size === 0 && this.role.kind === 'requestor') this.upper.watchIdle(false)
      // Whoever stops listening in the middle cannot share the line with what still comes.
      if (!isOver) this.abort()
    }
  }

  async release(): Promise<AssociationEnd> {
    await this.sending.catch(() => undefined)
    if (!this.problem) this.upper.requestRelease()
    return this.end
  }

  abort(): void {
    this.upper.abort()
  }

  // What the upper layer tells.

  associateIndication(rq: AssociateRq): void {
    if (this.role.kind !== 'acceptor') return
    this.callingAeTitle = rq.callingAeTitle
    this.calledAeTitle = rq.calledAeTitle
    this.peerMaximum = rq.maximumLength
    this.role.indication(rq, {
      accept: (ac, contexts) => {
        this.contexts = contexts
        this.upper.accept(ac)
      },
      reject: (rj) => this.upper.reject(rj),
    })
  }

  associateConfirmed(ac: AssociateAc): void {
    this.peerMaximum = ac.maximumLength
    this.upper.watchIdle(false)
    if (this.role.kind === 'requestor') this.role.establishing.confirmed(ac)
  }

  associateRejected(rj: AssociateRj): void {
    this.problem = new DimseProblem('rejected', rejectionText(rj))
    this.ended('local', '')
  }

  dataIndication({ contextId, isCommand, isLast, bytes }: Fragment): void {
    if (isCommand) return this.takeCommand(contextId, isLast, bytes)
    const { incoming } = this
    if (!incoming || incoming.context.id !== contextId) return this.break('a data set without its command')
    incoming.queue?.push(bytes)
    if (incoming.gathered) {
      incoming.gathered.length += bytes.length
      if (incoming.gathered.length > longestIdentifier) return this.break('an identifier that is too long')
      incoming.gathered.pieces.push(Uint8Array.from(bytes))
    }
    if (!isLast) return
    this.incoming = undefined
    if (incoming.gathered) return this.hand(incoming.command, Buffer.concat(incoming.gathered.pieces))
    this.upper.watchIdle(false)
    incoming.queue?.end()
  }

  releaseIndication(): void {
    if (this.incoming) return this.break('a release inside a message')
    // What is being answered is answered first.
    const answer = () => this.upper.respondToRelease()
    void this.serving.then(() => this.sending).then(answer, answer)
  }

  ended(how: AssociationEnd['how'], detail: string): void {
    const end = this.fault === undefined ? { how, detail } : { how: 'broken' as const, detail: this.fault }
    this.problem ??= new DimseProblem(problemKinds[end.how], end.detail)
    const { problem } = this
    for (const { stop, queue } of this.served.values()) {
      queue.fail(problem)
      stop.abort()
    }
    for (const asked of this.asked.values()) asked.wake?.()
    if (this.role.kind === 'requestor') this.role.establishing.failed(problem)
    this.settleEnd(end)
  }

  private takeCommand(contextId: number, isLast: boolean, bytes: Uint8Array): void {
    if (this.incoming) return this.break('a command inside a data set')
    this.commandLength += bytes.length
    if (this.commandLength > longestCommand) return this.break('a command that is too long')
    this.commandPieces.push(Uint8Array.from(bytes))
    if (!isLast) return
    const command = decodeCommand(Buffer.concat(this.commandPieces))
    this.commandPieces = []
    this.commandLength = 0
    const context = this.contexts.find(({ id }) => id === contextId)
    if (!command) return this.break('a command that cannot be read')
    if (!context) return this.break('a presentation context that was not accepted')
    if (isResponse(command.commandField)) this.takeResponse(context, command)
    else if (command.commandField === commandField.cancelRq) this.served.get(command.messageIdBeingRespondedTo ?? -1)?.stop.abort()
    else this.takeRequest(context, command)
  }

  private takeResponse(context: AcceptedContext, command: Command): void {
    if (!this.asked.has(command.messageIdBeingRespondedTo ?? -1)) return this.break('a response that nobody awaits')
    if (hasDataSet(command)) this.incoming = { context, command, gathered: { pieces: [], length: 0 } }
    else this.hand(command)
  }

  /** A response is whole. */
  private hand(command: Command, identifier?: Uint8Array): void {
    const asked = this.asked.get(command.messageIdBeingRespondedTo ?? -1)
    if (!asked) return
    asked.waiting.push({ command, ...(identifier && { identifier }) })
    if (asked.waiting.length === mostWaiting) this.pace(true)
    asked.wake?.()
  }

  private takeRequest(context: AcceptedContext, command: Command): void {
    const messageId = command.messageId ?? 0
    // One at a time, as nothing else was negotiated (PS3.7 §D.3.3.3); the next may come while the last response is on its way.
    if (this.served.has(messageId) || this.served.size > 1) return this.break('requests that were not awaited')
    const queue = new ByteQueue((wait) => this.pace(wait))
    const stop = new AbortController()
    this.served.set(messageId, { stop, queue })
    if (hasDataSet(command)) this.incoming = { context, command, queue }
    else {
      this.upper.watchIdle(false)
      queue.end()
    }
    this.serving = this.serving.then(async () => {
      const respond: Respond = (answer, identifier) => this.sendResponse(context, command, answer, identifier)
      const serve = this.handler ?? ((_request: DimseRequest, answer: Respond) => answer({ status: status.unrecognizedOperation }))
      try {
        await serve({ command, context, dataSet: queue, signal: stop.signal }, respond)
      } catch {
        await respond({ status: status.processingFailure }).catch(() => undefined)
      }
      queue.discard()
      this.served.delete(messageId)
      if (!this.problem && (this.served.size === 0 || this.incoming)) this.upper.watchIdle(true)
    })
  }

  private sendResponse(context: AcceptedContext, asked: Command, answer: Partial<Command> & { readonly status: number }, identifier?: Uint8Array): Promise<void> {
    const { affectedSopClassUid, affectedSopInstanceUid } = asked
    const command: Command = {
      ...(affectedSopClassUid !== undefined && { affectedSopClassUid }),
      ...(asked.commandField === commandField.storeRq && affectedSopInstanceUid !== undefined && { affectedSopInstanceUid }),
      ...answer,
      commandField: asked.commandField | 0x8000,
      messageIdBeingRespondedTo: asked.messageId ?? 0,
    }
    // A peer may send its next request as soon as it has this one's last response.
    if (statusClass(answer.status) !== 'pending') this.served.delete(asked.messageId ?? 0)
    return this.sendMessage(context, command, identifier)
  }

  private cancel(context: AcceptedContext, field: number, messageId: number): void {
    if (!cancellable.includes(field)) return this.abort()
    const late = setTimeout(() => this.abort(), cancelPatienceMs)
    late.unref()
    void this.end.then(() => clearTimeout(late))
    this.sendMessage(context, { commandField: commandField.cancelRq, messageIdBeingRespondedTo: messageId }).catch(() => undefined)
  }

  /** Sends a command and its data set, after what is being sent. */
  private sendMessage(context: AcceptedContext, command: Command, dataSet?: DataSetSource): Promise<void> {
    const sent = this.sending.then(async () => {
      await this.sendFragment(context.id, true, true, encodeCommand(command, dataSet !== undefined))
      if (dataSet !== undefined) await this.sendDataSet(context.id, dataSet)
    })
    this.sending = sent.catch(() => undefined)
    return sent
  }

  private async sendFragment(contextId: number, isCommand: boolean, isLast: boolean, bytes: Uint8Array): Promise<void> {
    if (this.problem) throw this.problem
    if (!this.upper.isOpen) throw new DimseProblem('closed')
    if (!this.upper.sendFragment(contextId, isCommand, isLast, bytes)) await this.upper.drained()
  }

  /** In fragments of even length (PS3.8 annex E), as long as the peer takes them; the last one is known only when the source has ended. */
  private async sendDataSet(contextId: number, dataSet: DataSetSource): Promise<void> {
    const taken = this.peerMaximum === 0 ? longestFragment : Math.min(longestFragment, this.peerMaximum - 6)
    const length = Math.max(2, taken - (taken % 2))
    let held = Buffer.allocUnsafe(length)
    let filled = 0
    for await (const piece of dataSet instanceof Uint8Array ? [dataSet] : dataSet) {
      for (let at = 0; at < piece.length; ) {
        if (filled === length) {
          await this.sendFragment(contextId, false, false, held)
          // The line may still be reading the former.
          held = Buffer.allocUnsafe(length)
          filled = 0
        }
        const part = piece.subarray(at, at + length - filled)
        held.set(part, filled)
        filled += part.length
        at += part.length
      }
    }
    await this.sendFragment(contextId, false, true, held.subarray(0, filled))
  }

  /** Several may want the line to wait; it goes on when none does. */
  private pace(wait: boolean): void {
    this.waits += wait ? 1 : -1
    if (this.waits > 0) this.upper.pause()
    else this.upper.resume()
  }

  /** The peer broke the protocol. */
  private break(detail: string): void {
    this.fault = detail
    this.upper.abort()
  }
}

/** Whether a context of an answer may be used, with what was proposed under its id. */
export const acceptedContexts = (proposed: readonly { readonly id: number; readonly abstractSyntax: string; readonly transferSyntaxes: readonly string[] }[], answered: AssociateAc['contexts']): readonly AcceptedContext[] =>
  answered.flatMap(({ id, result, transferSyntax }) => {
    const asked = proposed.find((each) => each.id === id)
    return asked && result === contextResult.acceptance && asked.transferSyntaxes.includes(transferSyntax) ? [{ id, abstractSyntax: asked.abstractSyntax, transferSyntax }] : []
  })

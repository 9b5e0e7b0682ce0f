import { ackOf, type Ack, BlockReader, parseMessage, writeBlock } from '../../../shared/standards/hl7'
import type { Line, Transport } from '../transports'

/** A virtual analyser that speaks HL7. */
export interface VirtualHl7Analyser {
  /** Sends a message, again whenever no answer comes or the line breaks; resolves with the answer that took it. */
  send(message: Uint8Array): Promise<Ack>
  /** Bytes as they are, for what no analyser should send. */
  sendRaw(bytes: Uint8Array): Promise<void>
  /** Every answer so far, in order. */
  readonly answers: readonly string[]
  close(): Promise<void>
}

/** How it behaves. */
export interface VirtualHl7Options {
  /** How long it waits for its answer before it sends again. */
  readonly replyMs?: number
  /** How long it waits before it connects again. */
  readonly reconnectMs?: number
}

/** Puts a virtual analyser on a line: one message at a time, repeated until AA or CA names it, reconnecting as a real one does. */
export const virtualHl7Analyser = (transport: Transport, { replyMs = 5_000, reconnectMs = 300 }: VirtualHl7Options = {}): VirtualHl7Analyser => {
  const answers: string[] = []
  const queue: { readonly message: Uint8Array; readonly id: string; readonly taken: (ack: Ack) => void }[] = []
  let line: Line | undefined
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  let reader = new BlockReader()

  const sendNext = () => {
    clearTimeout(timer)
    const first = queue[0]
    if (!first || !line || isClosed) return
    void line.write(writeBlock(first.message)).catch(() => undefined)
    timer = setTimeout(sendNext, replyMs)
  }
  const hear = (bytes: Uint8Array) => {
    for (const event of reader.feed(bytes, 0)) {
      if (event.kind !== 'message') continue
      const answer = parseMessage(event.bytes)
      answers.push(answer.toText())
      const ack = ackOf(answer)
      const first = queue[0]
      // A late answer to an earlier message says nothing of this one.
      if (!first || !ack || ack.controlId !== first.id) continue
      if (ack.code[1] !== 'A') continue
      queue.shift()
      first.taken(ack)
      sendNext()
    }
  }
  const open = async (): Promise<void> => {
    if (isClosed) return
    reader = new BlockReader()
    const again = () => {
      line = undefined
      clearTimeout(timer)
      if (!isClosed) timer = setTimeout(() => void open(), reconnectMs)
    }
    try {
      const opened = await transport.open({ bytes: hear, closed: again, joined: sendNext })
      if (isClosed) return await opened.close()
      line = opened
      sendNext()
    } catch {
      again()
    }
  }
  void open()

  return {
    answers,
    send: (message) =>
      new Promise((taken) => {
        queue.push({ message, id: parseMessage(message).controlId, taken })
        if (queue.length === 1) sendNext()
      }),
    sendRaw: async (bytes) => {
      for (let tries = 0; !line && tries < 500; tries++) await new Promise((later) => setTimeout(later, 10))
      await line?.write(bytes)
    },
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await line?.close()
    },
  }
}

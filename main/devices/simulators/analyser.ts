import { Assembler, control, decodeText, Receiver, type ReceiverEffect, Sender, type SenderEffect, type SenderOptions } from '../../../shared/standards/astm'
import type { Line, Transport } from '../transports'

/** A virtual analyser at the far end of a line. */
export interface VirtualAnalyser {
  /** Sends records; resolves when every frame was acknowledged. */
  send(message: Uint8Array): Promise<void>
  /** Messages that it was sent, such as worklists. */
  readonly heard: readonly string[]
  close(): Promise<void>
}

/** Puts a virtual analyser on a line: it sends by the rules of E1381, repeats and waits as a real one does. */
export const virtualAnalyser = async (transport: Transport, options: Partial<SenderOptions> = {}, now: () => number = Date.now): Promise<VirtualAnalyser> => {
  const sender = new Sender({ role: 'instrument', ...options })
  const sent = new Map<number, () => void>()
  let timer: NodeJS.Timeout | undefined
  const opened: { line?: Line } = {}

  const receiver = new Receiver()
  const assembler = new Assembler()
  const heard: string[] = []
  const hear = (effects: readonly ReceiverEffect[]): void => {
    for (const effect of effects) {
      if (effect.do === 'reply') void opened.line?.write(Uint8Array.of(control[effect.with])).catch(() => undefined)
      if (effect.do === 'begin' || effect.do === 'interrupted') assembler.drop()
      if (effect.do !== 'store') continue
      const whole = assembler.add(effect.frame)
      if (whole instanceof Uint8Array) heard.push(decodeText(whole))
      hear(receiver.stored(true, now(), whole !== undefined))
    }
  }
  const listen = (bytes: Uint8Array): void => {
    let at = 0
    while (at < bytes.length && sender.isActive) act(sender.feed(bytes.subarray(at, ++at), now()))
    if (at < bytes.length) hear(receiver.feed(bytes.subarray(at), now()))
  }
  const act = (effects: readonly SenderEffect[]): void => {
    for (const effect of effects) {
      if (effect.do === 'write') void opened.line?.write(effect.bytes).catch(() => undefined)
      if (effect.do === 'sent') {
        sent.get(effect.message)?.()
        sent.delete(effect.message)
      }
    }
    clearTimeout(timer)
    if (sender.deadline !== undefined) timer = setTimeout(() => act(sender.tick(now())), Math.max(0, sender.deadline - now()) + 1)
  }
  opened.line = await transport.open({ bytes: listen, closed: () => clearTimeout(timer) })
  return {
    heard,
    send: (message) =>
      new Promise((done) => {
        const queued = sender.send(message, now())
        sent.set(queued.message, done)
        act(queued.effects)
      }),
    close: async () => {
      clearTimeout(timer)
      await opened.line?.close()
    },
  }
}

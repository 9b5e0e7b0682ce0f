import { Sender, type SenderEffect, type SenderOptions } from '../../../shared/standards/astm'
import type { Line, Transport } from '../transports'

/** A virtual analyser at the far end of a line. */
export interface VirtualAnalyser {
  /** Sends records; resolves when every frame was acknowledged. */
  send(message: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Puts a virtual analyser on a line: it sends by the rules of E1381, repeats and waits as a real one does. */
export const virtualAnalyser = async (transport: Transport, options: Partial<SenderOptions> = {}, now: () => number = Date.now): Promise<VirtualAnalyser> => {
  const sender = new Sender({ role: 'instrument', ...options })
  const sent = new Map<number, () => void>()
  let timer: NodeJS.Timeout | undefined
  const opened: { line?: Line } = {}

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
  opened.line = await transport.open({ bytes: (bytes) => act(sender.feed(bytes, now())), closed: () => clearTimeout(timer) })
  return {
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

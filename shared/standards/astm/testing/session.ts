import { Assembler, control, Receiver, type ReceiverEffect, type ReceiverOptions } from '..'

/** What came of a stream of bytes: what was answered, which messages became whole, what was cut off. */
export interface Outcome {
  readonly replies: readonly string[]
  readonly messages: readonly string[]
  readonly interruptions: readonly string[]
  readonly frames: number
}

/** Feeds a receiver in the given pieces and stores every frame at once, as a driver does. */
export const receive = (pieces: readonly Uint8Array[], options: ReceiverOptions = {}): Outcome => {
  const receiver = new Receiver(options)
  const assembler = new Assembler()
  const replies: string[] = []
  const messages: string[] = []
  const interruptions: string[] = []
  let frames = 0
  const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
  const act = (effects: ReceiverEffect[]): void => {
    for (const effect of effects) {
      switch (effect.do) {
        case 'reply':
          replies.push(effect.with)
          break
        case 'store': {
          frames++
          const whole = assembler.add(effect.frame)
          if (whole instanceof Uint8Array) messages.push(text(whole))
          act(receiver.stored(true, 0, whole instanceof Uint8Array))
          break
        }
        case 'begin':
          assembler.drop()
          break
        case 'end': {
          const rest = assembler.take()
          if (rest && !effect.isAborted) messages.push(text(rest))
          break
        }
        case 'interrupted':
          assembler.drop()
          interruptions.push(effect.why)
      }
    }
  }
  for (const piece of pieces) act(receiver.feed(piece, 0))
  act(receiver.tick(1_000))
  return { replies, messages, interruptions, frames }
}

/** Every byte on its own. */
export const byteByByte = (bytes: Uint8Array): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte))

/** A transfer as it lies in a capture, with the ENQ and EOT that captures often leave out. */
export const asTransfer = (bytes: Uint8Array): Uint8Array => {
  const hasEnq = bytes[0] === control.ENQ
  const hasEot = bytes.at(-1) === control.EOT
  return Uint8Array.from([...(hasEnq ? [] : [control.ENQ]), ...bytes, ...(hasEot ? [] : [control.EOT])])
}

export { mulberry32 as randomFrom } from '../../mulberry32'

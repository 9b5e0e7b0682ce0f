import type { Line, Transport } from '../transports'

/** What is wrong with a line on demand; each happens once, then the line is as a line should be. */
export type LineFault = 'bad-checksum' | 'lost-ack' | 'split' | 'noise' | 'cut-off'

const ACK = 0x06
const blockStart = 0x0b
/** A write of this many bytes is a frame, not a control byte. */
const fewest = 6

/** A line of a virtual device with one fault. */
export const faultyLine = (transport: Transport, fault: LineFault): Transport => {
  let isPending = true
  const once = () => {
    const was = isPending
    isPending = false
    return was
  }
  return {
    open: async (events) => {
      let acks = 0
      /** The first ACK answers ENQ, the second the first frame. */
      const isLost = (byte: number) => fault === 'lost-ack' && byte === ACK && ++acks === 2
      const line = await transport.open({
        ...events,
        bytes: (bytes) => {
          // An answer of HL7 is a block of its own.
          if (fault === 'lost-ack' && bytes.includes(blockStart) && once()) return
          events.bytes(bytes.filter((byte) => !isLost(byte)))
        },
      })
      const write: Line['write'] = async (bytes) => {
        if (bytes.length < fewest || fault === 'lost-ack' || !once()) return line.write(bytes)
        switch (fault) {
          case 'bad-checksum':
            return line.write(Uint8Array.from(bytes, (byte, at) => (at === bytes.length >> 1 ? byte ^ 0x01 : byte)))
          case 'split':
            for (const byte of bytes) {
              await line.write(Uint8Array.of(byte))
              await new Promise((later) => setTimeout(later, 2))
            }
            return
          case 'noise':
            await line.write(Uint8Array.from({ length: 20 }, (_, at) => (at * 73 + 0x41) & 0x7f || 0x20).filter((byte) => byte >= 0x20))
            return line.write(bytes)
          case 'cut-off':
            return line.write(bytes.subarray(0, bytes.length >> 1))
        }
      }
      return { path: line.path, ...(line.isListening ? { isListening: true } : {}), write, close: () => line.close() }
    },
  }
}

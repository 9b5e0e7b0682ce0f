import { SerialPort } from 'serialport'

const control = { enq: 0x05, stx: 0x02, eot: 0x04, ack: 0x06, lf: 0x0a }
const answerMs = 15_000

/** The frames of a recorded transfer: from STX to the line feed after the checksum, or to the next STX. */
const framesOf = (bytes: Uint8Array): Uint8Array[] => {
  const starts = [...bytes.keys()].filter((at) => bytes[at] === control.stx)
  return starts.map((start, index) => {
    const next = starts[index + 1] ?? bytes.length
    return bytes.subarray(start, next).filter((byte) => byte !== control.enq && byte !== control.eot)
  })
}

/** Plays a recorded transfer as the analyser would: ENQ, each frame after the ACK of the last, EOT. Answers how many frames were acknowledged. */
export const playCapture = async (path: string, bytes: Uint8Array): Promise<number> => {
  const port = new SerialPort({ path, baudRate: 9600, autoOpen: false })
  await new Promise<void>((opened, failed) => port.open((error) => (error ? failed(error) : opened())))
  const heard: number[] = []
  let tell: (() => void) | undefined
  port.on('data', (chunk: Buffer) => {
    heard.push(...chunk)
    tell?.()
  })
  const answer = () =>
    new Promise<number>((done, failed) => {
      const timer = setTimeout(() => failed(new Error('nobody answered the analyser')), answerMs)
      const look = () => {
        const byte = heard.shift()
        if (byte === undefined) return
        clearTimeout(timer)
        tell = undefined
        done(byte)
      }
      tell = look
      look()
    })
  const write = (data: Uint8Array | number[]) => new Promise<void>((written) => port.write(Buffer.from(data), () => port.drain(() => written())))
  try {
    let acknowledged = 0
    await write([control.enq])
    if ((await answer()) !== control.ack) throw new Error('the transfer was refused')
    for (const frame of framesOf(bytes)) {
      await write(frame)
      if ((await answer()) === control.ack) acknowledged++
    }
    await write([control.eot])
    return acknowledged
  } finally {
    await new Promise<void>((closed) => port.close(() => closed()))
  }
}

import { say } from '../../../build/ground.mjs'
import { bloodCount, pseudoTerminals, serialTransport } from '../../../main/devices'
import { control, encodeFrame, framesOf } from '../../../shared/standards/astm'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { benchDevice, startBenchHost } from './host'

/** Establishments that are measured, and blood counts whose frames are. */
const enquiries = 600
const counts = 60

const percentile = (waits: readonly number[], share: number) => Math.round(waits.toSorted((one, other) => one - other)[Math.min(waits.length - 1, Math.floor(waits.length * share))]! * 100) / 100

/** How long an analyser on a pseudo-terminal waits: for the answer to ENQ, and for that to a frame, which is on disk (fsync) by then. */
export const measureSerial = async () => {
  const pair = await pseudoTerminals()
  if (!pair) throw new Error('socat is needed for pseudo-terminals')
  const host = await startBenchHost()
  const device = benchDevice('counter', 'sysmex-xn', pair.near)
  let captured = 0
  host.onCapture(() => captured++)
  const heard: number[] = []
  let wake: () => void = () => undefined
  const line = await serialTransport(pair.far, device.serial).open({
    bytes: (bytes) => {
      heard.push(...bytes)
      wake()
    },
    closed: () => undefined,
  })
  /** Sends and waits for one byte; milliseconds. */
  const answered = async (bytes: Uint8Array): Promise<number> => {
    const at = performance.now()
    await line.write(bytes)
    while (heard.length === 0) await new Promise<void>((woken) => (wake = woken))
    const took = performance.now() - at
    const answer = heard.shift()
    if (answer !== control.ACK) throw new Error(`answered ${answer} in place of ACK`)
    return took
  }
  const byte = (code: number) => Uint8Array.of(code)
  try {
    await host.open([device])
    const random = randomFrom(20_261_121)
    const asked: number[] = []
    const framed: number[] = []
    for (let number = 0; number < 50; number++) {
      await answered(byte(control.ENQ))
      await line.write(byte(control.EOT))
    }
    for (let number = 0; number < enquiries; number++) {
      asked.push(await answered(byte(control.ENQ)))
      await line.write(byte(control.EOT))
    }
    for (let number = 0; number < counts; number++) {
      asked.push(await answered(byte(control.ENQ)))
      for (const frame of framesOf(bloodCount(`A26${number}`, new Date(), random), 'record-per-frame', 240)) framed.push(await answered(encodeFrame(frame)))
      await line.write(byte(control.EOT))
    }
    const end = Date.now() + 5_000
    while (captured < counts && Date.now() < end) await new Promise((later) => setTimeout(later, 20))
    if (captured !== counts) throw new Error(`${captured} messages arrived of ${counts}`)
    const figures = {
      ack_p50_ms: percentile(asked, 0.5), ack_p99_ms: percentile(asked, 0.99),
      frame_ack_p50_ms: percentile(framed, 0.5), frame_ack_p99_ms: percentile(framed, 0.99), frames: framed.length,
    }
    say(`bench devices: pseudo-terminal: ENQ→ACK median ${figures.ack_p50_ms} ms, p99 ${figures.ack_p99_ms} ms; frame→ACK with fsync median ${figures.frame_ack_p50_ms} ms, p99 ${figures.frame_ack_p99_ms} ms`)
    return { figures }
  } finally {
    await line.close()
    await host.close()
    await pair.close()
  }
}

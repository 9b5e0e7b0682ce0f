import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDeviceStation, memoryLinks, mindrayCount, networkTransport, type ToDesk, type ToStation, virtualHl7Analyser } from '../../../main/devices'
import { say } from '../../../build/ground.mjs'

const perSecond = 50
const seconds = 10

const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })

/** Blood counts over a real socket at a steady pace, each acknowledged after its bytes are on disk (fsync). */
export const measureMllp = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-bench-mllp-'))
  const port = await freePort()
  const station = createDeviceStation()
  const [desk, far] = memoryLinks<ToStation, ToDesk>()
  station.attach(far as never)
  let captured = 0
  const isListening = new Promise<void>((heard) =>
    desk.onMessage((message) => {
      if (message.kind === 'condition' && message.condition.problem === 'not-connected') heard()
      if (message.kind !== 'captured') return
      captured++
      desk.send({ kind: 'stored', capture: message.capture.id })
    }),
  )
  const device = { id: 'counter', name: 'Blood counter', profile: 'mindray-bc', path: `listen://127.0.0.1:${port}`, place: '', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }, simulated: false } as const
  desk.send({ kind: 'open', folder, journalKey: new Uint8Array(32).fill(9), devices: [device], training: false })
  await isListening
  const analyser = virtualHl7Analyser(networkTransport(`tcp://127.0.0.1:${port}`))
  const waits: number[] = []
  try {
    await analyser.send(mindrayCount('A0', new Date(), Math.random))
    const began = performance.now()
    const sending: Promise<void>[] = []
    for (let number = 0; number < perSecond * seconds; number++) {
      const due = began + (number * 1_000) / perSecond
      await new Promise((later) => setTimeout(later, Math.max(0, due - performance.now())))
      const at = performance.now()
      sending.push(analyser.send(mindrayCount(`A${number}`, new Date(), Math.random)).then(() => void waits.push(performance.now() - at)))
    }
    await Promise.all(sending)
    const took = (performance.now() - began) / 1_000
    waits.sort((one, other) => one - other)
    const at = (share: number) => Math.round(waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]! * 100) / 100
    if (captured !== perSecond * seconds + 1) throw new Error(`${captured} messages arrived of ${perSecond * seconds + 1}`)
    say(`bench devices: ${perSecond} HL7 messages/s for ${seconds} s: ACK median ${at(0.5)} ms, p99 ${at(0.99)} ms`)
    return { figures: { mllp_messages_per_s: Math.round((perSecond * seconds) / took), mllp_ack_median_ms: at(0.5), mllp_ack_p99_ms: at(0.99), mllp_lost: 0 } }
  } finally {
    await analyser.close()
    await station.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

import { say } from '../../../build/ground.mjs'
import { bloodCount, mindrayCount, profileOf, pseudoTerminals, serialTransport, simulatedMessage, virtualAnalyser, type PseudoTerminals, type Transport } from '../../../main/devices'
import { writeBlock } from '../../../shared/standards/hl7'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { benchDevice, startBenchHost } from './host'

const ports = 16
/** What a line of 115,200 baud carries. */
const bytesPerSecond = 11_520
const seconds = 60
/** How often bytes that are due are put on a line. */
const tickMs = 25
/** What a line may catch up of the time in which its device waited for an answer: so that it carries as much as one that never waits. */
const creditMs = 250

const random = randomFrom(20_261_121)
const wait = (ms: number) => new Promise<void>((later) => setTimeout(later, ms))

/** A line as fast as a real one: bytes go out when they are due, whatever is written. */
const paced = (transport: Transport) => {
  let carried = 0
  const line: Transport = {
    open: async (events) => {
      const under = await transport.open(events)
      let turn: Promise<void> = Promise.resolve()
      /** When the line is free again. */
      let freeAt = 0
      return {
        path: under.path,
        write: (bytes) => {
          const copy = bytes.slice()
          turn = turn.then(async () => {
            for (let at = 0; at < copy.length; ) {
              const now = performance.now()
              freeAt = Math.max(freeAt, now - creditMs)
              const due = Math.max(1, Math.floor(((now - freeAt) * bytesPerSecond) / 1_000))
              const piece = copy.subarray(at, at + due)
              at += piece.length
              freeAt += (piece.length * 1_000) / bytesPerSecond
              carried += piece.length
              await under.write(piece)
              if (at < copy.length) await wait(Math.min(tickMs, 1 + ((copy.length - at) * 1_000) / bytesPerSecond))
            }
            // The last byte has to get there too.
            await wait(Math.max(0, freeAt - performance.now()))
          })
          return turn
        },
        close: () => under.close(),
      }
    },
  }
  return { line, get carried() { return carried } }
}

/**
 * Sixteen lines at once, each as full as 115,200 baud allow: ASTM that waits for every ACK, HL7 blocks, and printed pages that nobody
 * acknowledges. Every message must be captured; the device host's processor time is its own process's.
 */
export const measurePorts = async () => {
  const pairs: PseudoTerminals[] = []
  const host = await startBenchHost()
  const stops: (() => Promise<void>)[] = []
  try {
    for (let port = 0; port < ports; port++) {
      const pair = await pseudoTerminals()
      if (!pair) throw new Error('socat is needed for pseudo-terminals')
      pairs.push(pair)
    }
    const captured = new Map<string, number>()
    host.onCapture(({ device }) => captured.set(device, (captured.get(device) ?? 0) + 1))
    const profiles = ['sysmex-xn', 'mindray-bc', 'spotchem-el'] as const
    const devices = pairs.map((pair, port) => benchDevice(`port-${port}`, profiles[port % 3]!, pair.near))
    await host.open(devices)
    const before = await host.usage()
    const began = performance.now()
    const isOver = () => performance.now() - began > seconds * 1_000
    const sent = new Map<string, number>()
    const lines: { readonly carried: number }[] = []
    const count = (device: string) => sent.set(device, (sent.get(device) ?? 0) + 1)
    const play = async (device: (typeof devices)[number], far: string) => {
      const line = paced(serialTransport(far, device.serial))
      lines.push(line)
      const name = () => `A26${device.id.slice(5)}-${sent.get(device.id) ?? 0}`
      if (device.profile === 'sysmex-xn') {
        const analyser = await virtualAnalyser(line.line, { framing: 'message-in-frames', maxText: 1_000 })
        stops.push(() => analyser.close())
        while (!isOver()) {
          await analyser.send(bloodCount(name(), new Date(), random))
          count(device.id)
        }
        return
      }
      const opened = await line.line.open({ bytes: () => undefined, closed: () => undefined })
      stops.push(() => opened.close())
      const printer = profileOf('spotchem-el')!
      while (!isOver()) {
        if (device.profile === 'mindray-bc') await opened.write(writeBlock(mindrayCount(name(), new Date(), random)))
        else if (printer.category === 'analyser') await opened.write(simulatedMessage(printer, { accession: name(), at: new Date(), random }))
        count(device.id)
      }
    }
    await Promise.all(devices.map((device, port) => play(device, pairs[port]!.far)))
    const took = (performance.now() - began) / 1_000
    const after = await host.usage()
    await wait(2_000)
    const lost = devices.reduce((sum, { id }) => sum + (sent.get(id) ?? 0) - (captured.get(id) ?? 0), 0)
    const figures = {
      ports, ports_bytes_per_s: Math.round(lines.reduce((sum, { carried }) => sum + carried, 0) / took / ports), ports_messages: [...sent.values()].reduce((sum, each) => sum + each, 0), ports_lost: lost,
      device_host_cpu_percent: Math.round((after.cpuMs / 10 - before.cpuMs / 10) / took * 10) / 10, device_host_rss_mb: Math.round(after.rss / 2 ** 20),
    }
    say(`bench devices: ${ports} ports at ${figures.ports_bytes_per_s} bytes/s each for ${Math.round(took)} s: ${figures.ports_messages} messages, ${lost} lost, device host at ${figures.device_host_cpu_percent} % of one core`)
    if (lost !== 0) throw new Error(`${lost} messages were lost`)
    return { figures }
  } finally {
    for (const stop of stops) await stop()
    await host.close()
    for (const pair of pairs) await pair.close()
  }
}

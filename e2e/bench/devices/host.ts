import { build } from 'esbuild'
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../build/ground.mjs'
import type { Capture, PairedDevice, ToDesk, ToStation } from '../../../main/devices'

/** A device host in a process of its own, with the practice host's side played here. */
export interface BenchHost {
  /** Resolves when every device's line is open. */
  open(devices: readonly PairedDevice[]): Promise<void>
  /** Called with each capture; it is answered as stored. */
  onCapture(listener: (capture: Capture) => void): void
  /** Processor time so far, milliseconds, and memory, bytes. */
  usage(): Promise<{ readonly cpuMs: number; readonly rss: number }>
  close(): Promise<void>
}

interface Usage {
  readonly bench: 'cpu'
  /** Microseconds. */
  readonly user: number
  readonly system: number
  readonly rss: number
}

/** Settings of a device of a bench. */
export const benchDevice = (id: string, profile: string, path: string): PairedDevice => ({ id, name: id, profile, path, place: '', serial: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 }, simulated: false })

/** Starts it. */
export const startBenchHost = async (): Promise<BenchHost> => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-bench-devices-'))
  const file = join(folder, 'host.cjs')
  await build({ absWorkingDir: root, entryPoints: ['e2e/bench/devices/hostProcess.ts'], outfile: file, bundle: true, platform: 'node', format: 'cjs', target: 'node18', external: ['serialport'], logLevel: 'error' })
  const child = fork(file, [], { serialization: 'advanced', env: { ...process.env, NODE_PATH: join(root, 'node_modules') }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const send = (message: ToStation) => void child.send(message)
  const openLines = new Set<string>()
  let captured: (capture: Capture) => void = () => undefined
  let changed: () => void = () => undefined
  let counted: (usage: Usage) => void = () => undefined
  child.on('message', (message: ToDesk | Usage) => {
    if ('bench' in message) return counted(message)
    if (message.kind === 'condition' && message.condition.state === 'open') openLines.add(message.condition.device)
    if (message.kind === 'condition') changed()
    if (message.kind !== 'captured') return
    captured(message.capture)
    send({ kind: 'stored', capture: message.capture.id })
  })
  return {
    open: (devices) =>
      new Promise((opened) => {
        changed = () => openLines.size === devices.length && opened()
        send({ kind: 'open', folder: join(folder, 'journal'), journalKey: new Uint8Array(32).fill(9), devices, training: false })
      }),
    onCapture: (listener) => {
      captured = listener
    },
    usage: () =>
      new Promise((answered) => {
        counted = ({ user, system, rss }) => answered({ cpuMs: (user + system) / 1_000, rss })
        child.send({ bench: 'cpu' })
      }),
    close: async () => {
      const gone = new Promise((done) => child.once('exit', done))
      child.kill()
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

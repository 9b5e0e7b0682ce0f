import { build } from 'esbuild'
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FromDicomHost, ToDicomHost } from '../../../main/dicom-host'
import { writePhantom } from '../../../main/imaging'
import { root, say } from '../../../build/ground.mjs'

const slices = 300
const rounds = 9
const environment = { ...process.env, TCP_NODELAY: '1' }

const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })
const isUp = async (port: number): Promise<void> => {
  for (let look = 0; look < 200; look += 1) {
    const answered = await new Promise<boolean>((tell) => {
      const socket = connect({ host: '127.0.0.1', port }, () => tell(true)).once('error', () => tell(false))
      setTimeout(() => socket.destroy(), 50)
    })
    if (answered) return
    await new Promise((later) => setTimeout(later, 25))
  }
  throw new Error('nobody listens')
}
const median = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

/** Sends the folder and answers images a second. */
const sendTo = (port: number, folder: string): Promise<number> =>
  new Promise((done, failed) => {
    const began = performance.now()
    execFile('storescu', ['-aec', 'OUTPOST', '-aet', 'BENCH', '-R', '+sd', '+r', '127.0.0.1', String(port), folder], { env: environment }, (error) => (error ? failed(error) : done((slices * 1000) / (performance.now() - began))))
  })

const stopped = (child: ChildProcess) => new Promise<void>((gone) => {
  child.once('exit', () => gone())
  child.kill()
})

interface Receiver {
  send(): Promise<number>
  close(): Promise<number>
}

const dcmtkReceiver = async (folder: string, images: string): Promise<Receiver> => {
  const into = join(folder, 'storescp')
  const port = await freePort()
  mkdirSync(into)
  const child = spawn('storescp', ['-od', into, String(port)], { env: environment, stdio: 'ignore' })
  await isUp(port)
  return {
    send: async () => {
      const rate = await sendTo(port, images)
      if (readdirSync(into).length !== slices) throw new Error('storescp has not all of them')
      rmSync(into, { recursive: true })
      mkdirSync(into)
      return rate
    },
    close: async () => {
      await stopped(child)
      return 0
    },
  }
}

const ourReceiver = async (folder: string, images: string): Promise<Receiver> => {
  const file = join(folder, 'receiver.cjs')
  await build({ absWorkingDir: root, entryPoints: ['e2e/bench/imaging/receiver.ts'], outfile: file, bundle: true, platform: 'node', format: 'cjs', target: 'node18', logLevel: 'error' })
  const child = fork(file, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const say = (message: ToDicomHost) => void child.send(message)
  const port = await freePort()
  const received: Extract<FromDicomHost, { kind: 'received' }>['entry'][] = []
  const isListening = new Promise<void>((heard, failed) =>
    child.on('message', (message: FromDicomHost) => {
      if (message.kind === 'listening') heard()
      if (message.kind === 'failed') failed(new Error(message.why))
      if (message.kind === 'received') received.push(message.entry)
    }))
  const callers = [{ aeTitle: 'BENCH', host: '127.0.0.1', mayStore: true, mayReadWorklist: false }]
  say({ kind: 'open', folder: join(folder, 'spool'), keys: [new Uint8Array(32).fill(3)], callers, slotsAhead: slices, listener: { aeTitle: 'OUTPOST', port } })
  await isListening
  // The slots that are written ahead are there before a modality is switched on in the morning.
  for (let look = 0; look < 600 && readdirSync(join(folder, 'spool')).length < slices; look += 1) await new Promise((later) => setTimeout(later, 50))
  const peakMb = () => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  return {
    send: async () => {
      const rate = await sendTo(port, images)
      if (received.length !== slices) throw new Error(`${received.length} of ${slices} arrived`)
      for (const { slot, note } of received.splice(0)) say({ kind: 'taken', slot, receivedAt: note.receivedAt })
      await new Promise((later) => setTimeout(later, 300))
      return rate
    },
    close: async () => {
      const peak = peakMb()
      await stopped(child)
      return peak
    },
  }
}

/** 300 CT slices over one association, each on disk before its sender is told, beside dcmtk's storescp, which leaves that to the system. */
export const measureReceive = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-bench-receive-'))
  try {
    const images = join(folder, 'images')
    await writePhantom(images, { patient: { number: 'B-1', family: 'Bench', given: 'Bo' }, slices, size: 512 })
    const [theirs, ours] = [await dcmtkReceiver(folder, images), await ourReceiver(folder, images)]
    const rates: { readonly theirs: number[]; readonly ours: number[] } = { theirs: [], ours: [] }
    // The first round warms both.
    for (let round = 0; round <= rounds; round += 1) {
      const [one, other] = [await theirs.send(), await ours.send()]
      if (round === 0) continue
      rates.theirs.push(one)
      rates.ours.push(other)
    }
    await theirs.close()
    const rss = await ours.close()
    const [dcmtk, outpost] = [Math.round(median(rates.theirs)), Math.round(median(rates.ours))]
    const ratio = Math.round(median(rates.ours.map((rate, round) => rate / (rates.theirs[round] ?? rate))) * 100) / 100
    say(`bench imaging: 300 CT slices received: ${outpost} a second (${rates.ours.map(Math.round).join(', ')}), storescp ${dcmtk} (${rates.theirs.map(Math.round).join(', ')}), ${rss} MB`)
    return { figures: { receive_images_per_s: outpost, receive_dcmtk_images_per_s: dcmtk, receive_rss_mb: rss }, ratios: { receive_vs_dcmtk: ratio } }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root, say } from '../../build/ground.mjs'
import { openServerUnderLoad, type ServerUnderLoad } from './centre/serverUnderLoad'

/*
 * `npm run bench -- centre --json`: fifty workstations on one practice. Each is the real thing (encrypted replica, feed, merge), ten processes of five
 * (RxDB opens thirteen collections a process). They fetch a practice, wait, and then write at once; what the server holds open, how long it takes until
 * all fifty say the same, and what that costs the server is counted. The server is the hub, or the CouchDB of `COUCHDB_URL`.
 */
const workstations = 50
const perProcess = 5
const patients = 500
const edits = 1_000

interface Report {
  readonly records: number
  readonly waiting: number
  readonly digest: string
}

interface Ward {
  tell(order: object): void
  /** What the process said last of each of its workstations. */
  readonly reports: readonly Report[]
  close(): Promise<void>
}

const openWard = (program: string, task: object): Ward => {
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  let reports: Report[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => (reports = JSON.parse(line) as Report[]))
  const tell = (order: object) => child.stdin?.write(`${JSON.stringify(order)}\n`)
  tell(task)
  return {
    tell,
    get reports() {
      return reports
    },
    close: () =>
      new Promise((resolve) => {
        child.on('exit', () => resolve())
        child.stdin?.end()
        setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
      }),
  }
}

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms))

/** Waits until all workstations say the same, and how many records; answers the milliseconds it took. */
const converged = async (wards: readonly Ward[], records: number, limitMs: number): Promise<number> => {
  const from = Date.now()
  for (;;) {
    const reports = wards.flatMap((ward) => ward.reports)
    const isDone = reports.length === workstations && reports.every((each) => each.records === records && each.waiting === 0 && each.digest === reports[0]?.digest)
    if (isDone) return Date.now() - from
    if (Date.now() - from > limitMs) throw new Error(`not the same after ${limitMs} ms: ${JSON.stringify(reports.map(({ records: count, waiting }) => [count, waiting]))}`)
    await pause(100)
  }
}

const bundleWorkstation = async (folder: string): Promise<string> => {
  const { build } = await import('esbuild')
  const program = join(folder, 'workstations.cjs')
  await build({ entryPoints: [join(root, 'e2e/bench/centre/workstations.ts')], outfile: program, bundle: true, platform: 'node', target: 'node18', format: 'cjs', external: ['libsql'], logLevel: 'error' })
  return program
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const perSecond = (count: number, ms: number) => Math.round((count / ms) * 1000)

export default async function measure() {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'centre-'))
  let server: ServerUnderLoad | undefined
  const wards: Ward[] = []
  try {
    server = await openServerUnderLoad(folder, workstations)
    const program = await bundleWorkstation(folder)
    say(`server: ${server.name}; fifty workstations fetch ${patients} patients`)
    const empty = server.usage()
    const opened = Date.now()
    for (let first = 0; first < workstations; first += perProcess) {
      wards.push(openWard(program, { folder: join(folder, `ward-${first}`), practice: server.practice, first, accounts: server.accounts.slice(first, first + perProcess) }))
    }
    while (wards.some(({ reports }) => reports.length < perProcess)) await pause(100)
    wards[0]?.tell({ add: patients })
    await converged(wards, patients, 180_000)
    const firstMs = Date.now() - opened

    await pause(5_000)
    const idleFrom = server.usage()
    const held: number[] = []
    for (let second = 0; second < 15; second++) {
      await pause(1_000)
      held.push(server.sockets())
    }
    const idleTo = server.usage()
    const heldSockets = median(held)

    const before = server.usage()
    for (const ward of wards) ward.tell({ add: edits / workstations / 2, revise: edits / workstations / 2 })
    const from = Date.now()
    // Nobody is done before everybody has begun.
    await pause(300)
    await converged(wards, patients + edits / 2, 240_000)
    const burstMs = Date.now() - from
    const after = server.usage()
    const during = server.peakSockets()
    const figures = {
      server: server.name,
      workstations,
      heldSockets,
      mostSockets: during,
      firstFetchMs: firstMs,
      burstEdits: edits,
      burstMs,
      burstServerCpuMs: after.cpuMs - before.cpuMs,
      serverCpuMsPerEdit: (after.cpuMs - before.cpuMs) / edits,
      serverCpuMsPerDelivery: (after.cpuMs - before.cpuMs) / (edits * workstations),
      deliveriesPerSecond: perSecond(edits * workstations, burstMs),
      idleServerCpuPercent: ((idleTo.cpuMs - idleFrom.cpuMs) / 15_000) * 100,
      serverMemoryMb: Math.round(after.memoryMb),
      serverMemoryEmptyMb: Math.round(empty.memoryMb),
      serverMemoryIdleMb: Math.round(idleTo.memoryMb),
    }
    return { figures, ratios: { sockets_per_workstation: heldSockets / workstations, burst_ms_per_edit: burstMs / edits } }
  } finally {
    for (const ward of wards) await ward.close()
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

import { fork, type ChildProcess } from 'node:child_process'
import { createCipheriv, createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, say } from '../../build/ground.mjs'
import { openLine, type TestLine } from '../../main/blobs/testing/line'
import { phantomFiles } from '../../main/imaging'
import type { PracticeName } from '../../shared/contract'
import { mulberry32 } from '../../shared/standards/mulberry32'
import type { Order, Report } from './files/program'

/**
 * `npm run soak -- files [--megabytes 300] [--cuts 5] [--speed 6000] [--seed 20261121]`: a study goes from one workstation to another over
 * a hub, each a process of its own, over lines of so many kB a second that are cut so often each way; records are written all the time. Fails
 * unless the study is there with equal SHA-256, and unless records took, at the median, at most twice as long as without it.
 */
export default async function soak({ megabytes = 300, cuts = 5, speed = 6_000, seed = 20_261_121 }: Readonly<Record<string, number>>) {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-files-'))
  const program = await bundled()
  const processes: Player[] = []
  const start = (name: string) => {
    const player = play(program.file, name)
    processes.push(player)
    return player
  }
  const lines: TestLine[] = []
  const startedAt = Date.now()
  try {
    const practice: PracticeName = { id: '01S0AKF11ESPRACT1CE0000000', name: 'Hill Clinic', training: false }
    const hub = start('hub')
    hub.order({ do: 'hub', folder: join(folder, 'hub'), practice, password: 'a good password' })
    const { url = '' } = await hub.heard('ready')
    const random = mulberry32(seed)
    const [a, b] = await Promise.all(
      ['A', 'B'].map(async (prefix) => {
        const line = await openLine(url, speed * 1000)
        lines.push(line)
        const station = start(prefix)
        const data = join(folder, prefix)
        mkdirSync(data)
        station.order({ do: 'station', prefix, folder: data, practice, address: { url: line.url, user: 'clinic', password: 'a good password' } })
        await station.heard('ready')
        return { station, line }
      }),
    ) as [Side, Side]

    const disc = join(folder, 'disc')
    writeStudy(disc, Math.max(1, Math.round(megabytes / 0.525)), seed)
    say(`the study is written, ${seconds(startedAt)}`)
    const latency = latencyBetween(a.station, b.station)

    const quiet = await latency.measure(10_000)
    say(`without files: ${summary(quiet)}`)

    a.station.order({ do: 'import', folder: disc, patientNumber: 'A-000042' })
    const study = await a.station.heard('imported', 600_000)
    say(`${study.files} images, ${Math.round(study.bytes / 1e6)} MB imported, ${seconds(startedAt)}`)

    const sending = latency.begin()
    const sendBegan = Date.now()
    const up = cutAtRandom(a.line, cuts, study.bytes, random)
    await a.station.until(({ left }) => left === 0, 900_000)
    const whileSending = await sending.end()
    const sentIn = Date.now() - sendBegan
    say(`sent in ${Math.round(sentIn / 1000)} s, ${up.count()} cuts, ${Math.round(a.line.up / 1e6)} MB on the line; records meanwhile: ${summary(whileSending)}`)

    const fetching = latency.begin()
    const fetchBegan = Date.now()
    const down = cutAtRandom(b.line, cuts, study.bytes, random)
    b.station.order({ do: 'fetch', set: study.set })
    await b.station.until(({ state }) => state === 'done' || state === 'failed', 900_000)
    const whileFetching = await fetching.end()
    const fetchedIn = Date.now() - fetchBegan
    say(`fetched in ${Math.round(fetchedIn / 1000)} s, ${down.count()} cuts, ${Math.round(b.line.down / 1e6)} MB on the line; records meanwhile: ${summary(whileFetching)}`)

    const digests = await Promise.all([a, b].map(async ({ station }) => {
      station.order({ do: 'digest', set: study.set })
      return station.heard('digest', 120_000)
    }))
    const isSame = digests[0]?.sha256 === digests[1]?.sha256 && digests[0]?.files === digests[1]?.files && (digests[0]?.files ?? 0) > 0
    const [before, sent, fetched] = [quiet, whileSending, whileFetching].map(median) as [number, number, number]
    const figures = {
      megabytes: Math.round(study.bytes / 1e5) / 10, images: study.files, kilobytesPerSecond: speed, cutsUp: up.count(), cutsDown: down.count(), seed,
      sentSeconds: Math.round(sentIn / 100) / 10, fetchedSeconds: Math.round(fetchedIn / 100) / 10,
      wireUpMegabytes: Math.round(a.line.up / 1e5) / 10, wireDownMegabytes: Math.round(b.line.down / 1e5) / 10,
      recordMedianMs: before, recordMedianWhileSendingMs: sent, recordMedianWhileFetchingMs: fetched,
      recordP95Ms: quantile(quiet, 0.95), recordP95WhileSendingMs: quantile(whileSending, 0.95), recordP95WhileFetchingMs: quantile(whileFetching, 0.95),
      records: quiet.length + whileSending.length + whileFetching.length,
      'ratio sending': round(sent / before), 'ratio fetching': round(fetched / before), sameSha256: isSame ? 1 : 0,
      seconds: Math.round((Date.now() - startedAt) / 1000),
    }
    const problems = [
      ...(isSame ? [] : ['the study is not the same on both workstations']),
      ...(up.count() < cuts || down.count() < cuts ? ['the lines were cut less often than asked for'] : []),
      ...(Math.max(sent, fetched) <= 2 * before ? [] : ['records took more than twice as long']),
      ...processes.flatMap(({ problems: each }) => each),
    ]
    return problems.length === 0 ? { figures } : { figures, failure: problems.join('; ') }
  } finally {
    for (const line of lines) line.close()
    for (const each of processes) each.stop()
    program.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Side {
  readonly station: Player
  readonly line: TestLine
}

const edge = 512

/** A study whose pixels are noise, so that nothing is gained by compressing it. */
const writeStudy = (folder: string, slices: number, seed: number): void => {
  mkdirSync(folder)
  const noise = createCipheriv('aes-128-ctr', createHash('sha256').update(String(seed)).digest().subarray(0, 16), Buffer.alloc(16))
  let number = 0
  for (const { bytes } of phantomFiles({ patient: { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada' }, slices, size: edge })) {
    const pixels = 2 * edge * edge
    number += 1
    writeFileSync(join(folder, `IM${number}`), Buffer.concat([bytes.subarray(0, bytes.length - pixels), noise.update(Buffer.alloc(pixels))]))
  }
}

const seconds = (since: number) => `${Math.round((Date.now() - since) / 1000)} s`
const round = (value: number) => Math.round(value * 100) / 100
const quantile = (values: readonly number[], at: number): number => [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * at))] ?? 0
const median = (values: readonly number[]) => quantile(values, 0.5)
const summary = (values: readonly number[]) => `median ${median(values)} ms, p95 ${quantile(values, 0.95)} ms of ${values.length}`

/** Cuts a line at random moments of what it has to carry. */
const cutAtRandom = (line: TestLine, cuts: number, bytes: number, random: () => number) => {
  const from = line.cuts
  const next = () => line.cutAfter(Math.round(((bytes * 0.6) / Math.max(1, cuts)) * (0.5 + random())))
  if (cuts > 0) next()
  let seen = line.cuts
  const timer = setInterval(() => {
    if (line.cuts > seen) {
      seen = line.cuts
      if (line.cuts - from < cuts) next()
    }
  }, 20)
  timer.unref()
  return { count: () => line.cuts - from }
}

/** How long a record takes from one workstation to a query on the other. */
const latencyBetween = (from: Player, to: Player) => {
  let count = 0
  const one = async (): Promise<number> => {
    const name = `Record ${(count += 1)}`
    const arrived = to.record(name)
    const begun = Date.now()
    from.order({ do: 'write', name })
    return (await arrived) - begun
  }
  const begin = () => {
    const taken: number[] = []
    let stopped = false
    const running = (async () => {
      while (!stopped) {
        taken.push(await one())
        await new Promise((next) => setTimeout(next, 150))
      }
    })()
    return {
      end: async () => {
        stopped = true
        await running
        return taken
      },
    }
  }
  return {
    begin,
    measure: async (ms: number) => {
      const some = begin()
      await new Promise((next) => setTimeout(next, ms))
      return some.end()
    },
  }
}

/** A process of its own. */
interface Player {
  readonly problems: string[]
  order(order: Order): void
  heard<Say extends Report['say']>(what: Say, ms?: number): Promise<Extract<Report, { say: Say }>>
  until(holds: (files: Extract<Report, { say: 'files' }>) => boolean, ms: number): Promise<void>
  /** When a record of this name could be read there, milliseconds since 1970. */
  record(name: string): Promise<number>
  stop(): void
}

const play = (file: string, name: string): Player => {
  const child: ChildProcess = fork(file, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const listeners = new Set<(report: Report) => void>()
  const problems: string[] = []
  child.on('message', (message) => {
    const report = message as Report
    if (report.say === 'problem') problems.push(`${name}: ${report.text}`)
    for (const listener of listeners) listener(report)
  })
  const wait = <Value>(pick: (report: Report) => Value | undefined, ms: number, what: string): Promise<Value> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(listener)
        reject(new Error(`${name}: waited in vain for ${what}; ${problems.join('; ')}`))
      }, ms)
      const listener = (report: Report) => {
        const picked = pick(report)
        if (picked === undefined) return
        clearTimeout(timer)
        listeners.delete(listener)
        resolve(picked)
      }
      listeners.add(listener)
    })
  return {
    problems,
    order: (order) => void child.send(order),
    heard: <Say extends Report['say']>(what: Say, ms = 30_000) => wait((report) => (report.say === what ? (report as Extract<Report, { say: Say }>) : undefined), ms, what),
    until: async (holds, ms) => void (await wait((report) => (report.say === 'files' && holds(report) ? true : undefined), ms, 'files')),
    record: (wanted) => wait((report) => (report.say === 'record' && report.name === wanted ? report.at : undefined), 120_000, wanted),
    stop: () => void child.kill('SIGKILL'),
  }
}

const bundled = async () => {
  const { build } = await import('esbuild')
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'files-'))
  const file = join(folder, 'program.cjs')
  await build({
    entryPoints: [join(root, 'e2e/soak/files/program.ts')], outfile: file, bundle: true, platform: 'node', target: 'node18', format: 'cjs', external: ['libsql'], mainFields: ['module', 'main'], logLevel: 'error',
  })
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

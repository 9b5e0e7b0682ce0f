export { measureLink } from './link'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, say } from '../../../build/ground.mjs'
import { scratchFolder } from '../../harness/folders'
import { median, percentile, rounded } from './figures'
import { openBenchServer } from './benchServer'
import { measureLive } from './live'
import type { Task } from './station'
import { clinicRecords } from './subject'

const run = promisify(execFile)
const parts = ['pull', 'push', 'live'] as const

/** What a workstation says of its work: how long, at what cost, and for how long its loop was held (99 of 100 turns). */
interface Run {
  readonly ms: number
  readonly cpuMs: number
  readonly mb: number
  readonly loopP99Ms: number
}

/** Runs one workstation in a process of its own. */
const station = async (task: Task): Promise<Run> => {
  const { stdout, stderr } = await run(process.execPath, [join(root, 'out/tools/e2e-bench-sync-station.mjs'), JSON.stringify(task)], { maxBuffer: 10_000_000 })
  if (stderr !== '') say(stderr.trim().slice(0, 500))
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Run
}

/**
 * `npm run bench -- sync [--documents N] [--pushed N] [--rounds N] [--only pull,push,live]`: a first pull, a push and the way of one
 * change, beside RxDB's CouchDB plugin (into the same encrypted replica) and PouchDB (leveldb), from the same server in the same run.
 */
export default async (words: readonly string[] = []) => {
  const valueOf = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
  const [documents, pushed, rounds] = [Number(valueOf('--documents') ?? 100_000), Number(valueOf('--pushed') ?? 20_000), Number(valueOf('--rounds') ?? 1)]
  const only = valueOf('--only')?.split(',') ?? parts
  const { loadTool } = await import('../../../build/tool.mjs')
  await loadTool('e2e/bench/sync/station.ts')
  const folder = scratchFolder('bench-sync')
  const figures: Record<string, number> = { documents, pushed }
  const ratios: Record<string, number> = {}
  const server = await openBenchServer(join(folder.path, 'server'))
  const { user, password } = server
  let place = 0
  const measured = async (task: Pick<Task, 'who' | 'what' | 'url' | 'many'>): Promise<number> => {
    const { ms, cpuMs, mb, loopP99Ms } = await station({ ...task, folder: join(folder.path, `station-${(place += 1)}`), user, password })
    figures[`${task.what}_${task.who}_cpu_ms`] = Math.round(cpuMs)
    figures[`${task.what}_${task.who}_mb`] = Math.round(mb)
    figures[`${task.what}_${task.who}_loop_p99_ms`] = rounded(loopP99Ms)
    say(`bench sync: ${task.what} ${task.who}: ${Math.round(ms)} ms, processor ${Math.round(cpuMs)} ms, ${Math.round(mb)} MB`)
    return ms
  }
  try {
    say(`bench sync: ${server.name}`)
    if (only.includes('pull')) {
      const records = clinicRecords(documents)
      figures['document_bytes'] = Math.round(Buffer.byteLength(JSON.stringify(records)) / documents)
      const url = await server.makeDatabase(records)
      const times: Record<Task['who'], number[]> = { ours: [], plugin: [], pouchdb: [] }
      for (let round = 0; round < rounds; round++) for (const who of ['plugin', 'ours', 'pouchdb'] as const) times[who].push(await measured({ who, what: 'pull', url, many: documents }))
      for (const who of ['ours', 'plugin', 'pouchdb'] as const) figures[`pull_${who}_ms`] = Math.round(median(times[who]))
      ratios['pull_vs_pouchdb'] = rounded(median(times.pouchdb) / median(times.ours))
      ratios['pull_vs_rxdb_plugin'] = rounded(median(times.plugin) / median(times.ours))
    }
    if (only.includes('push')) {
      const times: Record<'ours' | 'plugin', number[]> = { ours: [], plugin: [] }
      for (let round = 0; round < rounds; round++) for (const who of ['plugin', 'ours'] as const) times[who].push(await measured({ who, what: 'push', url: await server.makeDatabase([]), many: pushed }))
      for (const who of ['ours', 'plugin'] as const) figures[`push_${who}_ms`] = Math.round(median(times[who]))
      ratios['push_vs_rxdb_plugin'] = rounded(median(times.plugin) / median(times.ours))
    }
    if (only.includes('live')) {
      const ways = await measureLive({ folder: join(folder.path, 'live'), address: { url: await server.makeDatabase([]), user, password } })
      figures['live_ms'] = rounded(median(ways))
      figures['live_p95_ms'] = rounded(percentile(ways, 0.95))
      say(`bench sync: from write to query ${figures['live_ms']} ms, 95 of 100 within ${figures['live_p95_ms']} ms`)
    }
    return { figures, ratios }
  } finally {
    await server.close()
    folder.remove()
  }
}

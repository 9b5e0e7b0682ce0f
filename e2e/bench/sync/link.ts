import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '../../../build/ground.mjs'
import { openReplica } from '../../../main/replica'
import { openSync } from '../../../main/sync'
import { drawsFrom } from '../../../shared/standards/mulberry32'
import { scratchFolder } from '../../harness/folders'
import { openBenchServer } from './benchServer'
import { rounded } from './figures'
import { openPackingProxy } from './packingProxy'
import { openPoorLink, type LinkShape } from './poorLink'
import { clinicRecords, practice, type ServerRecord } from './subject'

/** What the first morning at a new workstation needs: what was written since yesterday, whom it is about, and who works here. */
const neededToday = (records: readonly ServerRecord[], nowMs: number): Set<string> => {
  const since = new Date(nowMs - 24 * 3_600_000).toISOString()
  const recent = records.filter(({ type, at }) => at >= since && type !== 'AuditEvent')
  const patients = recent.flatMap(({ type, id, resource }) => (type === 'Patient' ? [id] : [String((resource['subject'] as { reference?: string } | undefined)?.reference ?? '').replace('Patient/', '')]))
  const about = new Set(patients.filter(Boolean))
  const lists = records.filter(({ type }) => type === 'Practitioner' || type === 'Device' || type === 'Task')
  return new Set([...recent.map(({ id }) => id), ...about, ...lists.map(({ id }) => id)])
}

interface Arrived {
  readonly seconds: number
  readonly todaySeconds: number
  readonly carried: number
  /** Of records that came a second time, as JSON, bytes. */
  readonly again: number
  readonly cuts: number
  /** How far the estimate was off a third of the way, as a part of what was really left. */
  readonly estimateOff: number
}

const firstLoad = async (folder: string, target: { readonly url: string; readonly database: string; readonly user: string; readonly password: string }, records: readonly ServerRecord[], shape: LinkShape): Promise<Arrived> => {
  mkdirSync(folder, { recursive: true })
  const link = await openPoorLink(target.url, shape)
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(7), practice: practice.id, station: 'B' })
  const today = [...neededToday(records, Date.now())]
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1_000
  const known = new Set(records.map(({ id }) => id))
  let again = 0
  const estimates: { at: number; left: number }[] = []
  const sync = await openSync({
    replica,
    practice,
    // Asked of each record that comes.
    passOver: (record) => {
      if (!known.delete(record.id)) again += Buffer.byteLength(JSON.stringify(record))
      return false
    },
    announce: (_name, { progress }) => progress?.minutesLeft !== undefined && estimates.push({ at: seconds(), left: progress.minutesLeft * 60 }),
  })
  let todaySeconds: number | undefined
  const counts: number[] = []
  try {
    const address = { url: `${link.url}/${target.database}`, user: target.user, password: target.password }
    for (let set = await sync.configure(address); !set.ok; set = await sync.configure(address)) continue
    for (let lastSaid = 0; ; await new Promise((next) => setTimeout(next, 200))) {
      counts.push(await replica.documents.count('records'))
      if (todaySeconds === undefined && (await replica.documents.get('records', today)).length === today.length) todaySeconds = seconds()
      if (counts.at(-1) === records.length) break
      if (seconds() - lastSaid > 20) {
        lastSaid = seconds()
        say(`bench sync-link: ${Math.round(lastSaid)} s: ${counts.at(-1)} documents, ${JSON.stringify(sync.state().progress ?? {})}, ${link.cuts} cuts`)
      }
    }
    const took = seconds()
    if (counts.some((count, place) => count < (counts[place - 1] ?? 0))) throw new Error('it began from zero')
    const here = await replica.documents.get('records', records.map(({ id }) => id))
    if (here.length !== records.length) throw new Error('not the same documents')
    const third = estimates.find(({ at }) => at > took / 3)
    return { seconds: took, todaySeconds: todaySeconds ?? took, carried: link.carried.down, again, cuts: link.cuts, estimateOff: third ? Math.abs(third.left - (took - third.at)) / (took - third.at) : Number.NaN }
  } finally {
    link.close()
    await sync.close()
    await replica.close()
  }
}

/**
 * `npm run bench -- sync-link [--documents N] [--seed N] [--every SECONDS]`: a first load over 256 kbit/s with 600 ms there and back, once without a
 * cut, and once cut every 20 s at a random moment. What the second carries more was sent twice, and so was what came twice.
 */
export const measureLink = async (words: readonly string[] = []) => {
  const valueOf = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
  const [documents, seed, every] = [Number(valueOf('--documents') ?? 10_000), Number(valueOf('--seed') ?? 20261121), Number(valueOf('--every') ?? 20)]
  const folder = scratchFolder('bench-sync-link')
  const server = await openBenchServer(join(folder.path, 'server'))
  const closing: (() => void)[] = []
  try {
    const records = clinicRecords(documents, { nowMs: Date.now() })
    const made = new URL(await server.makeDatabase(records))
    const front = server.name.startsWith('hub') ? { url: made.origin, close: () => undefined } : await openPackingProxy(made.origin)
    closing.push(front.close)
    say(`bench sync-link: ${server.name}, seed ${seed}`)
    const target = { url: front.url, database: made.pathname.slice(1), user: server.user, password: server.password }
    const next = drawsFrom(seed)
    const shape = { bitsPerSecond: 256_000, roundTripMs: 600, random: () => next(1_000_000) / 1_000_000 }
    const calm = await firstLoad(join(folder.path, 'calm'), target, records, shape)
    say(`bench sync-link: without a cut ${Math.round(calm.seconds)} s, today within ${Math.round(calm.todaySeconds)} s, ${calm.carried} bytes`)
    const cut = await firstLoad(join(folder.path, 'cut'), target, records, { ...shape, cutEveryMs: every * 1_000 })
    say(`bench sync-link: with ${cut.cuts} cuts ${Math.round(cut.seconds)} s, today within ${Math.round(cut.todaySeconds)} s, ${cut.carried} bytes`)
    const json = Buffer.byteLength(JSON.stringify(records))
    const figures = {
      documents, seed, cut_every_seconds: every, json_bytes: json, carried_bytes: cut.carried, carried_bytes_without_cuts: calm.carried, cuts: cut.cuts,
      again_bytes: cut.again, seconds: rounded(cut.seconds), seconds_without_cuts: rounded(calm.seconds), today_seconds: rounded(cut.todaySeconds), estimate_off: rounded(cut.estimateOff),
    }
    return { figures, ratios: { resent_bytes: rounded(Math.max(cut.again / json, cut.carried / calm.carried - 1)), wire_vs_json: rounded(cut.carried / json) } }
  } finally {
    for (const close of closing) close()
    await server.close()
    folder.remove()
  }
}

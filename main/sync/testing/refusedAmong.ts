import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { join } from 'node:path'
import type { OutboxEntry } from '../../../shared/contract'
import { newRecordId, openReplica } from '../../replica'
import { openSync } from '..'
import { openTestServer } from './someServer'

/** What came of sending many records with three bad ones among them. */
export interface RefusedAmong {
  readonly server: 'hub' | 'couchdb'
  readonly sent: number
  readonly arrived: number
  /** Until everything good was at the server, ms, and until another workstation had it. */
  readonly pushMs: number
  readonly pullMs: number
  readonly held: readonly OutboxEntry[]
  /** What the comparison with the server came to, and how long it took, ms: the first, and the next. */
  readonly agreement: string
  readonly compareMs: readonly [number, number]
  /** The longest that the loop of the workstation was held meanwhile, ms. The hub is in the same process. */
  readonly compareHeldMs: number
}

const pageSize = 1_000
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((next) => setTimeout(next, 50))
}

/** One forbidden, one oversized and one malformed record somewhere among `count`, sent from one workstation, fetched by another. */
export const refusedAmong = async (count: number): Promise<RefusedAmong> => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-refused-'))
  const server = await openTestServer()
  const practice = { id: newRecordId(Date.now()), name: 'Hill Clinic', training: false }
  const address = await server.makePractice(practice)
  const open = async (station: string) => {
    const replica = await openReplica({ folder: join(folder, station), key: new Uint8Array(32).fill(7), practice: practice.id, station })
    const sync = await openSync({ replica, practice, announce: () => undefined })
    const close = async () => {
      await sync.close()
      await replica.close()
    }
    return { replica, sync, close }
  }
  const [a, b] = [await open('A'), await open('B')]
  try {
    const good = (n: number) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ use: 'official' as const, family: `Family ${n}`, given: ['Amina'] }], text: { status: 'generated' as const, div: 'x'.repeat(400) } } })
    const [one] = await a.replica.records.addAll([good(0)], 'reception')
    if (!one) throw new Error('nothing was added')
    const bad = [{ practice: '01FOREIGNPRACTICE000000000' }, { resource: { ...one.resource, text: { status: 'generated', div: 'x'.repeat(8_100_000) } } }, { _weird: true }]
    for (let n = 1; n < count; n += pageSize) {
      await a.replica.records.addAll(Array.from({ length: Math.min(pageSize, count - n) }, (_, place) => good(n + place)), 'reception')
      const other = bad[Math.floor(n / pageSize)]
      const id = newRecordId(Date.now())
      if (other) await a.replica.collection.insert({ ...one, ...other, id, resource: { ...one.resource, ...other.resource, id } } as never)
    }
    const began = Date.now()
    const configured = await a.sync.configure(address)
    if (!configured.ok) throw new Error(`the server cannot be used: ${configured.problem.kind}`)
    await until(() => a.sync.state().waitingOut === 0)
    const pushMs = Date.now() - began
    await b.sync.configure(address)
    await until(async () => (await b.replica.records.count('Patient')) >= count)
    const pullMs = Date.now() - began - pushMs
    const compare = async () => {
      const from = Date.now()
      const answer = await a.sync.compare()
      return [answer.ok ? String(answer.value.agreement?.outcome) : answer.problem.kind, Date.now() - from] as const
    }
    const held = monitorEventLoopDelay({ resolution: 5 })
    held.enable()
    // CouchDB answers "not yet" after a minute of reading for the view.
    let [agreement, first] = await compare()
    for (let tries = 0; agreement === 'unfinished' && tries < 10; tries += 1) {
      const [outcome, ms] = await compare()
      agreement = outcome
      first += ms
    }
    const [, next] = await compare()
    held.disable()
    return { server: server.kind, sent: count, arrived: await b.replica.records.count('Patient'), pushMs, pullMs, held: await a.sync.outbox({ skip: 0, limit: 10 }), agreement, compareMs: [first, next], compareHeldMs: Math.round(held.max / 1e6) }
  } finally {
    await a.close()
    await b.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SyncState } from '../../../../../shared/contract'
import type { Envelope } from '../../../../../shared/records/envelope'
import { chanceFrom } from '../chance'
import { clinicUser } from '../centre'
import { contentAt, differenceIn, type Tally } from '../clinic'
import { openLedger } from '../ledger'
import { openTestServer } from '../../someServer'
import { openAdminLine, type AdminLine } from '../relay'
import { practice } from '../simulate'
import { freePort, layLine, type RealLine } from './line'
import { startMachine, type Machine } from './machine'
import type { Address, Said } from './said'

/** What became of a clinic of real processes. */
export interface RealOutcome {
  readonly faults: readonly string[]
  readonly figures: Tally
}

/** How long people work, seconds; and how fast. */
export interface RealSize {
  readonly workstations: number
  readonly seconds: number
  readonly paceMs: number
  readonly troubleMs: number
}

const hour = 3_600_000
const agreeWithinMs = 90_000
const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * The clinic of the simulation with each machine a process, real HTTP between them, real kills, and real time. The seed decides what goes
 * wrong and when it begins, and what people do; not who comes first.
 *
 * Where `COUCHDB_URL` names a CouchDB, node or cluster, that is the centre; it is not put back to copies.
 *
 * @param program the bundle of `program.ts`
 * @param tell told of what happens, for somebody who follows a failing seed
 */
export const liveForReal = async (program: string, seed: number, size: RealSize, tell: (what: string) => void = () => undefined): Promise<RealOutcome> => {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'outpost-clinic-'))
  const fate = chanceFrom(seed)
  const ledger = openLedger()
  const tally: Tally = {}
  const faults: string[] = []
  const count = (what: string): void => {
    tally[what] = (tally[what] ?? 0) + 1
    tell(what)
  }
  const machines = new Map<string, Machine>()
  const folders = new Map<string, string>()
  let copies = 0
  let working = true

  const hear = (name: string) => (said: Said): void => {
    if (said.say === 'fault') faults.push(`${name}: ${said.what}`)
    if (said.say === 'met') epoch = said.epoch
    if (said.say !== 'wrote') return
    count(`wrote ${said.envelope.type}`)
    ledger.acknowledge(said.station, said.envelope)
  }
  const folderOf = (name: string): string => folders.get(name) ?? join(root, name)
  const copyOf = (name: string): string => {
    const copy = join(root, `${name}-${(copies += 1)}`)
    cpSync(folderOf(name), copy, { recursive: true })
    return copy
  }
  const up = async (name: string, machine: Machine): Promise<void> => {
    machines.set(name, machine)
    if (!(await machine.next('up', 30_000))) faults.push(`${name} did not start`)
  }
  const kill = async (name: string): Promise<void> => {
    if (isCouch(name)) return couch?.stop()
    const machine = machines.get(name)
    machines.delete(name)
    await machine?.kill()
  }

  const couch = process.env['COUCHDB_URL'] ? await openTestServer() : undefined
  const couchPlace = await couch?.makePractice(practice)
  const ports = { hub: await freePort(), centre: couch ? Number(new URL(couch.url).port) : await freePort() }
  const isCouch = (name: string): boolean => name === 'centre' && couch !== undefined
  const startServer = (name: 'hub' | 'centre'): Promise<void> =>
    isCouch(name) ? (couch as NonNullable<typeof couch>).start() : up(name, startMachine(program, { role: 'server', folder: folderOf(name), port: ports[name] }, hear(name)))
  const lines = new Map<string, Record<'hub' | 'centre', RealLine>>()
  const names = Array.from({ length: size.workstations }, (_, number) => String.fromCharCode(65 + number))
  for (const name of [...names, 'bridge']) lines.set(name, { hub: await layLine(ports.hub), centre: await layLine(ports.centre) })
  const lineOf = (name: string, server: 'hub' | 'centre'): RealLine => (lines.get(name) as Record<'hub' | 'centre', RealLine>)[server]
  const addressOf = (name: string, server: 'hub' | 'centre'): Address => {
    const { url } = lineOf(name, server)
    return server === 'centre' && couchPlace ? { url: `${url}/${couchPlace.database}`, user: couchPlace.user, password: couchPlace.password } : { url, ...clinicUser }
  }
  const office: Readonly<Record<'hub' | 'centre', AdminLine>> = {
    hub: openAdminLine(`http://127.0.0.1:${ports.hub}`, practice.id),
    centre: couch
      ? { ask: async (method, path, body) => (await couch.ask(method, `/${couchPlace?.database}${path}`, body)) as { status: number; body: never } }
      : openAdminLine(`http://127.0.0.1:${ports.centre}`, practice.id),
  }
  let epoch: string | undefined
  const startRelay = () =>
    up('bridge', startMachine(program, { role: 'relay', hub: lineOf('bridge', 'hub').url, centre: addressOf('bridge', 'centre'), ...(epoch === undefined ? {} : { epoch }) }, hear('bridge')))
  const using = new Map<string, 'hub' | 'centre'>()
  const skews = new Map<string, number>()
  const startStation = (name: string) =>
    up(
      name,
      startMachine(
        program,
        { role: 'workstation', folder: folderOf(name), name, station: name, seed: fate.between(1, 1e9), skewMs: skews.get(name) ?? 0, paceMs: size.paceMs, server: addressOf(name, using.get(name) ?? 'hub') },
        hear(name),
      ),
    )

  const contents = async (): Promise<{ readonly all: Map<string, Map<string, Envelope>>; readonly waits: string | undefined }> => {
    const all = new Map<string, Map<string, Envelope>>()
    let waits: string | undefined
    for (const name of names) {
      const machine = machines.get(name)
      const said = machine?.next('state', 15_000)
      machine?.tell({ do: 'say' })
      const answer = await said
      const { link, problem = '', waitingOut = 1, waitingIn = 0, refused = 0 }: Partial<SyncState> = answer?.state ?? {}
      if (link !== 'online' || waitingOut + waitingIn + refused > 0) waits ??= `${name} is ${link} ${problem}, ${waitingOut} wait to be sent, ${waitingIn} to be read, ${refused} are refused`
      all.set(`${name} at ${using.get(name)}`, new Map((answer?.records ?? []).map((record) => [record.id, record])))
    }
    for (const server of ['hub', 'centre'] as const) {
      const { records, branched } = await contentAt(office[server]).catch(() => ({ records: [], branched: [] }))
      if (branched.length > 0) waits ??= `${server} has ${branched.length} branches`
      all.set(server, new Map(records.map((record) => [record.id, record])))
    }
    return { all, waits }
  }

  const copy = new Map<string, string>()
  const anyOwnServer = () => (couch ? 'hub' : anyServer())
  const anyServer = () => fate.pick(['hub', 'centre'] as const)
  /** One after the other. Only servers are put back: whatever was acknowledged is on the disk of its workstation, so nothing at all may be lost. */
  const troubles: readonly (readonly [name: string, trouble: () => Promise<void>, weight: number])[] = [
    ['line cut', async () => lineOf(fate.pick(names), anyServer()).cut(), 4],
    ['line down', async () => {
      const [name, server] = [fate.pick([...names, 'bridge']), anyServer()]
      tell(`between ${name} and ${server}`)
      const line = lineOf(name, server)
      line.set(fate.pick(['pulled', 'silent'] as const))
      await rest(fate.between(100, 3_000))
      line.set('whole')
    }, 6],
    ['workstation killed', async () => {
      const name = fate.pick(names)
      await kill(name)
      await rest(fate.between(0, 1_000))
      await startStation(name)
    }, 5],
    ['server killed', async () => {
      const server = anyServer()
      await kill(server)
      await rest(fate.between(0, 1_000))
      await startServer(server)
    }, 3],
    ['relay killed', async () => {
      await kill('bridge')
      await startRelay()
    }, 1],
    ['moved to another server', async () => {
      const [name, server] = [fate.pick(names), anyServer()]
      using.set(name, server)
      machines.get(name)?.tell({ do: 'use', server: addressOf(name, server) })
    }, 2],
    // A copy of a running machine would be torn: it is ended first.
    ['server copied', async () => {
      const server = anyOwnServer()
      await kill(server)
      copy.set(server, copyOf(server))
      await startServer(server)
    }, 1],
    ['server put back', async () => {
      const server = anyOwnServer()
      const back = copy.get(server)
      if (back === undefined) return
      await kill(server)
      folders.set(server, back)
      folders.set(server, copyOf(server))
      await startServer(server)
    }, 2],
  ]

  const agree = async (): Promise<{ readonly why: string | undefined; readonly records: readonly Envelope[] }> => {
    const bridge = machines.get('bridge')
    const said = bridge?.next('relay', 5_000)
    bridge?.tell({ do: 'say' })
    const relay = await said
    const { all, waits } = await contents()
    const [first] = all.values()
    return { why: waits ?? (relay?.isInStep ? differenceIn(all) : `hub and centre are not in step: ${relay?.state}`), records: [...(first?.values() ?? [])] }
  }

  try {
    await startServer('hub')
    if (!couch) await startServer('centre')
    await startRelay()
    for (const name of names) {
      using.set(name, fate.happens(0.75) ? 'hub' : 'centre')
      skews.set(name, fate.weighted([[0, 4], [fate.between(-90_000, 90_000), 2], [3 * hour, 1], [-3 * hour, 1]]))
      await startStation(name)
    }
    for (const end = Date.now() + size.seconds * 1_000; Date.now() < end; ) {
      await rest(fate.between(0, 2 * size.troubleMs))
      const [name, trouble] = fate.weighted(troubles.map((each) => [each, each[2]] as const))
      count(name)
      await trouble()
    }
    working = false
    for (const name of names) machines.get(name)?.tell({ do: 'rest' })
    const mended = Date.now()
    for (;;) {
      await rest(500)
      const { why, records } = await agree()
      tell(why ?? 'all agree')
      if (why !== undefined && Date.now() - mended < agreeWithinMs) continue
      if (why !== undefined) faults.push(`no agreement ${agreeWithinMs / 1_000} s after everything was mended: ${why}`)
      tally['records'] = records.length
      faults.push(...ledger.judge(records))
      break
    }
    Object.assign(tally, { acknowledged: ledger.size, 'seconds to agree': Math.round((Date.now() - mended) / 1_000) })
  } catch (error) {
    faults.push(`${working ? 'while people worked' : 'at the end'}: ${String((error as Error).stack)}`)
  } finally {
    for (const machine of machines.values()) await machine.kill()
    await couch?.close()
    for (const pair of lines.values()) for (const line of Object.values(pair)) line.close()
    rmSync(root, { recursive: true, force: true })
  }
  return { faults, figures: tally }
}

import { recordTypes, type Envelope } from '../../../../shared/records/envelope'
import { canonical, type Json } from '../../../../shared/records/mergeFields'
import { digestOfDocument, type Replica } from '../../../replica'
import { doSomething } from './acts'
import { buildServer, type SimulatedServer } from './centre'
import type { Chance } from './chance'
import { buildRelay, openAdminLine, type AdminLine } from './relay'
import { openLedger, versionsIn, type Ledger } from './ledger'
import { buildWorkstation, type SimulatedWorkstation } from './workstation'
import { sleep, type World } from './world'

/** How much happens in a simulated clinic. */
export interface Size {
  readonly workstations: number
  /** How long people work and things go wrong, minutes of virtual time. */
  readonly minutes: number
  /** Seconds between two things that one person does, about. */
  readonly pace: number
  /** Whether the centre also takes records away. */
  readonly takesAway: boolean
  /** Seconds between two things that go wrong, about. */
  readonly trouble: number
}

/** Counts of what happened, by name. */
export type Tally = Record<string, number>

/** A clinic with its machines and people. */
export interface Clinic {
  readonly ledger: Ledger
  readonly tally: Tally
  /** Lets people work and things go wrong, mends everything, waits until all agree, and looks whether every promise was kept. */
  live(): Promise<void>
  /** Closes what is still there. */
  close(): Promise<void>
}

const near = { leastMs: 0.3, mostMs: 3, bytesPerMs: 10_000 }
const far = { leastMs: 30, mostMs: 400, bytesPerMs: 60 }
const hour = 3_600_000
/** Within this time after everything has been mended, all replicas are to agree. */
const agreeWithinMs = 30 * 60_000

/** Everything that a replica has, by id. */
export const contentOf = async ({ replica }: { readonly replica: Pick<Replica, 'records'> }): Promise<Map<string, Envelope>> => {
  const all = new Map<string, Envelope>()
  for (const type of recordTypes) for (const record of await replica.records.find(type, { limit: 100_000 })) all.set(record.id, record)
  return all
}

interface ServerRows {
  readonly rows: readonly { readonly id: string; readonly doc: Envelope & { readonly _conflicts?: readonly string[] } }[]
}

const withoutOwn = (document: object): Envelope => Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith('_'))) as unknown as Envelope

/** What a server has, and the ids of documents with more than one present version. */
export const contentAt = async (line: AdminLine): Promise<{ readonly records: Envelope[]; readonly branched: string[] }> => {
  const { body } = await line.ask('GET', '/_all_docs?include_docs=true&conflicts=true')
  const { rows } = body as ServerRows
  const records = rows.filter(({ doc }) => recordTypes.includes(doc.type))
  return { records: records.map(({ doc }) => withoutOwn(doc)), branched: records.filter(({ doc }) => (doc._conflicts?.length ?? 0) > 0).map(({ id }) => id) }
}

const memberOf = (value: object, name: string): Json | undefined => (value as Readonly<Record<string, Json>>)[name]

/** Where not everybody has the same: in how many records, and who has which version of the first of them. */
export const differenceIn = (contents: ReadonlyMap<string, ReadonlyMap<string, Envelope>>): string | undefined => {
  const digestAt = (records: ReadonlyMap<string, Envelope>, id: string): string => {
    const record = records.get(id)
    return record === undefined ? 'nothing' : digestOfDocument(record as never)
  }
  const all = [...contents.values()]
  const differing = [...new Set(all.flatMap((records) => [...records.keys()]))].filter((id) => new Set(all.map((records) => digestAt(records, id))).size > 1)
  const [id] = differing
  if (id === undefined) return undefined
  const said = [...contents].map(([name, records]) => {
    const record = records.get(id)
    return `${name}: ${record === undefined ? 'none' : `${record.at.slice(11)} after ${record.prior.length} others, ${digestAt(records, id).slice(0, 4)}`}`
  })
  const versions = all.flatMap((records) => records.get(id) ?? [])
  const membersOf = (value: object): string[] => Object.keys(value).filter((name) => new Set(versions.map((each) => canonical(memberOf(each, name) ?? memberOf(each.resource, name)))).size > 1)
  const members = [...new Set(versions.flatMap((each) => [...membersOf(each), ...membersOf(each.resource)]))]
  return `${differing.length} records differ; in ${members.join()} of ${all.flatMap((records) => records.get(id)?.type ?? [])[0]} ${id} there are ${said.join('; ')}`
}

/** Builds a clinic; nothing is started yet. */
export const buildClinic = (world: World, size: Size): Clinic => {
  const { network, practice, time } = world
  const ledger = openLedger()
  const tally: Tally = {}
  const count = (what: string): void => {
    tally[what] = (tally[what] ?? 0) + 1
    world.tell?.(what)
  }
  const fate = world.chance.fork('fate')
  const hub = buildServer(world, 'hub')
  const centre = buildServer(world, 'centre')
  const servers = [hub, centre]
  const stations = Array.from({ length: size.workstations }, (_, number) =>
    buildWorkstation(world, String.fromCharCode(65 + number), (station, envelope, isHeard) => {
      if (!isHeard) return ledger.attempt(station, envelope)
      count(`wrote ${envelope.type}`)
      ledger.acknowledge(station, envelope)
    }),
  )
  const office = { hub: openAdminLine(network.urlOf('office', 'hub'), practice.id), centre: openAdminLine(network.urlOf('office', 'centre'), practice.id) }
  /** What is not to be disturbed now: something is being done with it. */
  const busy = new Set<object>()
  let working = true
  const relay = buildRelay(world)

  const begin = async (): Promise<void> => {
    for (const { name } of stations) network.setDistance(name, 'centre', far)
    network.setDistance('bridge', 'centre', far)
    network.setDistance('office', 'centre', near)
    for (const server of servers) await server.start()
    for (const station of stations) {
      station.skewMs = fate.weighted([[0, 4], [fate.between(-90_000, 90_000), 2], [3 * hour, 1], [-3 * hour, 1], [-40 * 24 * hour, 0.5]])
      await station.start()
      await station.use(fate.happens(0.75) ? 'hub' : 'centre')
    }
    relay.start()
  }

  /** Somebody sits at a workstation all day. */
  const work = async (station: SimulatedWorkstation, chance: Chance): Promise<void> => {
    while (working) {
      await sleep(chance.between(0, 2 * size.pace * 1_000))
      if (!working || !station.isUp) continue
      const { replica, sync } = station
      await doSomething({ name: station.station, records: replica.records, sync, chance }).catch((error: unknown) => {
        // What was being done when the power went is not done.
        if (station.isUp && station.replica === replica) world.fault(`${station.name}: ${String((error as Error).stack)}`)
      })
    }
  }

  const heldSomewhere = async (): Promise<(id: string, at: string) => boolean> => {
    const held = new Set<string>()
    const take = (record: Envelope): void => {
      for (const [id, at] of versionsIn(record)) held.add(`${id} ${at}`)
    }
    for (const station of stations) for (const record of (await contentOf(station)).values()) take(record)
    for (const line of Object.values(office)) for (const record of (await contentAt(line)).records) take(record)
    return (id, at) => held.has(`${id} ${at}`)
  }
  const idle = (): SimulatedWorkstation | undefined => {
    const free = stations.filter((station) => station.isUp && !busy.has(station))
    return free.length > 0 ? fate.pick(free) : undefined
  }
  const whileBusy = async (what: object, doing: () => Promise<void>): Promise<void> => {
    busy.add(what)
    try {
      await doing()
    } finally {
      busy.delete(what)
    }
  }
  const wireTrouble = (one: string, other: string): Promise<void> =>
    whileBusy({}, async () => {
      network.setWire(one, other, fate.pick(['pulled', 'silent'] as const))
      await sleep(fate.between(500, 90_000))
      network.setWire(one, other, 'whole')
    })
  const atStation = (trouble: (station: SimulatedWorkstation) => Promise<void>) => async (): Promise<void> => {
    const station = idle()
    if (station) await whileBusy(station, () => trouble(station))
  }
  const atServer = (trouble: (server: SimulatedServer) => Promise<void>) => async (): Promise<void> => {
    const server = fate.pick(servers)
    if (!busy.has(server)) await whileBusy(server, () => trouble(server))
  }
  /** What puts something back to an earlier state: only while everything else is there, so that it can be told what nobody has any more. */
  const putBack = (what: () => Promise<boolean>) => async (): Promise<void> => {
    if (busy.size > 0) return
    await whileBusy(putBack, async () => {
      if (!(await what())) return
      const excuse = ledger.excuseLost()
      excuse(await heldSomewhere())
    })
  }
  /** An administrator deletes a record of which both servers have the same; of one of which they differ, nobody could say what is deleted. */
  const takeAway = async (): Promise<void> => {
    const records = (await contentAt(office.hub)).records.filter(({ type }) => type !== 'Task')
    if (records.length === 0) return
    const { id } = fate.pick(records)
    const [here, there] = await Promise.all(Object.values(office).map((line) => line.ask('GET', `/${id}?conflicts=true`)))
    const [one, other] = [here?.body, there?.body] as unknown as readonly (Envelope & { readonly _rev?: string; readonly _conflicts?: readonly string[] })[]
    if (one?._rev === undefined || one._rev !== other?._rev || one._conflicts || other._conflicts) return
    const { status } = await fate.pick(Object.values(office)).ask('DELETE', `/${id}?rev=${one._rev}`)
    if (status === 200) ledger.takenAway(one)
  }

  const troubles: readonly (readonly [name: string, trouble: () => Promise<void>, weight: number])[] = [
    ['line cut', async () => network.cut(fate.pick(stations).name, fate.pick(servers).name), 6],
    ['line down', async () => wireTrouble(fate.pick(stations).name, fate.pick(servers).name), 8],
    ['line hub to centre down', async () => wireTrouble('bridge', 'centre'), 3],
    ['workstation crashed', atStation(async (station) => {
      await station.crash(fate.happens(0.6) ? fate.between(1, 12) : 0)
      await sleep(fate.between(200, 40_000))
      await station.start()
    }), 5],
    ['workstation closed', atStation(async (station) => {
      await station.close()
      await sleep(fate.between(200, 60_000))
      await station.start()
    }), 2],
    ['server crashed', atServer(async (server) => {
      await server.crash()
      await sleep(fate.between(200, 30_000))
      await server.start()
    }), 4],
    ['relay crashed', () => whileBusy(relay, async () => {
      if (!relay.isUp) return
      await relay.crash()
      await sleep(fate.between(200, 30_000))
      relay.start()
    }), 2],
    ['moved to another server', atStation(async (station) => void (await station.use(fate.pick(['hub', 'centre'])))), 3],
    ['clock set', async () => void (fate.pick(stations).skewMs = fate.pick([0, 0, 3 * hour, -3 * hour, fate.between(-600_000, 600_000)])), 2],
    ['server copied', async () => fate.pick(servers).isUp ? fate.pick(servers.filter(({ isUp }) => isUp)).keepCopy() : undefined, 3],
    ['server put back', putBack(() => fate.pick(servers).putBack()), 3],
    ['image kept', atStation(async (station) => station.keepImage()), 2],
    ['image put back', putBack(async () => {
      const station = fate.pick(stations)
      const isDone = await station.putImageBack()
      if (isDone) await station.start()
      return isDone
    }), 2],
    ['backup kept', atStation((station) => station.keepBackup()), 2],
    ['backup restored', putBack(() => fate.pick(stations).restoreBackup()), 2],
    ['record taken away', () => takeAway().catch(() => undefined), size.takesAway ? 3 : 0],
  ]


  const makeTrouble = async (): Promise<void> => {
    const under: Promise<void>[] = []
    for (;;) {
      await sleep(fate.between(0, 2 * size.trouble * 1_000))
      if (!working) break
      if (busy.has(putBack)) continue
      const [name, trouble] = fate.weighted(troubles.map((each) => [each, each[2]] as const))
      count(name)
      under.push(trouble())
    }
    await Promise.all(under)
  }

  const agree = async (): Promise<string | undefined> => {
    for (const { name, sync } of stations) {
      const { link, problem, waitingOut, waitingIn = 0, refused } = sync.state()
      if (refused > 0) return `${name} has ${refused} refused: ${JSON.stringify(await sync.outbox({ skip: 0, limit: 3 }))}`
      if (link !== 'online' || waitingOut > 0 || waitingIn > 0) return `${name} is ${link} ${problem ?? ''}, ${waitingOut} wait to be sent, ${waitingIn} to be read`
    }
    if (!relay.isInStep) return `hub and centre are not in step: ${relay.state}`
    const contents = new Map<string, ReadonlyMap<string, Envelope>>()
    for (const station of stations) contents.set(`${station.name} at ${station.server}`, await contentOf(station))
    for (const [name, line] of Object.entries(office)) {
      const { records, branched } = await contentAt(line)
      if (branched.length > 0) return `${name} has ${branched.length} branches: ${branched[0]}`
      contents.set(name, new Map(records.map((record) => [record.id, record])))
    }
    return differenceIn(contents)
  }

  const mend = async (): Promise<void> => {
    for (const { name } of stations) for (const server of servers) network.setWire(name, server.name, 'whole')
    network.setWire('bridge', 'centre', 'whole')
    for (const server of servers) if (!server.isUp) await server.start()
    for (const station of stations) if (!station.isUp) await station.start()
    for (const station of stations) if (station.sync.state().link === 'none') await station.use('hub')
  }

  return {
    ledger,
    tally,
    live: async () => {
      await begin()
      const people = stations.map((station) => work(station, world.chance.fork(`person ${station.name}`)))
      const trouble = makeTrouble()
      await sleep(size.minutes * 60_000)
      working = false
      await Promise.all([...people, trouble])
      await mend()
      const mended = time.now
      for (let why: string | undefined = ''; why !== undefined; ) {
        await sleep(5_000)
        why = await agree()
        world.tell?.(why ?? 'all agree')
        if (why !== undefined && time.now - mended > agreeWithinMs) {
          world.fault(`no agreement ${agreeWithinMs / 60_000} minutes after everything was mended: ${why}`)
          break
        }
      }
      tally['seconds to agree'] = Math.round((time.now - mended) / 1_000)
      const [one] = stations
      const records = one ? [...(await contentOf(one)).values()] : []
      tally['records'] = records.length
      tally['review items'] = records.filter(({ type }) => type === 'Task').length
      for (const fault of ledger.judge(records)) world.fault(fault)
    },
    close: async () => {
      working = false
      await relay.stop()
      for (const station of stations) if (station.isUp) await station.close()
      for (const server of servers) if (server.isUp) await server.stop()
      // What others in this process wait for as well, a queue of RxDB's for one, must not be left hanging on a timer of this clinic.
      await sleep(60_000)
    },
  }
}

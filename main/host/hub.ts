import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { HubAnswers, HubAsk, HubSaid, HubStart } from '../../hub'
import { done, refuse, type Answer, type FoundHub, type HubState, type KnownServer, type ProblemKind } from '../../shared/contract'
import { readJoinCode } from '../../shared/records/joinCode'
import type { Link } from '../devices'
import type { HubDesk } from '../gate/hub'
import { hubPort, lanAddresses } from '../lan'
import { stationsSeen } from '../replica'
import { deriveKey } from '../sealed'
import type { Relay, ServerAddress } from '../sync'
import type { OpenPractice } from './practice'

/** What the desk works with. */
export interface HubParts {
  readonly folder: string
  /** The practice as it is open; undefined while it is not. */
  practice(): OpenPractice | undefined
  /** Ends the hub's process; what it answers resolves when it is gone. */
  end(): void | Promise<void>
  changed(state: HubState): void
  /** Others work over this computer, or not any more. */
  stay(on: boolean): void
  /** For tests: how often a hub that does not answer is looked for, milliseconds. */
  readonly lookEveryMs?: number
  log(line: string): void
}

/** What is kept of it among this station's own documents. */
interface HubSettings {
  readonly isOn: boolean
  readonly port: number
  /** Of this workstation's own user on the hub. */
  readonly password: string
  readonly centre?: ServerAddress
  /** Which making of the centre's database was joined. */
  readonly epoch?: string
}

/** A server that this workstation may go back to. */
interface StoredServer {
  readonly id: string
  readonly kind: KnownServer['kind']
  readonly address: ServerAddress
  /** Names a hub wherever it moves to. */
  readonly hub?: string
}

interface Running {
  readonly url: string
  readonly id: string
  readonly fingerprint: string
}

const settingsKind = 'hub'
const settingsId = 'settings'
const serversId = 'servers'
const hubUser = 'workstation'
const startPatienceMs = 30_000
const mostServers = 8
/** A hub that does not answer may have moved: it is looked for so often, milliseconds. */
const lookEveryMs = 20_000

/** The network's hubs, as the contract tells of them. */
export const hubsOnLan = async (practice?: string): Promise<FoundHub[]> =>
  (await (await import('../lan')).findHubs(practice === undefined ? {} : { practice })).map(({ hub, name, address, port, isOurs }) => ({ hub, name, address: `${address}:${port}`, isOurs }))

/** Joins a hub by a code that somebody typed; see `joinHub`. */
export const joinByCode = async (address: string, typed: string, station: string, practice?: string) => {
  const code = readJoinCode(typed)
  if (code === undefined) return refuse('join-code-wrong')
  return (await import('../lan')).joinHub(address, code, { station, ...(practice !== undefined && { practice }) })
}

/** This workstation as the hub of the clinic's network, over the process that serves it; and joining another one. */
export const openHubDesk = (parts: HubParts) => {
  const { folder } = parts
  let status: HubState['state'] = 'off'
  let problem: string | undefined
  let running: Running | undefined
  let link: Link | undefined
  let relay: Relay | undefined
  let codeUntil: string | undefined
  let lastCall = 0
  const asked = new Map<number, (value: never) => void>()
  let members: HubState['members'] = []
  let turn: Promise<unknown> = Promise.resolve()
  let looking: ReturnType<typeof setTimeout> | undefined

  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const readSettings = async ({ replica }: OpenPractice): Promise<HubSettings | undefined> => (await replica.local.get<HubSettings>(settingsKind, settingsId))?.value
  const keepSettings = async ({ replica }: OpenPractice, settings: HubSettings): Promise<void> => void (await replica.local.put(settingsKind, settingsId, settings))
  const readServers = async ({ replica }: OpenPractice): Promise<readonly StoredServer[]> => (await replica.local.get<readonly StoredServer[]>(settingsKind, serversId))?.value ?? []

  const ask = <Kind extends keyof HubAnswers>(what: Omit<Extract<HubAsk, { kind: Kind }>, 'call'> & { readonly kind: Kind }): Promise<HubAnswers[Kind] | null> => {
    const to = link
    if (!to || !running) return Promise.resolve(null)
    const call = ++lastCall
    return new Promise((resolve) => {
      const late = setTimeout(() => (asked.delete(call), resolve(null)), startPatienceMs)
      asked.set(call, (value) => {
        clearTimeout(late)
        resolve(value)
      })
      to.send({ ...what, call } as unknown as HubAsk)
    })
  }

  const stateNow = (): HubState => {
    const port = running && new URL(running.url).port
    const open = codeUntil !== undefined && Date.parse(codeUntil) > Date.now() ? codeUntil : undefined
    return {
      state: status,
      ...(problem !== undefined && { problem }),
      addresses: running ? lanAddresses().map((address) => `${address}:${port}`) : [],
      ...(running && { fingerprint: running.fingerprint }),
      ...(open !== undefined && { codeUntil: open }),
      members,
      ...(relay && { centre: relay.state() }),
    }
  }
  let telling: ReturnType<typeof setTimeout> | undefined
  const changed = () => {
    telling ??= setTimeout(() => {
      telling = undefined
      parts.changed(stateNow())
    }, 200)
    telling.unref()
  }
  const readMembers = async (practice: OpenPractice, isFirst = false) => {
    const before = new Set(members.map(({ user, joinedAt }) => `${user} ${joinedAt}`))
    members = (await ask({ kind: 'members' })) ?? []
    changed()
    if (isFirst) return
    for (const { user, station, joinedAt } of members) if (!before.has(`${user} ${joinedAt}`)) await practice.access.audit.write({ session: null, action: 'hubMemberJoined', workstation: station, outcome: 'done' })
  }
  const become = (next: HubState['state'], why?: string) => {
    status = next
    problem = why
    changed()
  }

  const ownAddress = (settings: HubSettings, { url, fingerprint }: Running): ServerAddress => ({ url, user: hubUser, password: settings.password, pin: fingerprint })
  const joinCentre = async (practice: OpenPractice, settings: HubSettings) => {
    await relay?.stop()
    relay = undefined
    const { openRelay } = await import('../sync')
    if (!settings.centre || !running) return
    const { centre, epoch } = settings
    const records = openRelay({
      name: running.id,
      hub: ownAddress(settings, running),
      centre,
      practice: practice.name,
      ...(epoch !== undefined && { epoch }),
      met: async (there) => {
        const now = await readSettings(practice)
        if (now?.centre?.url === centre.url) await keepSettings(practice, { ...now, epoch: there })
      },
      changed,
      log: parts.log,
    })
    const { blobs } = await practice.parts()
    const files = blobs.mirror({
      name: running.id,
      hub: ownAddress(settings, running),
      centre,
      isJoined: () => records.state().link === 'online',
      recordsWaiting: () => {
        const { toCentre = 0, fromCentre = 0 } = records.state()
        return toCentre + fromCentre
      },
    })
    relay = {
      ...records,
      stop: async () => {
        await files.stop()
        await records.stop()
      },
    }
  }

  const forget = () => {
    running = undefined
    link = undefined
    codeUntil = undefined
    members = []
    for (const [call, answer] of asked) {
      asked.delete(call)
      answer(null as never)
    }
  }

  /** Runs the process, now and after each restart of either side; resolves when it serves, or when it cannot. */
  const start = (practice: OpenPractice, settings: HubSettings, serves: boolean): Promise<'started' | string> =>
    new Promise((resolve) => {
      const late = setTimeout(() => resolve('unknown'), startPatienceMs)
      const hasStarted = async (said: Extract<HubSaid, { kind: 'started' }>) => {
        if (!serves) return
        running = { url: said.url, id: said.id, fingerprint: said.fingerprint ?? '' }
        const now = { ...settings, ...(await readSettings(practice)), port: Number(new URL(said.url).port) }
        await keepSettings(practice, now)
        const { sync } = await practice.parts()
        await sync.configure(ownAddress(now, running))
        await joinCentre(practice, now)
        become('running')
        parts.stay(true)
        await readMembers(practice, true)
      }
      practice.onLink('hub', (to) => {
        link = to
        to.onMessage((message) => {
          const said = message as HubSaid
          switch (said.kind) {
            case 'started':
              return void hasStarted(said)
                .catch((error: unknown) => parts.log(`hub: ${error instanceof Error ? error.name : 'fault'}`))
                .finally(() => (clearTimeout(late), resolve('started')))
            case 'failed':
              become('failed', said.reason)
              clearTimeout(late)
              return resolve(said.reason)
            case 'answer':
              asked.get(said.call)?.(said.value as never)
              asked.delete(said.call)
              return
            case 'changed':
              return void readMembers(practice).catch(() => parts.log('hub: a workstation that joined is not in the trail'))
          }
        })
        to.send({
          kind: 'start',
          folder: join(folder, 'hub'),
          key: deriveKey(practice.key, 'outpost/hub'),
          ...(practice.opened.earlier && { earlierKey: deriveKey(practice.opened.earlier, 'outpost/hub') }),
          ...(serves && { port: settings.port, lan: { name: practice.name.name, practice: practice.name.id } }),
          users: [{ name: hubUser, password: settings.password }],
          practices: serves ? [practice.name] : [],
        } satisfies HubStart)
      })
      practice.need('hub')
    })

  const stop = async () => {
    await relay?.stop()
    relay = undefined
    forget()
    await parts.end()
    become('off')
  }

  const withPractice = <Value>(work: (practice: OpenPractice) => Promise<Answer<Value>>): Promise<Answer<Value>> =>
    inTurn(async () => {
      const practice = parts.practice()
      return practice ? work(practice) : refuse('no-practice')
    })
  const withHub = <Value>(work: (practice: OpenPractice, settings: HubSettings) => Promise<Answer<Value>>): Promise<Answer<Value>> =>
    withPractice(async (practice) => {
      const settings = await readSettings(practice)
      return settings?.isOn && running ? work(practice, settings) : refuse('hub-off')
    })

  const isSame = (one: ServerAddress, other: ServerAddress | undefined) => one.url === other?.url && one.user === other.user
  /** Keeps where this workstation could go back to. */
  const remember = async (practice: OpenPractice, kind: KnownServer['kind'], address: ServerAddress, hub?: string) => {
    const others = (await readServers(practice)).filter((each) => !isSame(address, each.address) && (hub === undefined || each.hub !== hub))
    const servers: StoredServer[] = [{ id: randomBytes(8).toString('hex'), kind, address, ...(hub !== undefined && { hub }) }, ...others].slice(0, mostServers)
    await practice.replica.local.put(settingsKind, serversId, servers)
  }
  const rememberPresent = async (practice: OpenPractice) => {
    const { sync } = await practice.parts()
    const present = sync.address()
    if (present && !(await readServers(practice)).some(({ address }) => isSame(present, address))) await remember(practice, 'server', present)
  }

  const desk: HubDesk = {
    serves: () => running !== undefined || status === 'starting',
    state: async () => stateNow(),
    turnOn: () =>
      withPractice(async (practice) => {
        if (practice.name.training) return refuse('training-never-syncs')
        const before = await readSettings(practice)
        if (before?.isOn && status === 'running') return done(stateNow())
        const { sync } = await practice.parts()
        const present = sync.address()
        const settings: HubSettings = {
          isOn: true,
          port: before?.port ?? hubPort,
          password: before?.password ?? randomBytes(24).toString('base64url'),
          ...(present ? { centre: present } : before?.centre && { centre: before.centre }),
        }
        become('starting')
        await keepSettings(practice, settings)
        const outcome = await start(practice, settings, true)
        if (outcome === 'started') return done(stateNow())
        await keepSettings(practice, { ...settings, isOn: false })
        await stop()
        become('failed', outcome)
        return refuse(hubProblem(outcome))
      }),
    turnOff: () =>
      withPractice(async (practice) => {
        const settings = await readSettings(practice)
        if (!settings?.isOn) return done(stateNow())
        const { sync } = await practice.parts()
        // What the others sent to the hub is to be here before it is closed: from here it goes on to the centre.
        await sync.pass()
        await keepSettings(practice, { ...settings, isOn: false })
        if (settings.centre) await sync.configure(settings.centre, { untried: true })
        else await sync.disconnect()
        await stop()
        parts.stay(false)
        return done(stateNow())
      }),
    makeCode: () =>
      withHub(async (practice) => {
        const made = await ask({ kind: 'make-code', offer: { practice: practice.name, own: practice.opened.station, stations: await stationsSeen(practice.replica) } })
        if (!made) return refuse('hub-off')
        codeUntil = made.until
        changed()
        return done(made)
      }),
    endCode: () =>
      withHub(async () => {
        if (!(await ask({ kind: 'end-code' }))) return refuse('hub-off')
        codeUntil = undefined
        changed()
        return done(stateNow())
      }),
    removeMember: (user) =>
      withHub(async (practice) => {
        if (!(await ask({ kind: 'remove-member', user }))) return refuse('hub-off')
        await readMembers(practice)
        return done(stateNow())
      }),
    setCentre: ({ url, user, password, pin }) =>
      withHub(async (practice, settings) => {
        const given: ServerAddress = { url, user, password, ...(pin && { pin }) }
        const { sync } = await practice.parts()
        const tried = await sync.probe(given)
        if (!tried.ok) return tried
        const claimed = await (await import('../sync')).claimAccount(given)
        if (!claimed.ok) return claimed
        const centre = claimed.value
        // A person has said that it is this one, whichever it was before.
        const { epoch: _former, ...kept } = settings
        const next = { ...kept, centre }
        await keepSettings(practice, next)
        await joinCentre(practice, next)
        return done(stateNow())
      }),
    forgetCentre: () =>
      withHub(async (practice, { centre: _gone, epoch: _former, ...settings }) => {
        await keepSettings(practice, settings)
        await joinCentre(practice, settings)
        changed()
        return done(stateNow())
      }),
    join: (address, typed) =>
      withPractice(async (practice) => {
        if (practice.name.training) return refuse('training-never-syncs')
        if ((await readSettings(practice))?.isOn) return refuse('hub-on')
        const joined = await joinByCode(address, typed, practice.opened.station, practice.name.id)
        if (!joined.ok) return joined
        const { url, user, password, pin, hub } = { ...joined.value, pin: joined.value.fingerprint }
        await rememberPresent(practice)
        const { sync } = await practice.parts()
        const configured = await sync.configure({ url, user, password, pin })
        if (configured.ok) await remember(practice, 'hub', { url, user, password, pin }, hub)
        keepLooking()
        return configured
      }),
    servers: async () => {
      const practice = parts.practice()
      if (!practice) return []
      const { sync } = await practice.parts()
      const present = sync.address()
      return (await readServers(practice)).map(({ id, kind, address }) => ({ id, kind, url: address.url, isCurrent: isSame(address, present) }))
    },
    useServer: (id) =>
      withPractice(async (practice) => {
        const wanted = (await readServers(practice)).find((each) => each.id === id)
        if (!wanted) return refuse('not-found')
        if ((await readSettings(practice))?.isOn) return refuse('hub-on')
        await rememberPresent(practice)
        const { sync } = await practice.parts()
        return sync.configure(wanted.address)
      }),
  }

  /** A hub that does not answer may have another address by now: it is told by its name, and proves itself by its certificate. */
  const lookForHub = async () => {
    const practice = parts.practice()
    if (!practice) return
    const { sync } = await practice.parts()
    const present = sync.address()
    const known = present && (await readServers(practice)).find(({ hub, address }) => hub !== undefined && isSame(address, present))
    if (!known?.hub || !isElsewhere(sync.state().problem)) return
    const found = (await (await import('../lan')).findHubs({ practice: practice.name.id })).find(({ hub }) => hub === known.hub)
    const url = found && `https://${found.address}:${found.port}`
    if (url === undefined || url === known.address.url || parts.practice() !== practice) return
    const moved = { ...known.address, url }
    if ((await sync.configure(moved)).ok) await remember(practice, 'hub', moved, known.hub)
  }
  const keepLooking = () => {
    clearTimeout(looking)
    looking = setTimeout(() => void lookForHub().catch(() => undefined).finally(() => looking && keepLooking()), parts.lookEveryMs ?? lookEveryMs)
    looking.unref()
  }

  return {
    desk,
    /** Keeps that this hub is the one that the workstation joined. */
    joined: (practice: OpenPractice, address: ServerAddress, hub: string): Promise<void> => remember(practice, 'hub', address, hub),
    /** Serves again what was served when the practice was closed; brings a hub that is off under a changed key. */
    run: async (practice: OpenPractice): Promise<void> => {
      forget()
      keepLooking()
      const settings = await readSettings(practice)
      if (!settings) return
      if (settings.isOn) {
        become('starting')
        await start(practice, settings, true)
        return
      }
      if (!practice.opened.earlier || !existsSync(join(folder, 'hub'))) return
      const outcome = await start(practice, settings, false)
      await parts.end()
      if (outcome !== 'started') throw new Error('the hub does not follow the key')
      status = 'off'
    },
    /** The practice is being closed: its hub's process ends with it. */
    close: async (): Promise<void> => {
      clearTimeout(looking)
      looking = undefined
      await relay?.stop()
      relay = undefined
      forget()
      status = 'off'
    },
  }
}

/** Nobody answers there, or somebody else does. */
const isElsewhere = (trouble: string | undefined): boolean => trouble === 'server-unreachable' || trouble === 'not-secure' || trouble === 'certificate-changed'

/** Words of the hub's process for why it does not run. */
const hubProblem = (reason: string): ProblemKind => (reason === 'EACCES' ? 'port-denied' : reason === 'EADDRINUSE' ? 'port-in-use' : reason === 'in-use' ? 'practice-in-use' : reason === 'ENOSPC' ? 'disk-full' : 'internal')

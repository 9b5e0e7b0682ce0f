import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { serveParent } from '../../hub'
import type { Answer, AskOf, HubState, RequestName, SideProcess, ValueOf } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { memoryLinks, type Link } from '../devices'
import { lanAddresses } from '../lan'
import { canMulticast } from '../lan/multicast.test-parts'
import { openTestServer } from '../sync/testing/someServer'
import { openPracticeHost, type PracticeHost } from './practiceHost'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 90_000 })

const password = 'correct horse battery'
const passphrase = 'a passphrase of ours'

let cleanUp: (() => Promise<unknown>)[] = []
let isKept = false
const keepOpen = (keep: boolean) => void (isKept = keep)
const closeAll = async () => {
  for (const each of cleanUp.reverse()) await each()
  cleanUp = []
}
afterEach(() => (isKept ? undefined : closeAll()))

/** The hub's process of a workstation, inside this one. */
const hubProcess = () => {
  const [near, far] = memoryLinks()
  const port = {
    on: (_name: 'message', tell: (event: { data: unknown }) => void) => far.onMessage((data) => tell({ data })),
    postMessage: (message: unknown) => far.send(message),
    start: () => undefined,
  }
  const close = serveParent({ on: (_name, tell) => tell({ data: undefined, ports: [port] }) })
  return { link: near as Link, close }
}

interface Workstation {
  readonly host: PracticeHost
  readonly folder: string
  ask<Name extends RequestName>(name: Name, what?: AskOf<Name>): Promise<Answer<ValueOf<Name>>>
  /** As {@link ask}; fails where it is refused. */
  must<Name extends RequestName>(name: Name, what?: AskOf<Name>): Promise<ValueOf<Name>>
  signIn(): Promise<void>
  /** The power goes: nothing is said to anybody. */
  killHub(): Promise<void>
  stop(): Promise<void>
}

const openWorkstation = async (place?: string): Promise<Workstation> => {
  const folder = place ?? (await mkdtemp(join(tmpdir(), 'outpost-lan-')))
  if (!place) cleanUp.push(() => rm(folder, { recursive: true, force: true }))
  let hub: ReturnType<typeof hubProcess> | undefined
  const end = async (name: SideProcess) => {
    if (name !== 'hub') return
    const going = hub
    hub = undefined
    await going?.close()
  }
  const start = () => {
    hub = hubProcess()
    const { link } = hub
    setImmediate(() => host.link('hub', link))
  }
  const host = openPracticeHost({
    folder,
    keystore: null,
    need: (name) => {
      if (name === 'hub') start()
    },
    noNeed: end,
    lookForHubMs: 1_000,
    log: (line) => void (line.startsWith('fault') && console.error(line)),
  })
  await host.start()
  if (host.state().state === 'locked') await host.unlock(passphrase)
  const connection = host.connect('a window', () => undefined)
  let call = 0
  const ask: Workstation['ask'] = async (request, what) => {
    const state = host.state()
    const answered = await connection.handle({ call: ++call, request, practice: state.state === 'open' ? state.practice.id : null, ask: what, byPerson: true })
    return answered?.answer as never
  }
  const must: Workstation['must'] = async (name, what) => {
    const answer = await ask(name, what)
    if (!answer.ok) throw new Error(`${name}: ${answer.problem.kind}`)
    return answer.value
  }
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= host.stop())
  cleanUp.push(stop)
  return {
    host, folder, ask, must, stop,
    signIn: async () => void (await must('signIn', { user: 'ada', password })),
    killHub: async () => {
      await end('hub')
      start()
    },
  }
}

const foundPractice = async (): Promise<Workstation> => {
  const a = await openWorkstation()
  await a.must('createPractice', { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada Admin', user: 'ada', password }, passphrase })
  await a.signIn()
  return a
}
const addressOf = ({ addresses }: HubState, url: string) => `127.0.0.1:${addresses[0]?.split(':').at(-1) ?? new URL(url).port}`
const becomeHub = async (a: Workstation): Promise<string> => {
  const state = await a.must('turnOnHub')
  expect(state.state).toBe('running')
  return addressOf(state, (await a.must('syncState')).server ?? '')
}
const joinAt = async (hub: Workstation, address: string, stationPrefix: string): Promise<Workstation> => {
  const { code } = await hub.must('makeJoinCode')
  const joined = await openWorkstation()
  const made = await joined.must('joinPracticeAtHub', { address, code: code.toLowerCase(), stationPrefix, passphrase })
  expect(made.practice.name).toBe('Hill Clinic')
  await joined.signIn()
  return joined
}
const register = (at: Workstation, family: string) => at.must('registerPatient', { key: `key of ${family}`, family, given: 'Amina', gender: 'female' })
const families = async (at: Workstation): Promise<string[]> => (await at.must('listPatients', { limit: 200 })).patients.map(({ family }) => family).sort()
const until = async (what: string, holds: () => Promise<boolean>, ms = 40_000) => {
  const begun = Date.now()
  while (!(await holds())) {
    if (Date.now() - begun > ms) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return Date.now() - begun
}
const allHave = (stations: readonly Workstation[], expected: readonly string[]) => until(`everybody has ${expected.join()}`, async () => (await Promise.all(stations.map(families))).every((each) => each.join() === [...expected].sort().join()))

describe('three computers on a switch, no internet', () => {
  // One clinic for all of these: each practice that is made costs half a second of key stretching.
  const clinic = {} as { a: Workstation; b: Workstation; c: Workstation; address: string }
  const everybody: string[] = []
  const writes = async (at: Workstation, family: string) => {
    await register(at, family)
    everybody.push(family)
  }
  const alike = () => allHave([clinic.a, clinic.b, clinic.c], everybody)
  beforeAll(() => keepOpen(true))
  afterAll(async () => {
    keepOpen(false)
    await closeAll()
  })

  test('one is made the hub in the settings, the others join by a code, and what one writes all have', async () => {
    const a = await foundPractice()
    clinic.a = a
    await writes(a, 'Oyelaran')
    clinic.address = await becomeHub(a)
    clinic.b = await joinAt(a, clinic.address, 'B')
    clinic.c = await joinAt(a, clinic.address, 'C')
    await writes(clinic.b, 'Balogun')
    await writes(clinic.c, 'Chukwu')
    await alike()
    expect((await a.must('hubState')).members.map(({ station, isOnline }) => [station, isOnline])).toEqual([['B', true], ['C', true]])
    // Numbers that people read tell from which workstation they are.
    expect((await a.must('listPatients', {})).patients.map(({ number }) => number.split('-')[0]).sort()).toEqual(['A', 'B', 'C'])
    expect((await a.must('readAudit', {})).lines.filter(({ action }) => action === 'hubMemberJoined').map(({ workstation }) => workstation)).toEqual(['C', 'B'])
    await a.must('removeHubMember', { user: 'workstation-zz' })
    expect((await a.must('readAudit', {})).lines[0]).toMatchObject({ action: 'removeHubMember', workstation: 'ZZ' })
  })

  test('another computer that is no workstation of the practice gets nothing, with a wrong code or with none', async () => {
    const { a, address } = clinic
    await a.must('makeJoinCode')
    const stranger = await openWorkstation()
    expect(await stranger.ask('joinPracticeAtHub', { address, code: '0000-0000-0000', stationPrefix: 'X', passphrase })).toMatchObject({ ok: false, problem: { kind: 'join-code-wrong' } })
    expect(stranger.host.state()).toMatchObject({ state: 'none' })
    const { code } = await a.must('makeJoinCode')
    expect(await stranger.ask('joinPracticeAtHub', { address, code, stationPrefix: 'A', passphrase })).toMatchObject({ ok: false, problem: { kind: 'station-taken' } })
    expect(await stranger.ask('joinPracticeAtHub', { address: '127.0.0.1:1', code, stationPrefix: 'X', passphrase })).toMatchObject({ ok: false, problem: { kind: 'server-unreachable' } })
  })

  test('the process of the hub dies and comes again: nobody has to do anything', async () => {
    await clinic.a.killHub()
    await writes(clinic.c, 'Danjuma')
    await alike()
  })

  test('it follows a change of the key, whether it is on or off, and nobody need join again', async () => {
    const { a, b } = clinic
    const change = async () => {
      await a.must('changeKey', { password })
      await a.signIn()
      await until('nothing is under the key before', async () => (await a.must('securityState')).following === undefined)
    }
    await change()
    await writes(b, 'Eze')
    await alike()
    await a.must('turnOffHub')
    await change()
    await writes(b, 'Falade')
    await becomeHub(a)
    await alike()
  })

  test('it has another address after the router was restarted: the others find it by themselves, and know it by its certificate', async ({ skip }) => {
    const { address } = clinic
    const [card] = lanAddresses()
    if (card === undefined || !(await canMulticast(card))) skip('no multicast here')
    await clinic.a.stop()
    const inTheWay = createServer((socket) => socket.destroy())
    // Where another test has taken the port meanwhile, it is in the way just as well.
    await new Promise<unknown>((ready) => inTheWay.once('error', ready).listen(Number(address.split(':').at(-1)), '0.0.0.0', () => ready(undefined)))
    cleanUp.push(() => new Promise<unknown>((closed) => inTheWay.close(closed)))
    clinic.a = await openWorkstation(clinic.a.folder)
    await clinic.a.signIn()
    await writes(clinic.a, 'Gambo')
    await alike()
    expect((await clinic.b.must('syncState')).server).not.toBe(`https://${address}`)
    expect((await clinic.b.must('listServers')).filter(({ kind }) => kind === 'hub')).toHaveLength(1)
  })
})

describe('with a centre', () => {
  test('the hub brings both in step; a workstation goes from the hub to the centre and back, and nobody is there twice', async () => {
    const centre = await openTestServer()
    cleanUp.push(() => centre.close())
    const a = await foundPractice()
    const practice = a.host.state() as { practice: { id: string; name: string; training: boolean } }
    const { url, user, password: secret } = await centre.makePractice(practice.practice)
    const login = { url, user, password: secret }
    await a.must('configureSync', login)
    await register(a, 'Oyelaran')
    await a.must('syncNow')

    // The workstation becomes the hub: the centre that it had is the hub's from now on.
    const address = await becomeHub(a)
    const b = await joinAt(a, address, 'B')
    await register(b, 'Balogun')
    await until('in step with the centre', async () => (await a.must('hubState')).centre?.link === 'online')
    const far = await openWorkstation()
    await far.must('joinPractice', { ...login, stationPrefix: 'F', passphrase })
    await far.signIn()
    await register(far, 'Faraway')
    await allHave([a, b, far], ['Oyelaran', 'Balogun', 'Faraway'])

    // Which server the hub's own workstation has is not changed by the way.
    for (const [name, ask] of [['configureSync', login], ['disconnectSync', undefined]] as const) expect(await a.ask(name, ask as never)).toMatchObject({ ok: false, problem: { kind: 'hub-on' } })

    // B goes to the centre with what it wrote on the way, and comes back.
    await b.must('configureSync', login)
    await register(b, 'Gambo')
    await allHave([a, b, far], ['Oyelaran', 'Balogun', 'Faraway', 'Gambo'])
    const back = (await b.must('listServers')).find(({ kind }) => kind === 'hub')
    await b.must('useServer', { id: back?.id ?? '' })
    await register(b, 'Hassan')
    const everybody = ['Oyelaran', 'Balogun', 'Faraway', 'Gambo', 'Hassan']
    await allHave([a, b, far], everybody)
    for (const station of [a, b, far]) expect((await station.must('syncState')).reviewItems).toBe(0)

    // The hub is given up: its workstation goes back to the centre, and everything is there.
    expect((await a.must('turnOffHub')).state).toBe('off')
    await until('back at the centre', async () => (await a.must('syncState')).server === url)
    await register(a, 'Ibrahim')
    await allHave([a, far], [...everybody, 'Ibrahim'])
  })
})

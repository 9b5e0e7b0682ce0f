import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { done, refuse, type Answer, type AskOf, type ClinicEvents, type EventMessage, type PracticeName, type PracticeState, type SideProcess } from '../../shared/contract'
import { createPracticeFile, demoPassphrase, foundPractice, readPracticeFile, unlockWithKeystore, unlockWithSecret, type Keystore, type OpenedKey } from '../access'
import { kindOf, openGate, type AnyHandler, type GateConnection } from '../gate/gate'
import { practiceHandlers, type PracticeLifecycle } from '../gate/practice'
import { readPracticeAt } from '../sync'
import type { Link } from '../devices'
import { openPractice, type OpenPractice } from './openPractice'
import { furnishDemo, isFurnished, runDemoHub } from './demo'

/** What surrounds a practice host: Electron's main process, the command line, or a test. */
export interface Surroundings {
  /** The data folder: one practice. */
  readonly folder: string
  readonly keystore: Keystore | null
  /** Asks for a side process; its link arrives by {@link PracticeHost.link}, again whenever it was restarted. */
  need(process: SideProcess): void
  noNeed(process: SideProcess): void
  /** One line for the log: never with what a patient is or has. */
  log(line: string): void
}

/** One practice on one workstation, with no window and no Electron. */
export interface PracticeHost {
  /** A window, or the command line, comes to the gate. */
  connect(id: string, send: (message: EventMessage) => void): GateConnection
  disconnect(id: string): void
  link(process: SideProcess, link: Link): void
  /** Image bytes for a ticket; null when it does not hold. */
  pixels(ticket: string, sopInstanceUid: string): Promise<Uint8Array | null>
  /** The parts of the practice, once it is open; for the command line. */
  practice(): OpenPractice | undefined
  state(): PracticeState
  /** Opens what the folder holds, as far as that needs nobody; makes the demo practice when asked to. */
  start(options?: { readonly demo?: boolean }): Promise<void>
  unlock(secret: string): Promise<Answer<PracticeName>>
  stop(): Promise<void>
}

/** What may be logged of a fault: its kind and where, not its message, which can quote data. */
const describeFault = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 4)
  const code = (error as { code?: unknown }).code
  return [error.name, typeof code === 'string' ? code : '', ...frames.map((line) => line.trim())].filter(Boolean).join(' ')
}

/** What a practice consists of in its data folder. */
const practiceContents = ['practice.json', 'replica.db', 'replica.db-wal', 'replica.db-shm', 'replica.head', 'replica.pages', 'replica.seal', 'archive', 'journal', 'hub']

/** Opens the host; call `start` next. */
export const openPracticeHost = (around: Surroundings): PracticeHost => {
  const { folder } = around
  const keystore = around.keystore ? 'os' : 'none'
  const connections = new Map<string, GateConnection>()
  let state: PracticeState = { state: 'none', keystore }
  let open: OpenPractice | undefined
  /** One change of the practice at a time. */
  let turn: Promise<unknown> = Promise.resolve()

  const announce = <Name extends keyof ClinicEvents>(name: Name, value: ClinicEvents[Name]) => {
    for (const connection of connections.values()) connection.announce(name, value)
  }
  /** Resolves as soon as there is something to say of the practice. */
  let isKnown: () => void = () => undefined
  const known = new Promise<void>((resolve) => {
    isKnown = resolve
  })
  const become = (next: PracticeState) => {
    isKnown()
    state = next
    announce('practiceChanged', next)
  }
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  const openWith = async (opened: OpenedKey): Promise<OpenPractice> => {
    open = await openPractice({
      ...opened,
      folder,
      announce,
      tell: (connection, event) => connections.get(connection)?.announce('sessionChanged', event),
      need: around.need,
      failed: (error) => around.log(`a part of the practice could not be opened: ${describeFault(error)}`),
    })
    return open
  }
  const isOpen = (opened: OpenedKey): PracticeName => {
    become({ state: 'open', practice: opened.practice, station: opened.station, keystore })
    return opened.practice
  }

  const close = async () => {
    const closing = open
    open = undefined
    around.noNeed('device')
    around.noNeed('hub')
    await closing?.close()
  }

  /** Whatever lies where a practice would lie is put aside, never deleted: it may be all that is left of one. */
  const putAside = async () => {
    await close()
    const lying = practiceContents.filter((name) => existsSync(join(folder, name)))
    if (lying.length === 0) return
    const aside = join(folder, `put-aside-${Date.now()}`)
    await mkdir(aside, { recursive: true })
    for (const name of lying) await rename(join(folder, name), join(aside, name))
  }

  /** Makes the demo practice from nothing; a half-made one is made anew. */
  const makeDemo = async (): Promise<Answer<PracticeName>> => {
    await putAside()
    become({ state: 'preparing', done: 0, of: 100 })
    const created = await createPracticeFile({ folder, name: 'Hillside Training Clinic', training: true, station: 'T', keystore: null, passphrase: demoPassphrase })
    if (!created.ok) return created
    const practice = await openWith(created.value)
    await furnishDemo(practice, (made, of) => become({ state: 'preparing', done: made, of }))
    await runDemoHub(practice, folder)
    return done(isOpen(created.value))
  }

  const openExisting = async (): Promise<void> => {
    const file = await readPracticeFile(folder)
    if (!file.ok) return become({ state: 'failed', problem: file.problem.kind, keystore })
    if (!file.value) return
    const { practice } = file.value
    const opened = practice.training ? await unlockWithSecret(folder, demoPassphrase) : await unlockWithKeystore(folder, around.keystore)
    if (!opened.ok) return become({ state: 'locked', practice, keystore })
    const parts = await openWith(opened.value)
    if (practice.training && !(await isFurnished(parts))) return void (await makeDemo())
    if (practice.training) await runDemoHub(parts, folder)
    // Without anybody who could sign in, creating or joining never finished.
    if ((await parts.access.signInChoices()).length === 0 && (await parts.replica.records.count('Patient')) === 0) return putAside()
    isOpen(opened.value)
  }

  const guarded = (work: () => Promise<Answer<PracticeName>>) =>
    inTurn(async () => {
      if (state.state !== 'none') return refuse('practice-exists')
      let made: Answer<PracticeName> | undefined
      try {
        made = await work()
        return made
      } finally {
        if (!made?.ok) {
          if (open) await putAside()
          become({ state: 'none', keystore })
        }
      }
    })

  const lifecycle: PracticeLifecycle = {
    state: async () => {
      await known
      return state
    },
    create: async (ask: AskOf<'createPractice'>) => {
      let recoveryCode = ''
      const made = await guarded(async () => {
        const created = await createPracticeFile({ folder, name: ask.name, training: false, station: ask.stationPrefix, keystore: around.keystore, passphrase: ask.passphrase })
        if (!created.ok) return created
        recoveryCode = created.value.recoveryCode
        const { replica } = await openWith(created.value)
        await foundPractice({ replica, practice: created.value.practice, letterhead: ask, administrator: ask.administrator, now: Date.now })
        return done(isOpen(created.value))
      })
      return made.ok ? done({ practice: made.value, recoveryCode }) : made
    },
    openDemo: () => guarded(makeDemo),
    join: async (ask: AskOf<'joinPractice'>) => {
      let recoveryCode = ''
      const made = await guarded(async () => {
        const found = await readPracticeAt({ url: ask.url, user: ask.user, password: ask.password })
        if (!found.ok) return found
        if (found.value.training) return refuse('training-never-syncs')
        const created = await createPracticeFile({
          folder, name: found.value.name, training: false, station: ask.stationPrefix, keystore: around.keystore, passphrase: ask.passphrase, practice: found.value.id,
        })
        if (!created.ok) return created
        recoveryCode = created.value.recoveryCode
        const practice = await openWith(created.value)
        const { sync } = await practice.parts()
        const connected = await sync.configure({ url: ask.url, user: ask.user, password: ask.password })
        if (!connected.ok) return connected
        // People can sign in only once the staff have arrived.
        await sync.pass()
        return done(isOpen(created.value))
      })
      return made.ok ? done({ practice: made.value, recoveryCode }) : made
    },
    unlock: (secret: string) =>
      inTurn(async () => {
        if (state.state === 'open') return done(state.practice)
        if (state.state !== 'locked') return refuse('no-practice')
        const opened = await unlockWithSecret(folder, secret, { keystore: around.keystore })
        if (!opened.ok) return opened
        await openWith(opened.value)
        return done(isOpen(opened.value))
      }),
  }
  const always = practiceHandlers(lifecycle) as Record<string, AnyHandler>

  const gateParts = {
    practice: () => (state.state === 'open' || state.state === 'locked' ? state.practice.id : null),
    handlers: () => (state.state === 'open' && open ? { ...open.handlers, ...always } : always),
    signedIn: (connection: string) => (state.state === 'open' && open ? open.access.signedIn(connection) : ({ state: 'none' } as const)),
    may: (session: { role: Parameters<OpenPractice['access']['may']>[0]['role'] }, action: Parameters<OpenPractice['access']['may']>[1]) => open?.access.may(session, action) ?? false,
    touch: (connection: string) => open?.access.touch(connection),
    audit: async (entry: Parameters<OpenPractice['access']['audit']['write']>[0]) => {
      await open?.access.audit.write(entry)
    },
    fault: (request: string, error: unknown) => around.log(`fault in ${request}: ${describeFault(error)}`),
  }

  return {
    connect: (id, send) => {
      const connection = openGate(gateParts, id, send)
      connections.set(id, connection)
      return connection
    },
    disconnect: (id) => {
      connections.delete(id)
      void open?.access.closeConnection(id)
    },
    link: (process, link) => (open ? open.link(process, link) : link.close()),
    pixels: async (ticket, sopInstanceUid) => (await (await open?.parts())?.imaging.readPixels(ticket, sopInstanceUid)) ?? null,
    practice: () => (state.state === 'open' ? open : undefined),
    state: () => state,
    start: ({ demo = false } = {}) =>
      inTurn(async () => {
        try {
          await openExisting()
          if (demo && state.state === 'none') await makeDemo()
        } catch (error) {
          around.log(`the practice could not be opened: ${describeFault(error)}`)
          await close().catch(() => undefined)
          become({ state: 'failed', problem: kindOf(error), keystore })
        } finally {
          isKnown()
        }
      }),
    unlock: lifecycle.unlock,
    stop: () => inTurn(close),
  }
}

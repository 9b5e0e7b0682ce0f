import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { done, refuse, type Answer, type AskOf, type ClinicEvents, type EventMessage, type PracticeName, type PracticeState, type SideProcess } from '../../shared/contract'
import {
  changeKey, createPracticeFile, demoPassphrase, foundPractice, readPracticeFile, removeUnfinished, settleKeyChange, unlockWithKeystore, unlockWithSecret, type Keystore, type LeftOver, type OpenedKey, type Session,
} from '../access'
import { BackupProblem, briskly, clearInterruptedRestore, type Restored } from '../backup'
import { restoreHandlers, type RestoreLifecycle } from '../gate/backup'
import { joinHandlers, type JoinLifecycle } from '../gate/hub'
import { kindOf, openGate, type AnyHandler, type GateConnection } from '../gate/gate'
import { practiceHandlers, type PracticeLifecycle } from '../gate/practice'
import { ReplicaProblem, settleRepair } from '../replica'
import type { ServerAddress } from '../sync'
import type { Link } from '../devices'
import { openPractice, type OpenPractice } from './practice'
import { hubsOnLan, joinByCode, openHubDesk } from './hub'
import { noteOutcome, openSecurity } from './security'

/** What surrounds a practice host: Electron's main process, the command line, or a test. */
export interface Surroundings {
  /** The data folder: one practice. */
  readonly folder: string
  readonly keystore: Keystore | null
  /** Asks for a side process; its link arrives by {@link PracticeHost.link}, again whenever it was restarted. */
  need(process: SideProcess): void
  /** Ends a side process; what it answers resolves when it is gone. */
  noNeed(process: SideProcess): void | Promise<void>
  /** Shows an address in the system's browser; absent where there is no window. */
  openOutside?(url: string): void
  /** Others work over this computer: it is to go on without a window. */
  stay?(on: boolean): void
  /** For tests: how often a hub that does not answer is looked for, milliseconds. */
  readonly lookForHubMs?: number
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
  pixels(ticket: string, sopInstanceUid: string, frame?: number): Promise<Uint8Array | null>
  /** The parts of the practice, once it is open; for the command line. */
  practice(): OpenPractice | undefined
  state(): PracticeState
  /** Opens what the folder holds, as far as that needs nobody; makes the demo practice when asked to. */
  start(options?: { readonly demo?: boolean }): Promise<void>
  unlock(secret: string, newPassphrase?: string): Promise<Answer<PracticeName>>
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
const practiceContents = ['practice.json', 'replica.db', 'replica.db-wal', 'replica.db-shm', 'replica.head', 'replica.pages', 'replica.seal', 'repair', 'archive', 'spool', 'blobs', 'journal', 'hub']

/** Only a training practice needs it. */
const demo = () => import('./demo')

/** A start that takes longer says why. */
const longStartMs = 300

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

  /** Who needs this computer to go on without a window: workstations that work over it, modalities that send to it. */
  const staying = new Set<SideProcess>()
  const stay = (who: SideProcess, on: boolean) => {
    if (on) staying.add(who)
    else staying.delete(who)
    around.stay?.(staying.size > 0)
  }

  const security = openSecurity({
    folder,
    keystore,
    practice: () => (state.state === 'open' ? open : undefined),
    inTurn,
    changeKey: (by) => rotate(by),
    announce: (following) => announce('securityChanged', { following }),
  })
  const hub = openHubDesk({
    folder,
    practice: () => (state.state === 'open' ? open : undefined),
    end: () => around.noNeed('hub'),
    changed: (next) => announce('hubChanged', next),
    stay: (on) => stay('hub', on),
    ...(around.lookForHubMs !== undefined && { lookEveryMs: around.lookForHubMs }),
    log: around.log,
  })

  /** Said only when it lasts: most starts have nothing to bring. */
  const migrationOf = (opened: OpenedKey) => {
    const begun = Date.now()
    let said = -1
    return (made: number, of: number) => {
      const percent = of === 0 ? 0 : Math.floor((100 * made) / of)
      if (percent === said || Date.now() - begun < longStartMs) return
      said = percent
      become({ state: 'migrating', practice: opened.practice, done: percent })
    }
  }
  /** With what the practice was opened last, or tried to. */
  let lastOpened: OpenedKey | undefined
  const openWith = async (opened: OpenedKey): Promise<OpenPractice> => {
    lastOpened = opened
    await settleRepair(folder)
    open = await openPractice({
      onMigration: migrationOf(opened),
      ...opened,
      folder,
      security: security.desk,
      hub: hub.desk,
      announce,
      tell: (connection, event) => connections.get(connection)?.announce('sessionChanged', event),
      need: around.need,
      noNeed: around.noNeed,
      stay: (on) => stay('dicom', on),
      ...(around.openOutside && { openOutside: around.openOutside }),
      failed: (error) => around.log(`a part of the practice could not be opened: ${describeFault(error)}`),
      log: around.log,
    })
    // Another process may have changed the key between reading the practice file and opening the records.
    const now = await readPracticeFile(folder)
    if (now.ok && now.value?.generation !== opened.generation) {
      await close()
      throw new ReplicaProblem('practice-in-use')
    }
    await removeUnfinished(folder)
    watchOver(open)
    return open
  }
  /** The practice could not be opened, or not any longer. */
  const becomeFailed = (error: unknown) => {
    const problem = kindOf(error)
    if (problem === 'replica-damaged' && lastOpened) become({ state: 'damaged', practice: lastOpened.practice, keystore })
    else become({ state: 'failed', problem, keystore })
  }
  /** Damage that is found while people are at work ends their work: an answer could soon rest on it. */
  const watchOver = (practice: OpenPractice) =>
    practice.replica.onDamage((problem) => {
      around.log('damage was found in the records')
      void inTurn(async () => {
        if (open !== practice) return
        await close().catch(() => undefined)
        becomeFailed(problem)
      })
    })
  const isOpen = (opened: OpenedKey): PracticeName => {
    become({ state: 'open', practice: opened.practice, station: opened.station, keystore })
    return opened.practice
  }

  const close = async () => {
    const closing = open
    open = undefined
    await hub.close()
    const gone = [around.noNeed('device'), around.noNeed('hub'), around.noNeed('dicom')]
    await closing?.close()
    await Promise.all(gone)
  }

  /** Whatever lies where a practice would lie is put aside, never deleted: it may be all that is left of one. */
  const putAside = async () => {
    await close()
    await mkdir(folder, { recursive: true })
    const lying = (await readdir(folder)).filter((name) => practiceContents.includes(name) || /^(?:replica\.(?:seal|head|pages)|generation-\d+)$/.test(name))
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
    await (await demo()).furnishDemo(practice, (made, of) => become({ state: 'preparing', done: made, of }))
    await runBeside(practice)
    return done(isOpen(created.value))
  }

  /** Runs the hub of this workstation or the demo's, and what follows a change of the key. */
  const runBeside = async (practice: OpenPractice) => {
    const runs = practice.name.training ? new Promise<void>((started) => void demo().then(({ runDemoHub }) => runDemoHub(practice, folder, started)).catch(failedLater)) : hub.run(practice)
    runs.catch(failedLater)
    security.follow(practice, runs).catch(failedLater)
  }
  const failedLater = (error: unknown) => around.log(`a part of the practice could not be opened: ${describeFault(error)}`)

  /** What a crash left of a change of the key has been brought to its end or undone; it is written down once the practice is open. */
  let leftOver: LeftOver = 'none'
  const noteLeftOver = async (practice: OpenPractice) => {
    if (leftOver === 'none') return
    const outcome = leftOver
    leftOver = 'none'
    await practice.access.audit.write({ session: null, action: outcome === 'undone' ? 'keyChangeUndone' : 'keyChangeFinished', outcome: outcome === 'undone' ? 'refused' : 'done' })
    if (outcome === 'undone') await noteOutcome(practice, { at: new Date().toISOString(), outcome, damaged: 0 })
  }

  /** Closed while the records are copied: what somebody wrote meanwhile would be in one of the two copies only. */
  const rotate = (by: Session): Promise<Answer<null>> =>
    inTurn(async () => {
      const practice = open
      if (state.state !== 'open' || !practice) return refuse('no-practice')
      const before = practice.opened
      if (before.earlier) return refuse('conflict')
      await practice.access.audit.write({ session: by, action: 'keyChangeBegun', outcome: 'done' })
      const progress = (percent: number) => {
        if (state.state !== 'rekeying' || state.done !== percent) become({ state: 'rekeying', practice: before.practice, done: percent })
      }
      progress(0)
      let after = before
      let answer: Answer<null> = done(null)
      try {
        await close()
        const changed = await changeKey({ folder, opened: before, keystore: around.keystore, progress })
        if (changed.ok) after = changed.value
        else answer = changed
      } catch (error) {
        around.log(`the key could not be changed: ${describeFault(error)}`)
        answer = refuse(kindOf(error))
      }
      try {
        const reopened = await openWith(after)
        isOpen(after)
        await runBeside(reopened)
      } catch (error) {
        around.log(`the practice could not be opened: ${describeFault(error)}`)
        await close().catch(() => undefined)
        becomeFailed(error)
      }
      return answer
    })

  const openExisting = async (): Promise<void> => {
    await clearInterruptedRestore(folder)
    const settled = await settleKeyChange(folder)
    if (!settled.ok) return become({ state: 'failed', problem: settled.problem.kind, keystore })
    leftOver = settled.value
    const file = await readPracticeFile(folder)
    if (!file.ok) return become({ state: 'failed', problem: file.problem.kind, keystore })
    if (!file.value) return
    const { practice } = file.value
    const opened = practice.training ? await unlockWithSecret(folder, demoPassphrase) : await unlockWithKeystore(folder, around.keystore)
    if (!opened.ok) return become({ state: 'locked', practice, keystore })
    const parts = await openWith(opened.value)
    if (practice.training && !(await (await demo()).isFurnished(parts))) return void (await makeDemo())
    await noteLeftOver(parts)
    // Without anybody who could sign in, creating or joining never finished.
    if ((await parts.access.signInChoices()).length === 0 && (await parts.replica.records.count('Patient')) === 0) return putAside()
    isOpen(opened.value)
    await runBeside(parts)
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

  /** Where a practice was found, and how this workstation gets in there. */
  interface Found {
    readonly practice: PracticeName
    readonly address: ServerAddress
    /** Names the hub, where it is one. */
    readonly hub?: string
  }
  /** A further workstation: makes this practice's files here and fetches its people. */
  const takeOver = async (ask: { readonly stationPrefix: string; readonly passphrase?: string | undefined }, find: () => Promise<Answer<Found>>): Promise<Answer<{ practice: PracticeName; recoveryCode: string }>> => {
    let recoveryCode = ''
    const made = await guarded(async () => {
      const found = await find()
      if (!found.ok) return found
      const { practice: named, address, hub: at } = found.value
      if (named.training) return refuse('training-never-syncs')
      const created = await createPracticeFile({ folder, name: named.name, training: false, station: ask.stationPrefix, keystore: around.keystore, passphrase: ask.passphrase, practice: named.id })
      if (!created.ok) return created
      recoveryCode = created.value.recoveryCode
      const practice = await openWith(created.value)
      const { sync } = await practice.parts()
      const connected = await sync.configure(address)
      if (!connected.ok) return connected
      if (at !== undefined) await hub.joined(practice, address, at)
      // People can sign in only once the staff have arrived.
      await sync.pass()
      const name = isOpen(created.value)
      await runBeside(practice)
      return done(name)
    })
    return made.ok ? done({ practice: made.value, recoveryCode }) : made
  }

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
    join: (ask: AskOf<'joinPractice'>) => {
      const address = { url: ask.url, user: ask.user, password: ask.password }
      return takeOver(ask, async () => {
        const found = await (await import('../sync')).readPracticeAt(address)
        return found.ok ? done({ practice: found.value, address }) : found
      })
    },
    repair: ({ backupFolder }) =>
      inTurn(async () => {
        const opened = lastOpened
        if (state.state !== 'damaged' || !opened) return refuse('conflict')
        try {
          const report = await (await import('./repair')).repairPractice({ folder, opened, ...(backupFolder !== undefined && { backupFolder }), become, reopen: () => openWith(opened) })
          become({ state: 'repaired', practice: opened.practice, report })
          return done(report)
        } catch (error) {
          around.log(`the records could not be repaired: ${describeFault(error)}`)
          await close().catch(() => undefined)
          become({ state: 'damaged', practice: opened.practice, keystore })
          return refuse(kindOf(error))
        }
      }),
    leaveRepair: () =>
      inTurn(async () => {
        const opened = lastOpened
        if (state.state !== 'repaired' || !opened || !open) return refuse('conflict')
        const name = isOpen(opened)
        await runBeside(open)
        return done(name)
      }),
    unlock: (secret: string, newPassphrase?: string) =>
      inTurn(async () => {
        if (state.state === 'open') return done(state.practice)
        if (state.state !== 'locked') return refuse('no-practice')
        // Another process may have been at it since this one started.
        const settled = await settleKeyChange(folder)
        if (!settled.ok) return settled
        if (settled.value !== 'none') leftOver = settled.value
        const opened = await unlockWithSecret(folder, secret, { keystore: around.keystore, ...(newPassphrase !== undefined && { newPassphrase }) })
        if (!opened.ok) return opened
        try {
          const practice = await openWith(opened.value)
          await noteLeftOver(practice)
          const name = isOpen(opened.value)
          await runBeside(practice)
          return done(name)
        } catch (error) {
          if (kindOf(error) !== 'replica-damaged') throw error
          around.log(`the practice could not be opened: ${describeFault(error)}`)
          await close().catch(() => undefined)
          becomeFailed(error)
          return refuse('replica-damaged')
        }
      }),
  }
  const joining: JoinLifecycle = {
    find: () => hubsOnLan(state.state === 'open' || state.state === 'locked' ? state.practice.id : undefined),
    joinAtHub: (ask) =>
      takeOver(ask, async () => {
        const joined = await joinByCode(ask.address, ask.code, ask.stationPrefix)
        if (!joined.ok) return joined
        const { practice, url, user, password, fingerprint } = joined.value
        return done({ practice, address: { url, user, password, pin: fingerprint }, hub: joined.value.hub })
      }),
  }
  let restoring = new AbortController()
  const backups: RestoreLifecycle = {
    find: async (from) => {
      if (state.state !== 'none') return refuse('practice-exists')
      try {
        return done((await (await import('../backup')).findPlaces(from)).map(({ practice, station, newest }) => ({ practice, station, newest })))
      } catch (error) {
        if (error instanceof BackupProblem) return refuse(error.kind, error.facts)
        throw error
      }
    },
    restore: async ({ folder: from, ...ask }) => {
      let restored: Restored | undefined
      const made = await guarded(async () => {
        restoring = new AbortController()
        become({ state: 'preparing', done: 0, of: 100 })
        let said = 0
        const progress = (now: number, of: number) => {
          const percent = of === 0 ? 0 : Math.min(99, Math.floor((100 * now) / of))
          if (percent > said) become({ state: 'preparing', done: (said = percent), of: 100 })
        }
        try {
          restored = await (await import('../backup')).restorePractice({ ...ask, from, data: folder, keystore: around.keystore, slices: briskly(restoring.signal), progress })
        } catch (error) {
          if (error instanceof BackupProblem) return refuse(error.kind, error.facts)
          throw error
        }
        const opened = await unlockWithSecret(folder, ask.code)
        if (!opened.ok) return opened
        const practice = await openWith(opened.value)
        await practice.access.audit.write({ session: null, action: 'restoreBackup', outcome: 'done' })
        const name = isOpen(opened.value)
        await runBeside(practice)
        return done(name)
      })
      if (!made.ok) return made
      if (!restored) return refuse('internal')
      const { practice, stationBefore, station, at, documents, files } = restored
      return done({ practice, stationBefore, station, at, documents, files })
    },
    cancelRestore: () => restoring.abort(),
  }
  const always = { ...practiceHandlers(lifecycle), ...restoreHandlers(backups), ...joinHandlers(joining) } as Record<string, AnyHandler>

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
    pixels: async (ticket, sopInstanceUid, frame) => (await (await open?.parts())?.imaging.readPixels(ticket, sopInstanceUid, frame)) ?? null,
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
          becomeFailed(error)
        } finally {
          isKnown()
        }
      }),
    unlock: lifecycle.unlock,
    stop: () => inTurn(close),
  }
}

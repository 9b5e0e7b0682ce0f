import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { monotonicFactory } from 'ulid'
import { done, refuse, type Answer, type Reading } from '../../../shared/contract'
import { answerTrace, openBlackBox, type BlackBox } from '../blackBox'
import type { VitalNumbers } from '../framers'
import { openJournal, type Journal } from '../journal'
import { openBareLines } from '../lines'
import type { Link } from '../link'
import type { Capture, DeviceCondition, HostAnswers, HostAsk, PairedDevice, ToDesk, ToStation } from '../messages'
import { openPairing } from '../pairing'
import { profileOf, putOwnProfiles, type Profile } from '../profiles'
import { type FolderPace, isFolderPath, listPorts, openBluetooth, transportAt, type Transport } from '../transports'
import { messageDriver } from './driverFor'
import { keepFolder } from './keepFolder'
import { keepOpen, type LineState } from './keepOpen'
import { replayCapture, replayVitals } from './replay'
import { simulateDevice, type SimulatedDevice } from './simulated'
import { vitalsDriver, type VitalsDriver } from './vitalsDriver'
import { waveTap } from './waveTap'

/** The device host without its process: opens ports, runs drivers, keeps the journal. */
export interface DeviceStation {
  /** A practice host comes, the first or after a restart of its process; an earlier one is let go. */
  attach(link: Link): void
  close(): Promise<void>
}

/** What a station can be given instead of the real thing. */
export interface StationOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Default: serial ports. */
  readonly transportOf?: (device: Pick<PairedDevice, 'path' | 'serial'>) => Transport
  /** How long an analyser waits for its answer, for tests that cannot wait as long; see `ReceiverOptions.replyMs`. */
  readonly replyMs?: number
  /** Where the system's message bus is, for tests. */
  readonly busAddress?: string
  /** How folders are watched, for tests that cannot wait as long. */
  readonly folderPace?: FolderPace
}

interface Served {
  readonly device: PairedDevice
  condition: DeviceCondition
  readonly vitals?: VitalsDriver
  readonly simulator?: SimulatedDevice
  /** Absent: unknown when it was opened. */
  readonly profile?: Profile
  stop(): Promise<void>
}

/** A reading older than this is not taken any more: of a stream, and of a device that measures once. */
const readingMs = { stream: 10_000, spot: 10 * 60_000 } as const
/** A capture that was not confirmed is sent again after this. */
const againMs = 15_000
/** How often "last heard" is told while nothing else changes. */
const heardMs = 2_000

/** How long the practice host may take to say what to measure: analysers wait some 5 to 15 seconds. */
const wantedMs = 4_000

const newId = monotonicFactory(() => randomBytes(4).readUInt32BE() / 2 ** 32)

/** Starts with no devices; the practice host says `open` over its link. */
export const createDeviceStation = (options: StationOptions = {}): DeviceStation => {
  const now = options.now ?? Date.now
  const served = new Map<string, Served>()
  let link: Link<ToDesk, ToStation> | undefined
  let journal: Journal | undefined
  /** What is ours on this computer's disk. */
  let ownFolder = ''
  let box: BlackBox | undefined
  let training = false
  /** One change at a time: opening, pairing and closing follow each other. */
  let turn: Promise<void> = Promise.resolve()

  const tell = (message: ToDesk) => link?.send(message)
  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(work).catch(() => undefined)
    return turn
  }
  const bluetooth = openBluetooth(options.busAddress)
  const lines = openBareLines({
    now,
    transportAt: (path, serial) => options.transportOf?.({ path, serial }) ?? transportAt(path, serial),
    tap: (path, from, bytes) => box?.note(path, from, bytes),
    isServed: (path) => [...served.values()].some(({ device, condition }) => condition.state !== 'stopped' && (device.path === path || condition.path === path)),
  })
  const pairing = openPairing({ lines, now })
  const wanted = new Map<number, (codes: readonly string[] | undefined) => void>()
  let lastWanted = 0
  /** Asks the practice host what to measure in a tube; undefined when it cannot say. */
  const worklist = (device: string, specimen: string): Promise<readonly string[] | undefined> =>
    new Promise((answer) => {
      const call = ++lastWanted
      const late = setTimeout(() => settle(undefined), wantedMs)
      const settle = (codes: readonly string[] | undefined) => {
        clearTimeout(late)
        wanted.delete(call)
        answer(codes)
      }
      wanted.set(call, settle)
      if (link) tell({ kind: 'wanted', call, device, specimen })
      else settle(undefined)
    })
  const deliver = (capture: Capture) => tell({ kind: 'captured', capture })
  const waves = waveTap((piece) => tell({ kind: 'wave', piece }), now)
  const resend = setInterval(() => {
    const late = now() - againMs
    for (const capture of journal?.undelivered() ?? []) if (Date.parse(capture.at) < late) deliver(capture)
  }, againMs)
  resend.unref()

  const serve = async (device: PairedDevice): Promise<void> => {
    await letGo(device.id)
    const profile = profileOf(device.profile)
    const keeping = journal
    const entry = (path: string): DeviceCondition => ({ device: device.id, state: 'waiting', path })
    if (!profile || !keeping || (device.simulated && !training)) {
      const condition: DeviceCondition = { ...entry(device.path), state: 'stopped', ...(profile ? {} : { problem: 'profile-unknown' }) }
      served.set(device.id, { device, condition, stop: () => Promise.resolve() })
      return void tell({ kind: 'condition', condition })
    }
    const simulator = device.simulated ? await simulateDevice(device, profile) : undefined
    const bare = simulator?.transport ?? options.transportOf?.(device) ?? transportAt(device.path, device.serial)
    const transport = box?.tapped(device.id, { path: device.path, profile: profile.id }, bare) ?? bare
    let toldHeard = 0
    /** Shown until a whole message comes. */
    let isEndless = false
    const change = (condition: Partial<DeviceCondition>) => {
      one.condition = { ...one.condition, ...condition }
      tell({ kind: 'condition', condition: one.condition })
    }
    const heard = () => {
      const at = now()
      if (one.condition.state === 'open' && at - toldHeard < heardMs) return
      toldHeard = at
      const problem = isEndless ? 'endless-message' : vitals?.hasSeveralBeds() ? 'several-beds' : undefined
      change({ state: 'open', problem, lastHeard: new Date(at).toISOString() })
    }
    const live = (numbers: VitalNumbers | undefined, at: number) =>
      tell({
        kind: 'reading',
        reading: { id: '', device: device.id, at: new Date(at).toISOString(), usable: numbers !== undefined, values: numbers ? valuesOf(numbers) : [] },
      })
    const vitals =
      profile.category === 'vitals'
        ? vitalsDriver({
            device: device.id, profile, journal: keeping, now, live,
            journalFailed: () => tell({ kind: 'journal-failed' }),
            endless: () => change({ problem: 'endless-message' }),
            severalBeds: () => change({ problem: 'several-beds' }),
            wave: (wave, at) => waves.add(device.id, wave, at),
            captured: deliver,
          })
        : undefined
    const surroundings = {
      device: device.id,
      journal: keeping,
      now,
      captured: (capture: Capture) => {
        if (isEndless) change({ problem: undefined })
        isEndless = false
        deliver(capture)
      },
      endless: () => {
        isEndless = true
        change({ problem: 'endless-message' })
      },
      journalFailed: () => tell({ kind: 'journal-failed' }),
      worklist: (specimen: string) => worklist(device.id, specimen),
    }
    const driver = profile.category === 'vitals' ? vitals! : messageDriver(profile, { ...surroundings, replyMs: options.replyMs })
    const one: Served = {
      device,
      profile,
      condition: entry(simulator?.path ?? device.path),
      ...(vitals ? { vitals } : {}),
      ...(simulator ? { simulator } : {}),
      stop: async () => {
        await line.stop()
        await simulator?.close()
      },
    }
    served.set(device.id, one)
    const tellLine = ({ state, problem, path }: LineState) => change({ state, problem, ...(path === undefined ? {} : { path }) })
    const line =
      isFolderPath(device.path) && profile.category === 'analyser'
        ? keepFolder(device.path, { ...surroundings, profile, kept: ownFolder, heard: (bytes) => (box?.note(device.id, 'device', bytes), heard()), overlong: surroundings.endless }, tellLine, options.folderPace)
        : keepOpen(
            transport,
            {
              opened: driver.opened,
              closed: driver.closed,
              bytes: (bytes) => {
                heard()
                driver.bytes(bytes)
              },
            },
            tellLine,
            profile.category === 'vitals' ? profile.silenceMs : undefined,
          )
  }
  /** One device that cannot be served never keeps the others from it. */
  const serveOrTell = (device: PairedDevice) =>
    serve(device).catch(() => {
      const condition: DeviceCondition = { device: device.id, state: 'stopped', problem: 'port-failed', path: device.path }
      served.set(device.id, { device, condition, stop: () => Promise.resolve() })
      tell({ kind: 'condition', condition })
    })
  const letGo = async (device: string) => {
    const one = served.get(device)
    served.delete(device)
    await one?.stop()
  }

  const open = async (message: Extract<ToStation, { kind: 'open' }>) => {
    training = message.training
    ownFolder = dirname(message.folder)
    putOwnProfiles(message.profiles ?? [])
    if (!journal) {
      try {
        const opened = await openJournal(message.folder, message.journalKey)
        box = openBlackBox({ ...message, now })
        journal = box.marking(opened)
      } catch {
        return void tell({ kind: 'journal-failed' })
      }
    }
    const wanted = new Map(message.devices.map((device) => [device.id, device]))
    for (const id of served.keys()) if (!wanted.has(id)) await letGo(id)
    for (const device of wanted.values()) {
      const one = served.get(device.id)
      if (one && JSON.stringify(one.device) === JSON.stringify(device)) tell({ kind: 'condition', condition: one.condition })
      else await serveOrTell(device)
    }
    for (const capture of journal.undelivered()) deliver(capture)
    tell({ kind: 'opened' })
  }

  /** Devices of a profile that came, went or changed are served anew. */
  const takeProfiles = async (files: Extract<ToStation, { kind: 'profiles' }>['files']) => {
    putOwnProfiles(files)
    const changed = [...served.values()].filter(({ device, profile }) => JSON.stringify(profileOf(device.profile)) !== JSON.stringify(profile))
    for (const { device } of changed) await serveOrTell(device)
  }

  /** The newest numbers of a vitals device, with their bytes put on record. */
  const takeReading = async (id: string): Promise<Answer<HostAnswers['reading']>> => {
    const one = served.get(id)
    if (one?.vitals?.hasSeveralBeds()) return refuse('several-beds')
    const newest = one?.vitals?.newest()
    if (!one?.profile || one.profile.category !== 'vitals' || !newest) return refuse('no-reading')
    const limitMs = one.profile.readingMs ?? readingMs[one.profile.gives]
    if (now() - newest.at > limitMs) return refuse('reading-stale', { limitSeconds: limitMs / 1000 })
    const at = new Date(newest.at).toISOString()
    const reading: Omit<Reading, 'deviceName'> = { id: newest.id ?? newId(), device: id, at, usable: true, values: valuesOf(newest.numbers), ...(newest.bed === undefined ? {} : { bed: newest.bed }) }
    if (newest.raw) await journal?.keep({ device: id, profile: one.device.profile, at, raw: newest.raw, reading: reading.id })
    return done(reading)
  }
  const answerOf = async (ask: HostAsk): Promise<Answer<unknown>> => {
    switch (ask.what) {
      case 'ports':
        return done(await listPorts())
      case 'bluetooth':
        return done(await bluetooth.answer(ask.bluetooth))
      case 'line':
        return lines.answer(ask.line)
      case 'pairing':
        return pairing.answer(ask.pairing)
      case 'trace':
        return box && journal ? answerTrace({ box, journal, ...(training ? { deliver } : {}) }, ask.trace) : refuse('device-host-restarting')
      case 'reading':
        return takeReading(ask.device)
      case 'simulate':
        return served.get(ask.device)?.simulator?.sendResult(ask.accession) ? done(null) : refuse('not-found')
      case 'replay': {
        const profile = profileOf(ask.profile)
        if (!profile) return refuse('profile-unknown')
        if (profile.category === 'vitals') {
          const vitals = replayVitals(ask.bytes, profile)
          const answer: HostAnswers['replay'] = { captures: [], refusedFrames: vitals.refused, vitals }
          return done(answer)
        }
        // Asked in one breath with opening: the journal may be under way.
        await turn
        if (!journal) return refuse('device-host-restarting')
        const { captures, refusedFrames } = await replayCapture(ask.bytes, ask.device, profile, journal, now)
        for (const capture of captures) deliver(capture)
        const answer: HostAnswers['replay'] = { captures: captures.map(({ id }) => id), refusedFrames }
        return done(answer)
      }
    }
  }

  const hear = (from: Link<ToDesk, ToStation>, message: ToStation): void => {
    switch (message.kind) {
      case 'open':
        return void inTurn(() => open(message))
      case 'profiles':
        return void inTurn(() => takeProfiles(message.files))
      case 'pair':
        return void inTurn(() => serveOrTell(message.device))
      case 'unpair':
        return void inTurn(() => letGo(message.device))
      case 'worklist':
        return wanted.get(message.call)?.(message.codes)
      case 'watch':
        return waves.watch(message.devices)
      case 'stored':
        return void journal?.delivered(message.capture).catch(() => tell({ kind: 'journal-failed' }))
      case 'ask':
        void answerOf(message.ask)
          .catch(() => refuse('internal'))
          .then((answer) => from.send({ kind: 'answer', call: message.call, answer }))
    }
  }

  return {
    attach: (given) => {
      const next = given as Link<ToDesk, ToStation>
      link?.close()
      link = next
      next.onMessage((message) => link === next && hear(next, message))
      next.onClose(() => {
        // The practice host died. The devices go on, and what they send waits in the journal.
        if (link === next) link = undefined
      })
    },
    close: async () => {
      clearInterval(resend)
      waves.close()
      pairing.close()
      await lines.close()
      await bluetooth.close()
      await inTurn(async () => {
        for (const id of served.keys()) await letGo(id)
        await journal?.close()
        await box?.close()
        journal = box = undefined
      })
      link?.close()
    },
  }
}

const valuesOf = (numbers: VitalNumbers): Reading['values'] => (Object.entries(numbers) as [keyof VitalNumbers, number][]).map(([code, value]) => ({ code, value }))

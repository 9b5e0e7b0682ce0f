import {
  done, refuse, type Answer, type BluetoothState, type DeviceEntry, type PortEntry, type ProfileEntry, type ProfileFolder, type Reading, type ReplayOutcome, type SerialSettings, type TrayItem, type VitalEntry, type WavePiece,
} from '../../../shared/contract'
import { describedAs, overdueAt } from '../../../shared/records/device/upkeep'
import { flagVital } from '../../../shared/records/observation/flagVitals'
import { vitalFault, vitalObservation } from '../../../shared/records/observation/vitalObservation'
import type { Replica } from '../../replica'
import { allProfiles, codesOfTests, codesWanted, profileOf, putOwnProfiles, type Capture, type BluetoothAsk, type DeviceCondition, type HostAnswers, type HostAsk, type PairingAnswer, type PairingAsk, type LineAnswers, type LineAsk, type Link, type PairedDevice, type Profile, type ToDesk, type ToStation, type TraceAnswers, type TraceAsk } from '..'
import { labOrderFacts } from '../../../shared/records/service-request/order'
import { captureSystem } from './file'
import { openInbox, type Decider } from './inbox'
import { replayDevice } from './item'
import { type ExpectedOf, openLab } from './lab'
import { type LabDesk, openLabDesk } from './lab/desk'
import { openProfileFolder } from './profileFolder'
import { ordersWithAccession } from './tube'

/** The practice host's side of the devices: what is paired, what they say, what waits. */
export interface DeviceDesk {
  /** The device host is there, the first time or again after it died. */
  attach(link: Link): void
  listPorts(): Promise<Answer<PortEntry[]>>
  /** Asks the device host about Bluetooth. */
  bluetooth(bluetooth: BluetoothAsk): Promise<Answer<BluetoothState>>
  listProfiles(): Promise<ProfileEntry[]>
  /** Where the practice's own profiles lie, and which of them cannot be used. */
  profileFolder(): Promise<ProfileFolder>
  listDevices(): DeviceEntry[]
  pair(ask: { readonly name: string; readonly profile: string; readonly path: string; readonly place: string; readonly serial?: SerialSettings }, by: Decider): Promise<Answer<DeviceEntry>>
  unpair(device: string, by: Decider): Promise<Answer<null>>
  /** Another name, or another place; its line goes on. */
  describe(device: string, told: Pick<PairedDevice, 'name' | 'place'>, by: Decider): Promise<Answer<null>>
  /** Training practices only. Attaching a second one of a profile answers the first. */
  attachSimulator(profile: string, by: Decider): Promise<Answer<DeviceEntry>>
  simulateResult(device: string, accession: string): Promise<Answer<null>>
  /** `patient`: on whose chart it is asked for. */
  takeReading(device: string, patient?: string): Promise<Answer<Reading>>
  /** Curves of these devices are told for a while from now. */
  watchWaves(devices: readonly string[]): void
  confirmReading(ask: { readonly key: string; readonly patient: string; readonly reading: string }, by: Decider): Promise<Answer<VitalEntry[]>>
  tray(state: TrayItem['state']): Promise<TrayItem[]>
  fileTrayItem(item: string, accession: string, by: Decider): Promise<Answer<TrayItem>>
  rejectTrayItem(item: string, why: string, by: Decider): Promise<Answer<TrayItem>>
  readonly lab: LabDesk
  /** Asks the device host for a bare line, or about one. */
  line<Do extends LineAsk['do']>(line: Extract<LineAsk, { do: Do }>): Promise<Answer<LineAnswers[Do]>>
  /** Asks the device host what the device at a bare line is. */
  pairing(pairing: PairingAsk): Promise<Answer<PairingAnswer>>
  /** The journal's reference of something in the tray. */
  captureOf(item: string): Promise<string | undefined>
  /** Asks the device host's black box. */
  trace<Do extends TraceAsk['do']>(trace: Extract<TraceAsk, { do: Do }>): Promise<Answer<TraceAnswers[Do]>>
  /** Sends recorded bytes of an analyser through journal, parser and inbox. */
  replay(profile: string, capture: Uint8Array): Promise<Answer<ReplayOutcome>>
  /** Waits for what is under way. Closes the link. */
  close(): Promise<void>
}

/** What the desk needs. */
export interface DeskDeps {
  readonly replica: Replica
  /** Folder of the journal. */
  readonly folder: string
  /** 32 bytes: `deriveKey(practiceKey, 'outpost/journal')`. */
  readonly journalKey: Uint8Array
  readonly training: boolean
  /** Folder of the practice's own profiles; none: only the product's are known. */
  readonly profileFolder?: string
  readonly devicesChanged?: (devices: DeviceEntry[]) => void
  readonly readingChanged?: (reading: Reading) => void
  readonly trayChanged?: (waiting: number) => void
  /** A message of a monitor that says its bed; resolves when the journal need not keep it for us any longer. */
  readonly storeVitals?: (capture: Capture) => Promise<void>
  readonly waveChanged?: (piece: WavePiece) => void
  /** Everything that the device host tells. */
  readonly told?: (message: ToDesk) => void
  /** Whether a device serves another patient than this one. */
  readonly servesAnother?: (device: string, patient: string) => boolean
  /** Whether somebody of the practice is a laboratory technician; absent: nobody is. */
  readonly hasTechnician?: () => Promise<boolean>
  /** What is expected of results that an analyser sends without a range; absent: nothing. */
  readonly expectedOf?: ExpectedOf
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** Kinds in the local store. */
const deviceKind = 'paired-device'
const readingKind = 'reading'
/** How long the device host may take to answer. */
const answerMs = 5_000
/** A port over Bluetooth takes half a minute to open. */
const lineMs = 40_000
/** Looking through what is kept of a line. */
const traceMs = 30_000
/** A reading that was taken must be confirmed within this. */
const confirmMs = 5 * 60_000
/** What a replayed capture says it came from. */
const replayName = 'Replayed capture'

interface TakenReading {
  readonly reading: Reading
  readonly profile: string
  /** Whose chart was open when it was taken; absent: nobody's. */
  readonly takenFor?: string
  /** Once it is filed: on whom, by whom, with which key. */
  readonly filed?: { readonly patient: string; readonly key: string }
}

/** Opens the desk; results that a crash left undecided are decided first. */
export const openDeviceDesk = async ({ replica, folder, journalKey, training, profileFolder, ...deps }: DeskDeps): Promise<DeviceDesk> => {
  const now = deps.now ?? Date.now
  const { local, records } = replica
  const paired = new Map((await local.list<PairedDevice>(deviceKind)).map(({ value }) => [value.id, value]))
  const conditions = new Map<string, DeviceCondition>()
  const lab = openLab({ replica, now, hasTechnician: deps.hasTechnician ?? (() => Promise.resolve(false)) })
  const inbox = openInbox({ replica, lab, training, now, ...(deps.expectedOf && { expectedOf: deps.expectedOf }), trayChanged: (waiting) => deps.trayChanged?.(waiting) })
  let link: Link<ToStation, ToDesk> | undefined
  let journalFailed = false
  let lastCall = 0
  const asked = new Map<number, (answer: Answer<unknown>) => void>()

  const ownFolder = profileFolder === undefined ? undefined : openProfileFolder(profileFolder)
  const readOwn = async () => (await ownFolder?.read()) ?? { files: [], faults: [] }
  let own = await readOwn()
  let profileFaults = [...putOwnProfiles(own.files), ...own.faults]
  /** Looks into the folder again: a file that was dropped there, or mended, counts from now on. */
  const lookForProfiles = async () => {
    const found = await readOwn()
    if (JSON.stringify(found) === JSON.stringify(own)) return
    own = found
    profileFaults = [...putOwnProfiles(found.files), ...found.faults]
    link?.send({ kind: 'profiles', files: found.files })
  }

  const entryOf = (device: PairedDevice): DeviceEntry => {
    const condition = conditions.get(device.id)
    const problem = journalFailed ? 'journal-failed' : link ? condition?.problem : 'device-host-restarting'
    return {
      id: device.id,
      name: device.name,
      profile: device.profile,
      category: profileOf(device.profile)?.category ?? 'analyser',
      path: condition?.path ?? device.path,
      place: device.place,
      state: link ? (condition?.state ?? 'waiting') : 'waiting',
      ...(problem === undefined ? {} : { problem }),
      ...(condition?.lastHeard === undefined ? {} : { lastHeard: condition.lastHeard }),
      simulated: device.simulated,
    }
  }
  const listDevices = () => [...paired.values()].map(entryOf).sort((one, other) => one.name.localeCompare(other.name))
  const tellDevices = () => deps.devicesChanged?.(listDevices())
  const takeCondition = (condition: DeviceCondition) => {
    const before = conditions.get(condition.device)
    conditions.set(condition.device, condition)
    // Every screen reads again on this event: "last heard" alone, every two seconds, is not worth it.
    const isNews = before?.state !== condition.state || before.problem !== condition.problem || before.path !== condition.path
    if (isNews) tellDevices()
  }
  const nameOf = (device: string) => paired.get(device)?.name ?? (device === replayDevice ? replayName : 'Device no longer paired')

  const ask = <What extends HostAsk['what']>(what: Extract<HostAsk, { what: What }>, waitMs = answerMs): Promise<Answer<HostAnswers[What]>> => {
    const to = link
    if (!to) return Promise.resolve(refuse('device-host-restarting'))
    const call = ++lastCall
    return new Promise((resolve) => {
      const answer = (given: Answer<unknown>) => {
        clearTimeout(late)
        asked.delete(call)
        resolve(given as Answer<HostAnswers[What]>)
      }
      const late = setTimeout(() => answer(refuse('device-host-restarting')), waitMs)
      asked.set(call, answer)
      to.send({ kind: 'ask', call, ask: what })
    })
  }

  /** The ports as they were listed last: a device is paired with an adapter in whatever socket, where its port tells which it is. */
  let lastPorts: readonly PortEntry[] = []

  /** Captures under way, so that closing waits for them. */
  let storing: Promise<unknown> = Promise.resolve()
  const replayed = new Map<string, { readonly item: string; readonly isNew: boolean }[]>()

  /** What an analyser shall measure in a tube: the tests of the active orders with exactly this number. */
  const codesFor = async (device: string, specimen: string): Promise<readonly string[]> => {
    const profile = profileOf(paired.get(device)?.profile ?? '')
    if (profile?.category !== 'analyser') return []
    const orders = (await ordersWithAccession(replica, specimen)).filter(({ resource }) => resource.status === 'active').map(({ resource }) => labOrderFacts(resource))
    return [...new Set(orders.flatMap(({ test, tests }) => (tests.length > 0 ? codesOfTests(tests, profile) : codesWanted(test, profile))))]
  }

  const hear = (from: Link<ToStation, ToDesk>, message: ToDesk): void => {
    deps.told?.(message)
    switch (message.kind) {
      case 'opened':
        journalFailed = false
        return tellDevices()
      case 'captured':
        journalFailed = false
        if (profileOf(message.capture.profile)?.category === 'vitals') {
          const stored = deps.storeVitals?.(message.capture) ?? Promise.resolve()
          return void stored.then(() => from.send({ kind: 'stored', capture: message.capture.id }), () => undefined)
        }
        storing = storing
          .then(async () => {
            const outcomes = await inbox.store(message.capture, nameOf(message.capture.device))
            if (message.capture.device === replayDevice) replayed.set(message.capture.id, outcomes)
            from.send({ kind: 'stored', capture: message.capture.id })
          })
          // Not stored, so not confirmed: it comes again.
          .catch(() => undefined)
        void storing.then(() => inbox.settle()).catch(() => undefined)
        return
      case 'condition':
        if (!paired.has(message.condition.device)) return
        return takeCondition(message.condition)
      case 'reading':
        return void deps.readingChanged?.({ ...message.reading, deviceName: nameOf(message.reading.device) })
      case 'wave':
        return void deps.waveChanged?.(message.piece)
      case 'journal-failed':
        journalFailed = true
        return tellDevices()
      case 'wanted':
        void codesFor(message.device, message.specimen).then(
          (codes) => from.send({ kind: 'worklist', call: message.call, codes }),
          // Not answered, so the analyser is not told that there is nothing.
          () => undefined,
        )
        return
      case 'answer':
        return asked.get(message.call)?.(message.answer)
    }
  }

  const addDevice = async (told: Omit<PairedDevice, 'id'>, profile: Profile, by: Decider): Promise<DeviceEntry> => {
    const resource = describedAs({ resourceType: 'Device', status: 'active', manufacturer: profile.maker, modelNumber: profile.model }, told)
    const { id } = await records.add('Device', resource, by.practitioner)
    const device: PairedDevice = { id, ...told }
    await local.put(deviceKind, id, device)
    paired.set(id, device)
    link?.send({ kind: 'pair', device })
    tellDevices()
    return entryOf(device)
  }

  /** Readings that were taken and never filed are nobody's. */
  const forgetOldReadings = async () => {
    for (const { id, value } of await local.list<TakenReading>(readingKind, { state: 'taken' })) {
      if (now() - Date.parse(value.reading.at) > confirmMs) await local.remove(readingKind, id)
    }
  }

  const desk: DeviceDesk = {
    attach: (given) => {
      const next = given as Link<ToStation, ToDesk>
      link?.close()
      link = next
      conditions.clear()
      next.onMessage((message) => link === next && hear(next, message))
      next.onClose(() => {
        if (link !== next) return
        link = undefined
        for (const answer of asked.values()) answer(refuse('device-host-restarting'))
        tellDevices()
      })
      next.send({ kind: 'open', folder, journalKey, devices: [...paired.values()], training, profiles: own.files })
    },
    listPorts: async () => {
      const ports = await ask({ what: 'ports' })
      if (!ports.ok) return ports
      lastPorts = ports.value
      const users = new Map([...paired.values()].map((device) => [conditions.get(device.id)?.path ?? device.path, device.name]))
      return done(ports.value.map((port) => ({ ...port, ...(users.has(port.path) ? { usedBy: users.get(port.path)! } : {}) })))
    },
    listProfiles: async () => {
      await lookForProfiles()
      return allProfiles().map(({ id, maker, model, category, protocolName, serial, unsure }) => ({ id, maker, model, category, protocol: protocolName, serial, unsure }))
    },
    profileFolder: async () => {
      await lookForProfiles()
      return { folder: profileFolder ?? '', faults: profileFaults }
    },
    listDevices,
    pair: async ({ name, profile: profileId, path, place, serial }, by) => {
      const profile = profileOf(profileId)
      if (!profile) return refuse('profile-unknown', { profile: profileId })
      const lasting = lastPorts.find((port) => port.path === path)?.adapter ?? path
      if ([...paired.values()].some((device) => !device.simulated && [path, lasting].includes(device.path))) return refuse('port-in-use', { path })
      return done(await addDevice({ name, profile: profileId, path: lasting, place, serial: serial ?? profile.serial, simulated: false }, profile, by))
    },
    unpair: async (id, by) => {
      if (!paired.has(id)) return refuse('not-found')
      await local.remove(deviceKind, id)
      paired.delete(id)
      conditions.delete(id)
      link?.send({ kind: 'unpair', device: id })
      await records.revise('Device', id, (device) => ({ ...device, status: 'inactive' }), by.practitioner)
      tellDevices()
      return done(null)
    },
    describe: async (id, told, by) => {
      const device = paired.get(id)
      if (!device) return refuse('not-found')
      const described = { ...device, ...told }
      await local.put(deviceKind, id, described)
      paired.set(id, described)
      await records.revise('Device', id, (resource) => describedAs(resource, told), by.practitioner)
      tellDevices()
      return done(null)
    },
    attachSimulator: async (profileId, by) => {
      if (!training) return refuse('not-allowed', { why: 'training only' })
      const profile = profileOf(profileId)
      if (!profile) return refuse('profile-unknown', { profile: profileId })
      const there = [...paired.values()].find((device) => device.simulated && device.profile === profileId)
      if (there) return done(entryOf(there))
      const name = simulated.get(profileId) ?? `Training ${profile.maker} ${profile.model}`.slice(0, 100)
      return done(await addDevice({ name, profile: profileId, path: 'simulated', place: 'Training', serial: profile.serial, simulated: true }, profile, by))
    },
    simulateResult: async (device, accession) => {
      if (!training) return refuse('not-allowed', { why: 'training only' })
      if (!paired.get(device)?.simulated) return refuse('not-found')
      return ask({ what: 'simulate', device, accession })
    },
    watchWaves: (watched) => link?.send({ kind: 'watch', devices: watched }),
    takeReading: async (id, patient) => {
      const device = paired.get(id)
      if (!device) return refuse('not-found')
      if (patient !== undefined && deps.servesAnother?.(id, patient)) return refuse('serves-another')
      const taken = await ask({ what: 'reading', device: id })
      if (!taken.ok) return taken
      const reading: Reading = { ...taken.value, deviceName: device.name }
      // A finished measurement is one patient's: once filed it is never offered for the next.
      if ((await local.get<TakenReading>(readingKind, reading.id))?.value.filed) return refuse('no-reading')
      await local.put<TakenReading>(readingKind, reading.id, { reading, profile: device.profile, ...(patient === undefined ? {} : { takenFor: patient }) }, 'taken')
      return done(reading)
    },
    confirmReading: async ({ key, patient, reading: id }, by) => {
      const found = await local.get<TakenReading>(readingKind, id)
      const patientRecord = await records.get('Patient', patient)
      if (!found || !patientRecord) return refuse('not-found')
      if (deps.servesAnother?.(found.value.reading.device, patient)) return refuse('serves-another')
      const { reading, profile, filed, takenFor } = found.value
      // Taken at one patient's side, it is not filed on another: who changes charts meanwhile takes it again.
      if (takenFor !== undefined && takenFor !== patient) return refuse('serves-another')
      if (filed ? filed.patient !== patient || filed.key !== key : false) return refuse('already-filed')
      if (!filed && now() - Date.parse(reading.at) > confirmMs) return refuse('reading-stale', { limitSeconds: confirmMs / 1000 })
      for (const { code, value } of reading.values) {
        const fault = vitalFault(code, value)
        if (fault) return refuse('implausible-value', fault)
      }
      // First who it is for: a crash between here and the chart leaves a reading that can only go to the same patient.
      if (!filed) await local.put<TakenReading>(readingKind, id, { reading, profile, ...(takenFor === undefined ? {} : { takenFor }), filed: { patient, key } }, 'filed')
      const calibrationWasDue = overdueAt((await records.get('Device', reading.device))?.resource, reading.at)
      const overdue = calibrationWasDue === undefined ? {} : { calibrationWasDue }
      const origin = { kind: 'device', device: reading.deviceName, profile, deviceId: reading.device, ...overdue } as const
      const observations = reading.values.map(({ code, value }) => ({
        type: 'Observation' as const,
        key: `reading/${id}/${code}`,
        resource: {
          ...vitalObservation({ subject: patient, code, value, effective: reading.at, performer: by.practitioner, origin }),
          identifier: [{ system: captureSystem, value: id }],
        },
      }))
      const added = await records.addAll(observations, by.practitioner)
      return done(
        reading.values.map(({ code, value }, index): VitalEntry => {
          const flag = flagVital(code, value, patientRecord.resource.birthDate, reading.at.slice(0, 10))
          return {
            id: added[index]!.id,
            code,
            value,
            effective: reading.at,
            written: added[index]!.at,
            origin: { kind: 'device', device: reading.deviceName, profile, ...overdue },
            by: by.name,
            ...(flag ? { flag } : {}),
          }
        }),
      )
    },
    bluetooth: (bluetooth) => ask({ what: 'bluetooth', bluetooth }, lineMs),
    line: (line) => ask({ what: 'line', line }, lineMs) as Promise<Answer<never>>,
    pairing: (pairing) => ask({ what: 'pairing', pairing }),
    captureOf: async (item) => (await inbox.item(item))?.item.capture,
    trace: (trace) => ask({ what: 'trace', trace }, traceMs) as Promise<Answer<never>>,
    lab: openLabDesk({ replica, lab, inbox, now, paired: () => [...paired.values()] }),
    tray: inbox.tray,
    fileTrayItem: inbox.file,
    rejectTrayItem: inbox.reject,
    replay: async (profile, capture) => {
      if (!profileOf(profile)) return refuse('profile-unknown', { profile })
      const answer = await ask({ what: 'replay', profile, device: replayDevice, bytes: capture }, 60_000)
      if (!answer.ok) return answer
      await storing
      await inbox.settle()
      const samples: ReplayOutcome['samples'][number][] = []
      for (const id of answer.value.captures) {
        for (const { item, isNew } of replayed.get(id) ?? []) {
          const found = await inbox.item(item)
          if (!found) continue
          const { state, item: value } = found
          samples.push({
            item,
            accession: value.sample?.accession ?? '',
            state: isNew ? (state === 'new' ? 'waiting' : state) : 'repeat',
            ...(value.reason && state === 'waiting' ? { reason: value.reason } : {}),
            results: value.sample?.results.length ?? 0,
          })
        }
        replayed.delete(id)
      }
      return done({ messages: answer.value.captures.length, refusedFrames: answer.value.refusedFrames, samples, ...(answer.value.vitals ? { vitals: answer.value.vitals } : {}) })
    },
    close: async () => {
      link?.close()
      link = undefined
      await storing
      await inbox.close()
      await desk.lab.close()
      lab.close()
    },
  }
  await forgetOldReadings()
  await inbox.settle()
  return desk
}

/** What a virtual device is called, where maker and model are too long a name. */
const simulated = new Map([
  ['sysmex-xn', 'Training blood counter'],
  ['mindray-bc', 'Training blood counter by HL7'],
  ['contec-cms50', 'Training oximeter'],
])

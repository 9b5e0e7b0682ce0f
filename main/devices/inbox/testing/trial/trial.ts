import { build } from 'esbuild'
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { idIn } from '../../../../../shared/records/systems'
import { encodeText } from '../../../../../shared/standards/astm'
import { randomFrom } from '../../../../../shared/standards/astm/testing/session'
import { networkTransport, profileOf, readCapture, serialTransport, simulatedMessage, virtualAnalyser, virtualHl7Analyser, type Profile } from '../../..'
import { virtualPrinter } from '../../../simulators'
import { layCable, serialSettings } from '../../../testing/cable'
import { faultyLink, noFaults, type FaultCounts, type FaultRates } from '../../../testing/faultyLink'
import { openTrialPractice, type PracticeAnswer, type PracticeOrder } from './practice'
import type { Relayed } from './relay'

/** How hard the trial is. */
export interface TrialOptions {
  /** Root of the project: dependencies are found there. */
  readonly root: string
  readonly tubes: number
  /** How often the device host is killed with `kill -9`, and how often the practice host. */
  readonly deviceKills: number
  readonly practiceKills: number
  readonly seed: number
  /** Multiplies every rate of faults; 1: each some per cent of all frames. */
  readonly faults?: number
  /** How long an analyser waits for an answer, milliseconds: much longer than a killed host needs to be back would only take time. */
  readonly replyMs?: number
  /** Lines over pseudo-terminals too; needs socat. */
  readonly hasCable?: boolean
  readonly say?: (line: string) => void
  /** Given up after this. */
  readonly limitMs?: number
}

/** What a trial came to. */
export interface TrialOutcome {
  readonly figures: Readonly<Record<string, number>>
  /** What must not be; empty: every result is on its own patient's chart, once. */
  readonly failures: readonly string[]
}

/** Protocols with a sum are told when a bit is turned round; TCP itself keeps MLLP from it. */
const astmRates: FaultRates = { flip: 0.02, repeat: 0.02, pull: 0.004, lost: 0.015, late: 0.01 }
const mllpRates: FaultRates = { flip: 0, repeat: 0.05, pull: 0.03, lost: 0.04, late: 0.04 }
/** A printer tells answers apart by their number only, so that a late one would be taken for another. */
const printerRates: FaultRates = { flip: 0.04, repeat: 0, pull: 0.03, lost: 0.03, late: 0 }

const wait = (ms: number) => new Promise<void>((later) => setTimeout(later, ms))
const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })

/** What a tube's results are, as they must stand on the chart. */
interface Tube {
  readonly accession: string
  readonly results: readonly string[]
}

/** What virtual devices of this trial send: three tests of a profile, so that many tubes take little time. */
const fewTests = (profile: Profile) => {
  if (profile.category !== 'analyser') throw new Error('no analyser')
  return profile.protocol === 'text' ? profile : { ...profile, tests: Object.fromEntries(Object.entries(profile.tests).slice(0, 3)) }
}

/** A value as it is compared: the number, or the words where there is none. */
const said = (value: number | undefined, text: string | undefined) => String(value ?? text)

/** A child process of the trial, whatever it is. */
const startChild = (file: string, root: string, trial: string): ChildProcess =>
  fork(file, [], { serialization: 'advanced', env: { ...process.env, OUTPOST_TRIAL: trial, NODE_PATH: join(root, 'node_modules') }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })

const killed = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await gone
}

/** Both hosts of a workstation as processes, joined through this one. */
const startHosts = async (folder: string, root: string) => {
  const bundle = async (name: string) => {
    const outfile = join(folder, `${name}.cjs`)
    await build({ entryPoints: [resolve(root, 'main/devices/inbox/testing/trial', `${name}.ts`)], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node18', external: ['serialport', 'libsql', '@libsql/*', '*.node'], logLevel: 'error' })
    return outfile
  }
  const files = { device: await bundle('deviceChild'), practice: await bundle('practiceChild') }
  let link = 0
  const answers: ((answer: PracticeAnswer) => void)[] = []
  const running: { device?: ChildProcess; practice?: ChildProcess; isPracticeOpen: boolean } = { isPracticeOpen: false }
  const tell = (child: ChildProcess | undefined, message: Relayed | PracticeOrder) => {
    if (child?.connected) child.send(message, () => undefined)
  }
  const joinUp = () => {
    if (!running.device || !running.practice || !running.isPracticeOpen) return
    const joined: Relayed = { kind: 'join', link: ++link }
    tell(running.device, joined)
    tell(running.practice, joined)
  }
  const part = (from: ChildProcess | undefined) => tell(from, { kind: 'leave', link })
  const ask = (order: PracticeOrder): Promise<PracticeAnswer> => {
    const to = running.practice
    return new Promise((answered) => {
      answers.push(answered)
      tell(to, order)
    })
  }
  const startDevice = () => {
    const child = startChild(files.device, root, 'device')
    running.device = child
    child.on('message', (message: Relayed) => child === running.device && message.kind === 'message' && message.link === link && tell(running.practice, message))
    joinUp()
  }
  const startPractice = async () => {
    const child = startChild(files.practice, root, 'practice')
    running.practice = child
    running.isPracticeOpen = false
    child.on('message', (message: Relayed | PracticeAnswer) => {
      if (child !== running.practice) return
      if (message.kind === 'done') return answers.shift()?.(message)
      if (message.kind === 'message' && message.link === link) tell(running.device, message)
    })
    await ask({ kind: 'open', folder })
    running.isPracticeOpen = true
    joinUp()
  }
  await startPractice()
  return {
    ask,
    startDevice,
    killDevice: async () => {
      const child = running.device
      delete running.device
      if (child) await killed(child)
      part(running.practice)
      startDevice()
    },
    killPractice: async () => {
      const child = running.practice
      delete running.practice
      answers.length = 0
      if (child) await killed(child)
      part(running.device)
      await startPractice()
    },
    stop: async () => {
      for (const child of [running.device, running.practice]) if (child) await killed(child)
    },
  }
}

/** One virtual device of the trial. */
interface Sender {
  readonly name: string
  readonly profile: string
  /** Where the device host finds it. */
  readonly path: string
  readonly send: (accession: string) => Promise<void>
  readonly counts: FaultCounts
  readonly tubes: Tube[]
  readonly close: () => Promise<void>
}

/** Asks by barcode what to measure, so that the worklist and the next transfer meet on the line. */
const queryFor = (accession: string, profile: string) =>
  encodeText([`H|\\^&|||${profile}|||||||P|1`, `Q|1|^^${accession}||ALL||||||||O`, 'L|1|N'].map((record) => `${record}\r`).join(''))

/**
 * Virtual analysers of every protocol that is acknowledged send tubes over links on which everything goes wrong, while
 * both hosts are killed again and again at any moment. At the end every tube must be on the chart of its own order's patient, once,
 * with the values that were sent.
 */
export const runTrial = async ({ root, tubes, deviceKills, practiceKills, seed, faults = 1, replyMs = 1_000, hasCable = true, say = () => undefined, limitMs = 3_600_000 }: TrialOptions): Promise<TrialOutcome> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-trial-'))
  const random = randomFrom(seed)
  const startedAt = Date.now()
  const by = (rates: FaultRates) => Object.fromEntries(Object.entries(rates).map(([fault, rate]) => [fault, rate * faults])) as unknown as FaultRates
  // Late, but before the analyser tries again: what comes later than that, ASTM has no way to tell from an answer to the next attempt.
  const busyMs = Math.round(replyMs * 0.4)
  const link = (rates: FaultRates, lateMs: readonly [number, number]) => ({ random, rates: by(rates), lateMs, outMs: replyMs / 3, counts: noFaults() })
  const inPause = [replyMs, replyMs + busyMs * 0.5] as const
  const senders: Sender[] = []
  const at = new Date(2026, 10, 21, 9, 0)
  const content = (profile: Profile, accession: string, kept: Tube[]) => {
    const few = fewTests(profile)
    const message = simulatedMessage(few, { accession, at, random })
    const page = few.protocol === 'text' ? message.slice(2, -5) : message
    const [sample] = readCapture(page, few).flatMap(({ samples }) => samples)
    if (sample?.accession !== accession || sample.results.length === 0) throw new Error(`${few.id}: what is sent cannot be read`)
    kept.push({ accession, results: sample.results.map(({ line }) => said(line.value, line.text)) })
    return message
  }
  const hosts = await startHosts(folder, root)
  try {
    const addAstm = async (name: string, profileId: string, path: string, transport: Parameters<typeof faultyLink>[0], cable?: { pull(): Promise<void>; plug(): Promise<void> }) => {
      const profile = profileOf(profileId)!
      const options = { ...link(astmRates, inPause), ...(cable ? { cable } : {}) }
      const kept: Tube[] = []
      const analyser = await virtualAnalyser(faultyLink(transport, options), { framing: name.endsWith('one frame') ? 'message-in-frames' : 'record-per-frame', waits: { replyMs, busyMs, contentionMs: 100 } })
      senders.push({
        name, profile: profileId, path, counts: options.counts, tubes: kept, close: () => analyser.close(),
        send: async (accession) => {
          const message = content(profile, accession, kept)
          const asking = random() < 0.1 ? analyser.send(queryFor(accession, profile.id)) : Promise.resolve()
          await Promise.all([asking, analyser.send(message)])
        },
      })
    }
    if (hasCable) {
      const cable = await layCable(folder)
      await addAstm('Serial counter', 'sysmex-xn', cable.near, serialTransport(cable.far, serialSettings), cable)
      const close = senders[0]!.close
      senders[0] = { ...senders[0]!, close: () => close().then(() => cable.pull()) }
    }
    const called = await freePort()
    await addAstm('Chemistry, one frame', 'cobas-c111', `listen://127.0.0.1:${called}`, networkTransport(`tcp://127.0.0.1:${called}`))
    {
      const port = await freePort()
      const options = link(mllpRates, [replyMs * 0.5, replyMs * 3])
      const profile = profileOf('mindray-bc')!
      const kept: Tube[] = []
      const analyser = virtualHl7Analyser(faultyLink(networkTransport(`tcp://127.0.0.1:${port}`), options), { replyMs, reconnectMs: 50 })
      senders.push({ name: 'Network counter', profile: profile.id, path: `listen://127.0.0.1:${port}`, counts: options.counts, tubes: kept, close: () => analyser.close(), send: async (accession) => void (await analyser.send(content(profile, accession, kept))) })
    }
    {
      const port = await freePort()
      const options = link(printerRates, [0, 0])
      const profile = profileOf('mini-vidas')!
      if (profile.category !== 'analyser' || profile.protocol !== 'text') throw new Error('mini-vidas prints')
      const kept: Tube[] = []
      const printer = await virtualPrinter(faultyLink(networkTransport(`listen://127.0.0.1:${port}`), options), profile, replyMs)
      senders.push({ name: 'Printer', profile: profile.id, path: `tcp://127.0.0.1:${port}`, counts: options.counts, tubes: kept, close: () => printer.close(), send: (accession) => printer.send(content(profile, accession, kept)) })
    }

    const accessions = Array.from({ length: tubes }, (_, index) => `A26${String(index + 1).padStart(6, '0')}`)
    await hosts.ask({ kind: 'prepare', accessions, patients: Math.max(2, Math.min(500, Math.ceil(tubes / 20))), devices: senders.map(({ name, profile, path }) => ({ name, profile, path })) })
    hosts.startDevice()
    say(`${tubes} orders are placed, ${Math.round((Date.now() - startedAt) / 1000)} s`)

    let acknowledged = 0
    let next = 0
    // Whoever is free takes the next tube, so that a slow line slows nobody.
    const sending = Promise.all(
      senders.map(async (sender) => {
        for (let index = next++; index < tubes; index = next++) {
          await sender.send(accessions[index]!)
          acknowledged++
        }
      }),
    )
    let isSent = false
    const sent = sending.then(() => void (isSent = true))
    const late = () => Date.now() - startedAt > limitMs
    const killing = async (times: number, kill: () => Promise<void>, again: number) => {
      let count = 0
      while (count < times && !late()) {
        const mark = Math.floor((tubes * (count + random())) / times)
        while (acknowledged < mark && !isSent && !late()) await wait(15)
        // At any moment of a transfer, and now and then while the host is only just starting.
        await wait(random() * 60)
        await kill()
        count++
        if (random() < again && count < times) {
          await wait(random() * 400)
          await kill()
          count++
        }
        if (count % 20 < 1) say(`${acknowledged} of ${tubes} acknowledged, ${count} kills, ${Math.round((Date.now() - startedAt) / 1000)} s`)
      }
      return count
    }
    const [deviceKilled, practiceKilled] = await Promise.all([killing(deviceKills, hosts.killDevice, 0.15), killing(practiceKills, hosts.killPractice, 0)])
    await Promise.race([sent, (async () => { while (!late() && !isSent) await wait(50) })()])
    const failures: string[] = []
    if (!isSent) failures.push(`only ${acknowledged} of ${tubes} tubes were acknowledged after ${Math.round(limitMs / 1000)} s`)
    const settleUntil = Date.now() + Math.max(60_000, tubes * 40)
    for (let reports = 0; reports < acknowledged && Date.now() < settleUntil; ) {
      await wait(200)
      reports = (await hosts.ask({ kind: 'count' })).reports ?? 0
    }
    // What would come twice has time to come.
    await wait(replyMs)
    await hosts.stop()

    const judged = await judge(folder, senders.flatMap((sender) => sender.tubes))
    failures.push(...judged.failures)
    const faultSums: Record<string, number> = {}
    for (const { counts } of senders) for (const [fault, count] of Object.entries(counts)) faultSums[`fault_${fault}`] = (faultSums[`fault_${fault}`] ?? 0) + count
    const figures = { tubes, acknowledged, ...judged.figures, device_kills: deviceKilled, practice_kills: practiceKilled, ...faultSums, ...Object.fromEntries(senders.map((sender) => [`tubes_${sender.profile.replace(/-/g, '_')}`, sender.tubes.length])), seed, seconds: Math.round((Date.now() - startedAt) / 1000) }
    return { figures, failures }
  } finally {
    for (const sender of senders) await sender.close()
    await hosts.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Looks through every chart: each tube once, on the patient of its order, with the values that were sent. */
const judge = async (folder: string, tubes: readonly Tube[]) => {
  const replica = await openTrialPractice(folder)
  const failures: string[] = []
  try {
    const sent = new Map(tubes.map((tube) => [tube.accession, tube]))
    const owner = new Map<string, string>()
    const patients = await replica.records.find('Patient', { limit: 1_000 })
    const orders = (await Promise.all(patients.map(({ id }) => replica.records.find('ServiceRequest', { where: { subject: id }, limit: 5_000 })))).flat()
    for (const { resource } of orders) owner.set(resource.identifier![0]!.value!, idIn(resource.subject, 'Patient')!)
    const filed = new Map<string, number>()
    let results = 0
    let twice = 0
    let wrongPatient = 0
    let wrongValues = 0
    for (const patient of patients) {
      const observations = new Map((await replica.records.find('Observation', { where: { subject: patient.id }, limit: 20_000 })).map((each) => [each.id, each.resource]))
      const reported = new Set<string>()
      for (const { resource } of await replica.records.find('DiagnosticReport', { where: { subject: patient.id }, limit: 5_000 })) {
        const accession = resource.identifier!.find(({ value }) => sent.has(value ?? ''))?.value ?? ''
        filed.set(accession, (filed.get(accession) ?? 0) + 1)
        if (owner.get(accession) !== patient.id) wrongPatient++
        const ids = (resource.result ?? []).map((reference) => idIn(reference, 'Observation') ?? '')
        results += ids.length
        for (const id of ids) reported.add(id)
        const is = ids.map((id) => observations.get(id)).map((observation) => said(observation?.valueQuantity?.value, observation?.valueString))
        const shall = sent.get(accession)?.results ?? []
        if (is.length !== shall.length || !is.every((each, index) => each === shall[index])) wrongValues++
      }
      if (observations.size !== reported.size) twice += Math.abs(observations.size - reported.size)
    }
    const missing = tubes.filter(({ accession }) => !filed.has(accession)).length
    twice += [...filed.values()].filter((times) => times > 1).length
    const waiting = (await replica.local.list<{ readonly reason?: string }>('inbox', { state: 'waiting', limit: 10_000 })).length
    if (missing > 0) failures.push(`${missing} tubes are on no chart`)
    if (twice > 0) failures.push(`${twice} are there twice`)
    if (wrongPatient > 0) failures.push(`${wrongPatient} are on a wrong patient`)
    if (wrongValues > 0) failures.push(`${wrongValues} have other values than were sent`)
    return { figures: { filed: filed.size, results_stored: results, missing, twice, wrong_patient: wrongPatient, wrong_values: wrongValues, left_in_tray: waiting }, failures }
  } finally {
    await replica.close()
  }
}

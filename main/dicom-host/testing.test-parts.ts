import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSpooled, type SpoolEntry } from '../imaging/spool'
import { createDicomStation, type Caller, type FromDicomHost, type ListenerSettings, type StationOptions, type ToDicomHost } from './index'

/** The key of a test's spool. */
const spoolKey = new Uint8Array(32).fill(5)

/** A DICOM host with a practice host that only listens. */
export interface TestStation {
  readonly port: number
  readonly folder: string
  readonly told: readonly FromDicomHost[]
  say(message: ToDicomHost): void
  /** As a practice host does that has come back. */
  openAgain(): void
  /** Resolves with the first message that fits, also one that came before. */
  heard<Kind extends FromDicomHost['kind']>(kind: Kind, fits?: (message: Extract<FromDicomHost, { kind: Kind }>) => boolean): Promise<Extract<FromDicomHost, { kind: Kind }>>
  entries(): readonly SpoolEntry[]
  bytesOf(entry: SpoolEntry): Promise<Uint8Array>
  /** As when its process ends; the folder stays. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** Whoever calls itself so, from anywhere, may do everything. */
const anyOf = (...titles: string[]): Caller[] => titles.map((aeTitle) => ({ aeTitle, host: '', mayStore: true, mayReadWorklist: true }))

/** Opens one on a port of its own. */
export const openTestStation = async ({ folder: given, callers = anyOf('MODALITY', 'STORESCU', 'ECHOSCU', 'FINDSCU'), listener, ...options }: StationOptions & { readonly folder?: string; readonly callers?: readonly Caller[]; readonly listener?: Partial<ListenerSettings> } = {}): Promise<TestStation> => {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'dicom-host-')))
  const station = createDicomStation({ address: '127.0.0.1', ...options })
  const told: FromDicomHost[] = []
  const waiting = new Set<(message: FromDicomHost) => void>()
  let say: (message: ToDicomHost) => void = () => undefined
  station.attach({
    send: (message) => {
      told.push(message)
      for (const tell of waiting) tell(message)
    },
    onMessage: (listen) => {
      say = listen
    },
    onClose: () => undefined,
  })
  const heard: TestStation['heard'] = (kind, fits = () => true) =>
    new Promise((resolve) => {
      const look = (message: FromDicomHost) => {
        if (message.kind !== kind || !fits(message as never)) return
        waiting.delete(look)
        resolve(message as never)
      }
      waiting.add(look)
      told.forEach(look)
    })
  const openIt = () => say({ kind: 'open', folder: join(folder, 'spool'), keys: [Uint8Array.from(spoolKey)], callers, slotsAhead: 0, listener: { aeTitle: 'OUTPOST', port: 0, ...listener } })
  openIt()
  const first = await Promise.race([heard('listening'), heard('failed')])
  if (first.kind === 'failed') throw new Error(first.why)
  return {
    port: first.port,
    folder,
    told,
    say: (message) => say(message),
    openAgain: openIt,
    heard,
    entries: () => told.flatMap((message) => (message.kind === 'received' ? [message.entry] : [])),
    bytesOf: async ({ slot }) => {
      const found = await readSpooled(join(folder, 'spool'), [spoolKey], slot)
      if (!found) throw new Error('it does not read back')
      return found.bytes
    },
    stop: () => station.close(),
    async close() {
      await station.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a program of dcmtk; answers how it ended and what it said. */
export const dcmtk = (program: string, args: readonly string[]): Promise<{ readonly status: number; readonly said: string }> =>
  new Promise((resolve) => {
    execFile(program, [...args], { env: { ...process.env, TCP_NODELAY: '1' }, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ status: error ? Number((error as { code?: unknown }).code ?? 1) : 0, said: `${stdout}${stderr}` })
    })
  })

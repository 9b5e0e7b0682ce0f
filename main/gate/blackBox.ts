import type { DiagnosticReport, Observation } from 'fhir/r4'
import { done, refuse, type Answer, type blackBoxRequests, type ReplayState, type ResultSource, type TraceLine, type TracePage, type TracePiece } from '../../shared/contract'
import { saveRecording, type TraceEntry } from '../devices'
import { captureSystem, type DeviceDesk, replayDevice } from '../devices/inbox'
import { patientOfRecord, type Replica } from '../replica'
import type { Handlers, Session } from './handler'
import { streamSource } from './streamSource'

/** Bytes of one answer: a window shows no more at once. */
const pageBytes = 256 * 1024
/** Bytes of one file, about: a day of an analyser, hours of a monitor. */
const fileBytes = 16 * 1024 * 1024

/** Openings that are remembered; whoever comes back after so many others opens again. */
const mostOpened = 1_000

const iso = (at: number) => new Date(at).toISOString()

/** An entry of the black box as the windows know it. */
export const pieceOf = (entry: TraceEntry): TracePiece => {
  const { number } = entry
  const at = iso(entry.at)
  switch (entry.kind) {
    case 'bytes':
      return { number, at, from: entry.from, bytes: entry.bytes }
    case 'opened':
      return { number, at, note: 'opened', text: entry.opening.path }
    case 'closed':
      return { number, at, note: 'closed', text: entry.why }
    case 'made':
      return { number, at, note: 'made', text: entry.id }
    case 'gap':
      return { number, at, note: 'gap', text: String(entry.bytes) }
  }
}

const pageOf = (answer: Answer<{ readonly entries: readonly TraceEntry[]; readonly isCut: boolean }>): Answer<TracePage> =>
  answer.ok ? done({ pieces: answer.value.entries.map(pieceOf), isCut: answer.value.isCut }) : answer

/** Recordings of lines, and the bytes behind results. */
export const blackBoxHandlers = ({ devices, replica }: { readonly devices: DeviceDesk; readonly replica: Replica }): Handlers<typeof blackBoxRequests> => {
  /** Who opened which line, and stands on the audit trail with it: reading along does not. */
  const opened = new Set<string>()
  const openingOf = (line: string, session: Session) => `${session.id} ${line}`
  const sourceOf = async (reference: string | undefined): Promise<Answer<ResultSource>> => {
    if (reference === undefined) return refuse('not-found')
    const found = await devices.trace({ do: 'source', id: reference })
    // It was made where its device is attached, and came here by sync.
    if (!found.ok) return found.problem.kind === 'not-found' ? refuse('bytes-elsewhere') : found
    const { device, profile, at, raw, conversation } = found.value
    const name = devices.listDevices().find(({ id }) => id === device)?.name ?? ''
    return done({ reference, deviceName: name, profile, at, bytes: raw, conversation: conversation.map(pieceOf) })
  }
  /** The newest of a stretch, in pages from the end on: a process hands over no more at once than its other work can wait for. */
  const readInPages = async (line: string, stretch: { readonly from: number; readonly to?: number }): Promise<Answer<{ readonly entries: readonly TraceEntry[]; readonly isCut: boolean }>> => {
    const pages: (readonly TraceEntry[])[] = []
    for (let read = 0, before: number | undefined; ; read += pageBytes) {
      const page = await devices.trace({ do: 'read', line, stretch: { ...stretch, ...(before === undefined ? {} : { before }), newest: true, most: pageBytes } })
      if (!page.ok) return page
      pages.unshift(page.value.entries)
      before = page.value.entries[0]?.number
      if (!page.value.isCut || before === undefined || read > fileBytes) return done({ entries: pages.flat(), isCut: page.value.isCut })
    }
  }
  const profileOfLine = (line: string) => devices.listDevices().find(({ id }) => id === line)?.profile
  const replayState = async (replay: string, afterPiece: number, afterResult: number): Promise<Answer<ReplayState>> => {
    const found = await devices.trace({ do: 'replayed', replay, afterPiece, afterResult })
    if (!found.ok) return found
    const { entries, at, ...rest } = found.value
    return done({ ...rest, replay, at: iso(at), pieces: entries.map(pieceOf) })
  }
  const begun = async (started: Answer<{ readonly replay: string }>): Promise<Answer<ReplayState>> => (started.ok ? replayState(started.value.replay, 0, 0) : started)
  const intoOf = (into: 'view' | 'training') => (into === 'training' ? { into: replayDevice } : {})
  return {
    async listTraces() {
      const paired = devices.listDevices().map(({ id, name, path, profile }) => ({ line: id, name, path, profile }))
      const ports = await devices.listPorts()
      const bare = ports.ok ? ports.value.filter(({ path }) => !paired.some((device) => device.path === path)).map(({ path, name }) => ({ line: path, name, path })) : []
      const lines = [...paired, ...bare]
      const reach = await devices.trace({ do: 'reach', lines: lines.map(({ line }) => line) })
      if (!reach.ok) return reach
      return done(
        lines.map((line): TraceLine => {
          const there = reach.value.find((each) => each.line === line.line)
          return { ...line, bytes: there?.bytes ?? 0, ...(there ? { from: iso(there.from), to: iso(there.to) } : {}) }
        }),
      )
    },
    async openTrace({ line, from, to }, { session }) {
      opened.add(openingOf(line, session))
      for (const oldest of opened) {
        if (opened.size <= mostOpened) break
        opened.delete(oldest)
      }
      return pageOf(await devices.trace({ do: 'read', line, stretch: { from: from === undefined ? 0 : Date.parse(from), ...(to === undefined ? {} : { to: Date.parse(to) }), newest: true, most: pageBytes } }))
    },
    readTrace: async ({ line, after }, { session }) =>
      opened.has(openingOf(line, session)) ? pageOf(await devices.trace({ do: 'read', line, stretch: { after, most: pageBytes } })) : refuse('not-found'),
    async resultSource({ patient, type, record }) {
      if ((await patientOfRecord(replica, type, record)) !== patient) return refuse('not-found')
      const found = await replica.records.get(type, record)
      const { identifier } = (found?.resource ?? {}) as Partial<Observation | DiagnosticReport>
      const reference = identifier?.find(({ system }) => system === captureSystem)?.value
      if (reference !== undefined || found?.resource.resourceType !== 'Observation') return sourceOf(reference)
      const stream = await streamSource(devices, found.resource)
      if (!stream.ok) return stream
      const { entries, ...source } = stream.value
      return done({ ...source, conversation: entries.map(pieceOf) })
    },
    async startReplay({ line, from, to, speed, into }) {
      const profile = profileOfLine(line)
      if (profile === undefined) return refuse('profile-unknown')
      return begun(await devices.trace({ do: 'replay', line, profile, from: from === undefined ? 0 : Date.parse(from), to: to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to), speed, ...intoOf(into) }))
    },
    replayFile: async ({ file, speed, into }) => begun(await devices.trace({ do: 'replay', file, speed, ...intoOf(into) })),
    readReplay: ({ replay, afterPiece, afterResult }) => replayState(replay, afterPiece, afterResult),
    stopReplay: ({ replay }) => devices.trace({ do: 'stop-replay', replay }),
    async saveTrace({ line, from, to, folder, form, patients }) {
      const read = await readInPages(line, { from: from === undefined ? 0 : Date.parse(from), ...(to === undefined ? {} : { to: Date.parse(to) }) })
      if (!read.ok) return read
      const profile = profileOfLine(line)
      return saveRecording({ ...read.value, folder, form, patients, now: Date.now(), ...(profile === undefined ? {} : { profile }) })
    },
    traySource: async ({ item }) => sourceOf(await devices.captureOf(item)),
  }
}

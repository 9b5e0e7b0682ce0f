import { done, refuse, type Answer } from '../../../shared/contract'
import type { Journal } from '../journal'
import type { Capture } from '../messages'
import { profileOf } from '../profiles'
import type { BlackBox } from './blackBox'
import type { Entry } from './entry'
import type { ReplayFrom, TraceAnswers, TraceAsk, TraceReach, TraceSource } from './messages'
import { readRecordingFile } from './recordingFile'

/** How far before a result its conversation may have begun. */
const longestMs = 15 * 60_000
const conversationBytes = 64 * 1024
/** Our answer goes out right behind the journal's entry. */
const answerMs = 2_000

/** What can be played at once. */
const replayBytes = 32 * 1024 * 1024
/** Of what was played, in one answer. */
const answerBytes = 128 * 1024

/** What the black box stands in. */
interface TraceSurroundings {
  readonly box: BlackBox
  readonly journal: Journal
  /** Hands a replayed message to the practice host; absent: this practice has real patients, and a replay is only looked at. */
  readonly deliver?: (capture: Capture) => void
}

/** Answers what the practice host asks of the black box. */
export const answerTrace = async ({ box, journal, deliver }: TraceSurroundings, ask: TraceAsk): Promise<Answer<TraceAnswers[TraceAsk['do']]>> => {
  switch (ask.do) {
    case 'reach': {
      const all: TraceReach[] = []
      for (const line of ask.lines) {
        const reach = await box.recordingOf(line).reach()
        if (reach) all.push({ line, ...reach })
      }
      return done(all)
    }
    case 'read':
      return done(await box.recordingOf(ask.line).read(ask.stretch))
    case 'source': {
      const kept = await journal.find(ask.id)
      if (!kept) return refuse('not-found')
      const { device, profile, at, raw } = kept
      const madeAt = Date.parse(at)
      const { entries } = await box.recordingOf(device).read({ from: madeAt - longestMs, to: madeAt + answerMs, newest: true, most: conversationBytes })
      const source: TraceSource = { device, profile, at, raw, conversation: conversationOf(entries, ask.id) }
      return done(source)
    }
    case 'replay': {
      const { into } = ask
      if (into !== undefined && !deliver) return refuse('not-allowed', { why: 'training only' })
      const found = await replayOf(box, ask)
      if (!found.ok) return found
      const { entries, profile: id, isCut } = found.value
      const profile = profileOf(id)
      if (!profile) return refuse('profile-unknown', { profile: id })
      const message = async ({ at, raw, text, complete }: { readonly at: number; readonly raw: Uint8Array; readonly text: Uint8Array; readonly complete: boolean }) => {
        const capture = await journal.keep({ device: into!, profile: id, at: new Date(at).toISOString(), raw, message: { text, complete } })
        if (capture) deliver!(capture)
      }
      return done({ replay: box.players.start({ entries, profile, isCut, speed: ask.speed, ...(into === undefined ? {} : { message }) }) })
    }
    case 'replayed': {
      const found = box.players.find(ask.replay)
      if (!found) return refuse('not-found')
      const { play, isCut } = found
      return done({ ...play.state(), isCut, entries: play.entries(ask.afterPiece, answerBytes), results: play.results(ask.afterResult) })
    }
    case 'stop-replay':
      box.players.stop(ask.replay)
      return done(null)
  }
}

const replayOf = async (box: BlackBox, from: ReplayFrom): Promise<Answer<{ readonly entries: readonly Entry[]; readonly profile: string; readonly isCut: boolean }>> => {
  if ('line' in from) return done({ ...(await box.recordingOf(from.line).read({ from: from.from, to: from.to, most: replayBytes })), profile: from.profile })
  const read = await readRecordingFile(from.file)
  return read?.profile === undefined ? refuse('no-recording') : done({ entries: read.entries, profile: read.profile, isCut: false })
}

/** What was said between the result before and this one, and what was answered to it. */
export const conversationOf = (entries: readonly Entry[], id: string): Entry[] => {
  const made = entries.findIndex((entry) => entry.kind === 'made' && entry.id === id)
  if (made < 0) return []
  // A message that is a reading too has two marks behind each other.
  const first = entries[made - 1]?.kind === 'made' ? made - 1 : made
  const opens = entries.slice(0, first).findLastIndex(({ kind }) => kind === 'made' || kind === 'opened')
  const before = entries.slice(opens + 1, first)
  // Answers to the result before still stand behind its mark.
  const begins = before.findIndex((entry) => entry.kind === 'bytes' && entry.from === 'device')
  const behind = entries.slice(made + 1).filter(({ kind }) => kind !== 'made')
  const next = behind.findIndex((entry) => entry.kind !== 'bytes' || entry.from === 'device')
  return [...before.slice(Math.max(0, begins)), ...(next < 0 ? behind : behind.slice(0, next))]
}

import { done, refuse, type Answer } from '../../../shared/contract'
import type { Journal } from '../journal'
import type { BlackBox } from './blackBox'
import type { Entry } from './entry'
import type { TraceAnswers, TraceAsk, TraceReach, TraceSource } from './messages'

/** How far before a result its conversation may have begun. */
const longestMs = 15 * 60_000
const conversationBytes = 64 * 1024
/** Our answer goes out right behind the journal's entry. */
const answerMs = 2_000

/** Answers what the practice host asks of the black box. */
export const answerTrace = async ({ box, journal }: { readonly box: BlackBox; readonly journal: Journal }, ask: TraceAsk): Promise<Answer<TraceAnswers[TraceAsk['do']]>> => {
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
  }
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

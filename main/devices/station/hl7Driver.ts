import { randomBytes } from 'node:crypto'
import { ackOf, acknowledgementsOf, encodeAs, type Hl7Query, type Hl7Message, type Outcome, parseMessage, queryOf, writeAck, writeBlock, writeDisplayResponse, writeQueryResponse } from '../../../shared/standards/hl7'
import { Hl7Framer, type Hl7Effect } from '../framers'
import type { Hl7Profile } from '../profiles'
import type { Driver } from './keepOpen'
import type { MessageSurroundings } from './surroundings'

/** Bytes of messages that wait for the disk; a device that sends more without hearing an answer loses its line. */
const mostWaiting = 64 * 1024 * 1024
/** What a message costs beside its bytes while it waits. */
const perMessage = 1024

/** Kinds of message that carry nothing to keep: they ask, or they answer us. Everything else is somebody's result. */
const carriesResults = (message: Hl7Message): boolean => !/^(?:QRY|QBP|QCN|ACK|ORR|ORL|RSP|QCK|DSR|NMD|NMQ|NMR)$/.test(message.type.code)
/** Kinds that a laboratory device has no business sending to us. */
const isForeign = (message: Hl7Message): boolean => /^(?:ADT|SIU|MDM|DFT|BAR|ORM|OML|OMG|RDE|VXU)$/.test(message.type.code)

/** Whether a message is somebody's result, to be kept as such. */
export const isResult = (message: Hl7Message): boolean => carriesResults(message) && !isForeign(message)

/** Runs the line of an analyser that speaks HL7: message to the journal, then the answer, then on to the practice host. */
export const hl7Driver = ({ device, profile, journal, now, captured, journalFailed, endless, worklist }: MessageSurroundings<Hl7Profile>): Driver => {
  const framer = new Hl7Framer({ framing: profile.framing.block })
  let write: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  /** Counts openings of the line: an answer that is late must not go to another connection. */
  let opening = 0
  let waiting = 0
  /** One message after the other, in the order they came. */
  let turn: Promise<void> = Promise.resolve()

  const localTime = () => {
    const at = new Date(now())
    return { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate(), hour: at.getHours(), minute: at.getMinutes(), second: at.getSeconds() }
  }
  const newControlId = () => randomBytes(8).toString('hex').toUpperCase()
  const answersTo = (message: Hl7Message, outcome: Outcome): string[] => {
    // An answer to an answer would never end.
    if (profile.acknowledge === 'never' || ackOf(message)) return []
    const at = localTime()
    const codes = profile.acknowledge === 'original' ? [outcome === 'stored' ? 'AA' : outcome === 'error' ? 'AE' : 'AR'] as const : acknowledgementsOf(message, outcome)
    const [problem] = message.problems
    return codes.map((code) => writeAck(message, { code, controlId: newControlId(), at, ...(outcome === 'rejected' && problem ? { problem } : {}) }))
  }
  /** The answer to what an analyser asks; none while nobody can say, so that it asks again. */
  const worklistFor = async (message: Hl7Message, query: Hl7Query): Promise<string[]> => {
    const specimen = profile.hostQuery && query.parameters[profile.hostQuery.parameter - 1]
    const tests = specimen !== undefined && specimen !== '' && worklist ? await worklist(specimen) : []
    if (!tests) return []
    const answer = { controlId: newControlId(), at: localTime(), entry: specimen !== undefined && tests.length > 0 ? { specimen, tests } : undefined }
    if (query.form === 'definition') return writeDisplayResponse(message, answer, newControlId())
    return [writeQueryResponse(message, profile.hostQuery?.event ?? message.type.event, answer)]
  }
  const outcomeOf = (message: Hl7Message): Outcome => (message.problems.some(({ kind }) => kind === 'no-header') || isForeign(message) ? 'rejected' : 'stored')

  const commit = async (raw: Uint8Array, bytes: Uint8Array, during: number): Promise<void> => {
    const message = parseMessage(bytes)
    let outcome = outcomeOf(message)
    try {
      const capture = await journal.keep({ device, profile: profile.id, at: new Date(now()).toISOString(), raw, ...(isResult(message) ? { message: { text: bytes, complete: true } } : {}) })
      if (capture) captured(capture)
    } catch {
      outcome = 'error'
      journalFailed()
    }
    const query = outcome === 'stored' ? queryOf(message) : undefined
    const answers = query ? await worklistFor(message, query) : answersTo(message, outcome)
    if (during !== opening) return
    for (const answer of answers) await write(writeBlock(encodeAs(answer, message.charset)))
  }
  const act = (effects: readonly Hl7Effect[]): void => {
    for (const effect of effects) {
      if (effect.do === 'interrupted' && effect.why === 'overlong') endless?.()
      if (effect.do !== 'commit') continue
      const { raw, message } = effect
      const during = opening
      const weight = message.length + perMessage
      waiting += weight
      turn = turn
        .then(() => commit(raw, message, during))
        // Not answered, so the device sends it again.
        .catch(() => undefined)
        .finally(() => (waiting -= weight))
    }
    clearTimeout(timer)
    if (framer.deadline !== undefined) timer = setTimeout(() => act(framer.tick(now())), Math.max(0, framer.deadline - now()) + 1)
  }

  return {
    opened: (to) => {
      opening++
      framer.reset()
      write = to
    },
    bytes: (bytes) => {
      if (waiting > mostWaiting) throw new Error('the device does not wait for its answers')
      act(framer.feed(bytes, now()))
    },
    closed: () => {
      opening++
      clearTimeout(timer)
      framer.reset()
    },
  }
}

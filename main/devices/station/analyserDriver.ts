import { decodeText, encodeText, parseMessages, queryOf, writeWorklist, type AstmRecord, type WorklistOrder } from '../../../shared/standards/astm'
import { writeDateTime } from '../../../shared/standards/hl7'
import { AstmFramer, type AstmEffect } from '../framers'
import type { AstmProfile } from '../profiles'
import type { Driver } from './keepOpen'
import type { MessageSurroundings } from './surroundings'

/** Surroundings of a line that speaks ASTM. */
export interface AnalyserDriverOptions extends MessageSurroundings<AstmProfile> {
  /** See `ReceiverOptions.replyMs`. */
  readonly replyMs?: number
}

/** Orders for what a query names; undefined when it cannot be said, so that the analyser asks again later. */
const ordersFor = async (
  record: AstmRecord,
  { specimen, answerWith }: NonNullable<AstmProfile['hostQuery']>,
  worklist: NonNullable<AnalyserDriverOptions['worklist']>,
): Promise<WorklistOrder[] | undefined> => {
  const { ranges, tests, isCancelled } = queryOf(record)
  if (isCancelled) return undefined
  const orders: WorklistOrder[] = []
  for (const range of ranges) {
    const number = specimen.map((component) => range[component - 1]?.trim() ?? '').find((part) => part !== '')
    if (number === undefined) continue
    const codes = await worklist(number)
    if (!codes) return undefined
    const wanted = tests.length === 0 ? codes : codes.filter((code) => tests.includes(code))
    if (wanted.length > 0) orders.push({ specimen: answerWith === 'echo' ? range : [number], tests: wanted })
  }
  return orders
}

/** Runs an analyser's line: bytes to the journal, then the answer, then the message to the practice host. */
export const analyserDriver = ({ device, profile, journal, now, captured, journalFailed, endless, worklist, replyMs }: AnalyserDriverOptions): Driver => {
  const framer = new AstmFramer({ ...profile.framing, ...(replyMs === undefined ? {} : { replyMs }) }, { framing: profile.hostQuery?.framing })
  let write: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  /** Counts openings of the line: an answer that is late must not go to another transfer. */
  let opening = 0

  const keep = (raw: Uint8Array, message?: { readonly text: Uint8Array; readonly complete: boolean }) =>
    journal.keep({ device, profile: profile.id, at: new Date(now()).toISOString(), raw, message })

  const act = (effects: readonly AstmEffect[]): void => {
    for (const effect of effects) {
      switch (effect.do) {
        case 'write':
          void write(effect.bytes)
          break
        case 'commit':
          void commit(effect.raw, effect.message)
          break
        case 'keep':
          keep(effect.raw, { text: effect.message, complete: false }).then((capture) => capture && captured(capture), journalFailed)
          break
        case 'endless':
          endless?.()
          break
        case 'interrupted':
        case 'sent':
        case 'unsent':
          break
      }
    }
    clearTimeout(timer)
    if (framer.deadline !== undefined) timer = setTimeout(() => act(framer.tick(now())), Math.max(0, framer.deadline - now()) + 1)
  }
  const commit = async (raw: Uint8Array, message: Uint8Array | undefined): Promise<void> => {
    const during = opening
    let isDurable = true
    try {
      const capture = await keep(raw, message && { text: message, complete: true })
      if (capture) captured(capture)
    } catch {
      isDurable = false
      journalFailed()
    }
    if (during !== opening) return
    act(framer.committed(isDurable, now()))
    if (message && isDurable) await answerQueries(message, during)
  }
  /** The analyser asks by barcode what to measure: the worklist goes out once its own transfer is over. */
  const answerQueries = async (message: Uint8Array, during: number): Promise<void> => {
    const { hostQuery } = profile
    // A Q record at the beginning of a line; most messages have none, and are not parsed here.
    if (!hostQuery || !worklist || !/(?:^|[\r\n])Q/.test(decodeText(message))) return
    for (const { queries, header, delimiters } of parseMessages(decodeText(message))) {
      for (const query of queries) {
        const orders = await ordersFor(query, hostQuery, worklist)
        if (!orders || during !== opening) continue
        const at = new Date(now())
        const text = writeWorklist(orders, {
          at: writeDateTime({ year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate(), hour: at.getHours(), minute: at.getMinutes(), second: at.getSeconds() }),
          sender: 'Outpost',
          receiver: header?.text({ field: 5, component: 1 }),
          delimiters,
          codeComponent: hostQuery.codeComponent,
          isAnswer: true,
        })
        act(framer.send(encodeText(text), now()))
      }
    }
  }

  return {
    opened: (to) => {
      opening++
      framer.reset()
      write = to
    },
    bytes: (bytes) => act(framer.feed(bytes, now())),
    closed: () => {
      opening++
      clearTimeout(timer)
      framer.reset()
    },
  }
}

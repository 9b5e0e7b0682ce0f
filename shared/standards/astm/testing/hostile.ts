import { Assembler, control, curveOf, decodeText, encodeFrame, encodeText, escapeText, fields, framesOf, parseMessages, parseValue, queryOf, Receiver, type ReceiverEffect, type ReceiverOptions, unescape, writeWorklist } from '..'

/** Numbers in [0, 1). */
type Random = () => number
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!

const pieces = ['1', 'A12', '6.8', '> 300', '-----', '""', '', '', '^', '\\', '&', '&F&', '&E&', '&X4&', '&X41&', '|', '@', 'é', '🩸', '\x00', '\x1b', '20261121', '^^^^WBC', 'Q', '9'.repeat(300)]
const types = ['H', 'P', 'O', 'R', 'R', 'R', 'C', 'M', 'S', 'Q', 'L', 'X', 'h', '']

/** A text of records by the grammar, with all that a broken or hostile sender may write. */
export const hostileRecords = (random: Random): Uint8Array => {
  const declared = pick(random, ['|\\^&', '|\\^&', '|\\^&', '|@^\\', '|\\\\^&', '||||', '#!%$', '', '|', 'AAAA'])
  const field = declared[0] ?? '|'
  const content = () => Array.from({ length: Math.floor(random() * 4) }, () => pick(random, pieces)).join('')
  const record = () => pick(random, types) + Array.from({ length: Math.floor(random() * 18) }, () => field + content()).join('')
  const end = () => pick(random, ['\r', '\r', '\r', '\n', '\r\n', '', '\r\r'])
  return encodeText([...(random() < 0.9 ? [`H${declared}${field}x`] : []), ...Array.from({ length: Math.floor(random() * 20) }, record)].map((text) => text + end()).join(''))
}

const demand = (isSo: boolean, what: string) => {
  if (!isSo) throw new Error(what)
}

/** Reads a text of records in every way there is; throws where something is lost. */
export const checkRecords = (bytes: Uint8Array): void => {
  const text = decodeText(bytes)
  const messages = parseMessages(text)
  let records = 0
  for (const message of messages) {
    const { delimiters } = message
    const all = [message.header, ...message.queries, ...message.comments, ...message.others, message.terminator, ...message.patients.flatMap((patient) => [
      patient.record, ...patient.comments, ...patient.others, ...patient.orders.flatMap((order) => [
        order.record, ...order.comments, ...order.others, ...order.results.flatMap((result) => [result.record, ...result.comments, ...result.others]),
      ]),
    ])].filter((each) => each !== undefined)
    records += all.length + message.controls.length
    for (const record of all) {
      demand(text.includes(record.raw), 'a record does not stand in the text')
      for (let field = 1; field <= Math.min(record.length, 30); field++) {
        for (const repeat of record.repeats(field)) for (const part of repeat) demand(unescape(escapeText(part, delimiters), delimiters) === part, `escaping loses something of ${JSON.stringify(part)}`)
        const { value } = parseValue(record.text({ field }))
        demand(value === undefined || Number.isFinite(value), 'a number that is none')
      }
      curveOf(record)
    }
    for (const query of message.queries) {
      const { ranges, tests } = queryOf(query)
      const answer = writeWorklist(ranges.slice(0, 3).map((specimen) => ({ specimen, tests })), { at: '20261121091500', sender: 'x', delimiters, isAnswer: true })
      demand(parseMessages(answer).length === 1, 'what a device wrote made a message of our answer')
    }
    demand(message.faults.length > 0 || message.header?.text(fields.header.version) !== undefined, 'a message without fault has no header')
  }
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '').length
  demand(records === lines, `${lines - records} records disappeared`)
}

/** Bytes of a line: good frames, spoilt ones, control characters where they do not belong. */
const hostileLine = (random: Random): Uint8Array => {
  const parts = Array.from({ length: Math.floor(random() * 8) }, (): number[] => {
    const frames = framesOf(hostileRecords(random).slice(0, 600), pick(random, ['record-per-frame', 'message-in-frames'] as const), pick(random, [20, 240])).map(encodeFrame)
    const bytes = [...(random() < 0.8 ? [control.ENQ] : []), ...frames.flatMap((frame) => [...frame]), ...(random() < 0.8 ? [control.EOT] : [])]
    if (random() < 0.5 && bytes.length > 0) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
    if (random() < 0.3) bytes.splice(Math.floor(random() * bytes.length), Math.floor(random() * 6), pick(random, Object.values(control)))
    return bytes
  })
  return Uint8Array.from(parts.flat())
}

/** Sends bytes over a line in one piece, one by one and in random pieces; throws when they are not heard as the same. */
export const checkLine = (random: Random): void => {
  const bytes = hostileLine(random)
  const options: ReceiverOptions = { checksum: pick(random, ['required', 'required', 'none'] as const), frameNumbers: pick(random, ['counted', 'any'] as const) }
  const hear = (cut: () => number) => {
    const receiver = new Receiver(options)
    const assembler = new Assembler(2_000)
    const heard: string[] = []
    const act = (effects: readonly ReceiverEffect[]): void => {
      for (const effect of effects) {
        heard.push(effect.do === 'store' ? `${effect.frame.number} ${[...effect.frame.text].join()} ${effect.frame.end}` : JSON.stringify(effect))
        if (effect.do === 'begin' || effect.do === 'interrupted') assembler.drop()
        if (effect.do !== 'store') continue
        const whole = assembler.add(effect.frame)
        heard.push(whole === 'overlong' ? whole : whole ? 'whole' : 'part')
        act(receiver.stored(true, 0, whole !== undefined))
      }
    }
    for (let at = 0; at < bytes.length; ) {
      const next = at + cut()
      act(receiver.feed(bytes.slice(at, next), 0))
      at = next
    }
    act(receiver.tick(60_000))
    return heard.join('\n')
  }
  const whole = hear(() => bytes.length)
  demand(hear(() => 1) === whole, 'byte by byte is heard as something else')
  demand(hear(() => 1 + Math.floor(random() * 30)) === whole, 'random pieces are heard as something else')
}

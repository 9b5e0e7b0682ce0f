import {
  ackOf, acknowledgementsOf, admissionOf, block, BlockReader, decodeMessage, encodeAs, escapeText, observationValue, parseFile, parseMessage, queryOf, readOrders, requestedTests, unescape, writeAck, writeBlock, writeQueryResponse,
} from '..'
import { awkwardMessages, longResult, wideMessages } from './awkward'

/** Numbers in [0, 1). */
export type Random = () => number

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
const bytesOf = (text: string) => new TextEncoder().encode(text)
const seeds: readonly Uint8Array[] = [...awkwardMessages.map(({ bytes }) => bytes), ...wideMessages.map(({ bytes }) => bytes), bytesOf(longResult(12))]

const names = ['MSH', 'PID', 'PV1', 'ORC', 'OBR', 'OBX', 'NTE', 'SPM', 'SAC', 'QPD', 'QRD', 'MSA', 'ERR', 'BHS', 'BTS', 'FHS', 'FTS', 'ZXX', 'MRG', 'OB', 'obx', 'M', '']
const types = ['ORU^R01', 'ORU^R40', 'OUL^R22', 'OML^O33', 'ORM^O01', 'ADT^A40', 'QBP^Z03', 'QRY^Q02', 'ACK', 'ORU_R01', '', '^^^', '\\X41\\']
const charsets = ['', 'UNICODE UTF-8', 'UNICODE', '8859/1', '8859/5', 'GB 18030-2000', 'ISO IR87', 'BIG-5', 'KS X 1001', 'UNICODE UTF-16', 'nobody~8859/1', 'ASCII']
const pieces = ['1', 'A12', '6.7', '>300', '^182', '""', '', '', '~', '^', '&', '\\', '\\F\\', '\\E\\', '\\X4\\', '\\X41C3\\', '\\.br\\', '\\.sp999\\', '\\C2D41\\', '\\M2442\\', '\\Z', '#', '|', '\n', '\r', '\x00', '\x0b', '\x1c', 'é', '张', '🩸', '\ud800', 'NM', 'SN', 'ED', '20261121', '9'.repeat(400), '-'.repeat(50)]
const ends = ['\r', '\r', '\r', '\r', '\n', '\r\n', '\r\n\r\n', '', '\x1c\r', '\r\x0b']

/** A message by the grammar, with everything in it that a broken or hostile sender may write. */
const grammatical = (random: Random): Uint8Array => {
  const field = random() < 0.9 ? '|' : pick(random, ['#', '\x01', 'A', '^', ' ', '&'])
  const declared = random() < 0.8 ? '^~\\&' : pick(random, ['^~\\&#', '!@%*', '^~\\\\&', '^^^^', '', '^', '~\\&^', '|~\\&', '\r', '^~\\&'.repeat(5)])
  const content = () => Array.from({ length: Math.floor(random() * 4) }, () => pick(random, pieces)).join('')
  const segment = () => pick(random, names) + Array.from({ length: Math.floor(random() * 20) }, () => field + content()).join('')
  const header = ['MSH', declared, 'A', 'B', 'C', 'D', '20261121', '', pick(random, types), pick(random, ['M1', '', 'x'.repeat(60)]), pick(random, ['P', 'Q', '']), pick(random, ['2.3', '2.5.1', '2.7', '']), '', '', pick(random, ['', 'AL', 'NE', 'ER']), pick(random, ['', 'AL', 'SU']), '', pick(random, charsets)].join(field)
  const lines = [...(random() < 0.9 ? [header] : []), ...Array.from({ length: Math.floor(random() * 25) }, segment), ...(random() < 0.1 ? [header] : [])]
  const text = (random() < 0.2 ? pick(random, ['\x0b', '\ufeff', '\n\n', ' ', 'noise\r', 'MSH']) : '') + lines.map((line) => line + pick(random, ends)).join('')
  return encodeAs(text, pick(random, ['utf-8', 'utf-8', 'windows-1252', 'gb18030', 'utf-16le']))
}

/** A real message with some of its bytes changed, doubled, left out or swapped with another's. */
const mutated = (random: Random): Uint8Array => {
  const bytes = [...pick(random, seeds)]
  for (let times = Math.ceil(random() * 8); times > 0; times--) {
    const at = Math.floor(random() * bytes.length)
    const length = Math.floor(random() * 20)
    switch (Math.floor(random() * 5)) {
      case 0:
        bytes[at] = Math.floor(random() * 256)
        break
      case 1:
        bytes.splice(at, length)
        break
      case 2:
        bytes.splice(at, 0, ...bytes.slice(at, at + length))
        break
      case 3: {
        const other = pick(random, seeds)
        const from = Math.floor(random() * other.length)
        bytes.splice(at, length, ...other.slice(from, from + length))
        break
      }
      default:
        bytes.splice(at, 0, pick(random, [0x0b, 0x1c, 0x0d, 0x0a, 0x7c, 0x5c, 0x5e, 0x7e, 0x26, 0x1b, 0x80, 0xff]))
    }
  }
  return Uint8Array.from(bytes)
}

/** Bytes that no parser should fall over. */
export const hostileMessage = (random: Random): Uint8Array =>
  random() < 0.5 ? grammatical(random) : random() < 0.9 ? mutated(random) : Uint8Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256))

const demand = (isSo: boolean, what: string) => {
  if (!isSo) throw new Error(what)
}

/** Reads bytes in every way there is; throws where something is lost, said twice or not as it was. */
export const checkMessage = (bytes: Uint8Array): void => {
  const { text, charset } = decodeMessage(bytes)
  const message = parseMessage(bytes)
  demand(message.toText() === text, 'the text is not what came')
  if (charset.startsWith('utf-8') || charset === 'windows-1252') {
    const again = encodeAs(text, charset)
    demand(again.length === bytes.length && again.every((byte, index) => byte === bytes[index]), `the bytes are not what came (${charset})`)
  }
  let from = 0
  for (const segment of message.segments) {
    const at = text.indexOf(segment.raw, from)
    demand(at >= from, 'a segment does not stand in the text')
    from = at + segment.raw.length
    for (let field = 1; field <= Math.min(segment.length, 40); field++) {
      const { delimiters } = segment
      const raw = segment.rawField(field)
      const joined = segment.repetitions(field)
      demand(joined.length === segment.count(field), 'repetitions are counted in two ways')
      segment.value({ field })
      segment.text({ field, repetition: 2, component: 2, subComponent: 2 })
      segment.isTruncated({ field })
      const isPlain = !raw.includes(delimiters.escape)
      if (isPlain) demand(unescape(raw, delimiters) === raw, 'text without an escape is changed')
      const value = segment.value({ field, repetition: 1, component: 1 })
      if (typeof value === 'string' && new Set(Object.values(delimiters)).size === Object.values(delimiters).length) demand(unescape(escapeText(value, delimiters), delimiters) === value, `escaping loses something of ${JSON.stringify(value)}`)
    }
    observationValue(segment)
  }
  const { orders } = readOrders(message)
  const results = orders.reduce((sum, order) => sum + order.results.length, 0)
  demand(results <= message.all('OBX').length, 'a result is there twice')
  requestedTests(message)
  admissionOf(message)
  queryOf(message)
  ackOf(message)
  const at = { year: 2026, month: 11, day: 21, hour: 9, minute: 0, second: 0 }
  for (const code of acknowledgementsOf(message, 'stored')) {
    const ack = ackOf(parseMessage(writeAck(message, { code, controlId: '1', at, ...(message.problems[0] ? { problem: message.problems[0] } : {}) })))
    // A sender whose delimiters mean two things at once gets an answer that cannot be read either.
    if (!message.problems.some(({ kind }) => kind === 'bad-delimiters')) demand(ack?.code === code, 'an acknowledgement cannot be read')
  }
  writeQueryResponse(message, 'K11', { controlId: '1', at, entry: { specimen: 'A|1', tests: ['^'] } })
  const file = parseFile(bytes)
  demand(file.messages.reduce((sum, each) => sum + each.length, 0) + file.envelope.length === message.length, 'a segment of a file is in no message')
}

/** Sends bytes over a line in one piece, one by one and in random pieces; throws when they are not heard as the same. */
export const checkBlocks = (random: Random): void => {
  const parts = Array.from({ length: Math.floor(random() * 4) }, () => {
    const message = hostileMessage(random).slice(0, 400)
    return random() < 0.6 ? writeBlock(message) : Uint8Array.from([...(random() < 0.5 ? [block.start] : []), ...message, ...(random() < 0.5 ? [block.end] : [])])
  })
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
  const options = { maxLength: pick(random, [50, 300, 1_000_000]), framing: pick(random, ['mllp', 'mllp', 'none'] as const) }
  const hear = (cut: () => number) => {
    const reader = new BlockReader(options)
    const events = []
    for (let at = 0; at < bytes.length; ) {
      const next = at + cut()
      events.push(...reader.feed(bytes.slice(at, next), 0))
      at = next
    }
    events.push(...reader.tick(60_000))
    return JSON.stringify(events.map((event) => (event.kind === 'message' ? [...event.bytes] : event)))
  }
  const whole = hear(() => bytes.length)
  demand(hear(() => 1) === whole, 'byte by byte is heard as something else')
  demand(hear(() => 1 + Math.floor(random() * 30)) === whole, 'random pieces are heard as something else')
}

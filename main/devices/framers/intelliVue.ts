import { type VitalNumbers, type VitalsEffect, type VitalsFramer } from './vitals'

/** Philips IntelliVue Data Export, MIB/RS-232 transport: frame bytes, escape, and the header of a data export frame. */
const begin = 0xc0
const end = 0xc1
const escape = 0x7d
const protocolId = 0x11
const dataMessage = 0x01
const longest = 4_096

/** CRC-16 of X.25: reflected 0x1021, all ones before and inverted after. */
const crcX25 = (bytes: Iterable<number>): number => {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  }
  return crc ^ 0xffff
}

/** A data export message in its frame. */
const encodeMib = (message: Uint8Array): Uint8Array => {
  const inner = [protocolId, dataMessage, message.length >> 8, message.length & 0xff, ...message]
  const crc = crcX25(inner)
  return Uint8Array.from([begin, ...[...inner, crc & 0xff, crc >> 8].flatMap((byte) => (byte === begin || byte === end || byte === escape ? [escape, byte ^ 0x20] : [byte])), end])
}

const fromHex = (hex: string) => Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16))

/** First byte of a session message. */
const session = { connect: 0x0d, accept: 0x0e, refuse: 0x0c, abort: 0x19, finish: 0x09, finished: 0x0a, data: 0xe1 } as const

/**
 * Association request: session and presentation headers as the programming guide lists them, then what the client asks
 * for: protocol version 1, nomenclature version 1, cold start, one poll profile with the extension for 1-second polls.
 */
const associationRequest = fromHex(`
  0dec 050813010016010280001402 0002
  c1dc 3180a080800101 0000 a280a0030000 01a480 3080 020101 0604 52010001 3080 0602 5101 0000 0000
  3080 020102 060c 2a8648ce1402010000000101 3080 060c 2a8648ce1402010000000201 0000 0000 0000
  6180 3080 020101 a080 6080 a180 060c 2a8648ce1402010000000301 0000 be80 2880 060c 2a8648ce1402010000000101 020102 8148
  80000000 40000000 00000000 80000000 20000000 00000000 0001002c 00010028
  80000000 000009c4 000009c4 000003e8 ffffffff 60000000 0001000c f0010008 8c000000 00000000
  0000 0000 0000 0000 0000 0000 0000 0000`)

const words = (...values: readonly number[]): number[] => values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff])

/** Remote operation types and commands. */
const operation = { invoke: 1, result: 2, linkedResult: 5 } as const
const command = { confirmedEventReport: 1, confirmedAction: 7 } as const
const action = { poll: 0x0c16, extendedPoll: 0xf13b } as const
const mdsCreate = 0x0d06

/** Asks for the numerics: a single poll of the object class "numeric". */
const pollRequest = (poll: number): Uint8Array =>
  Uint8Array.from([0xe1, 0, 0, 2, ...words(operation.invoke, 0x1c, poll, command.confirmedAction, 0x16, 0x21, 0, 0, 0, 0, action.poll, 8, poll, 1, 6, 0)])

/** Says that the description of the monitor arrived. */
const createResult = (invoke: number, time: readonly number[]): Uint8Array =>
  Uint8Array.from([0xe1, 0, 0, 2, ...words(operation.result, 0x14, invoke, command.confirmedEventReport, 0x0e, 0x21, 0, 0), ...time, ...words(mdsCreate, 0)])

const attribute = { numeric: 0x0950, compoundNumeric: 0x094b } as const

/** Physiological identifiers of the guide → the chart; of two that are one vital sign the first of this list counts. */
const identifiers: readonly (readonly [number, keyof VitalNumbers])[] = [
  [0x4182, 'pulse'],
  [0x4822, 'pulse'],
  [0x480a, 'pulse'],
  [0x4bb8, 'spo2'],
  [0x500a, 'respiratory-rate'],
  [0x5012, 'respiratory-rate'],
  [0x4a05, 'bp-systolic'],
  [0x4a06, 'bp-diastolic'],
  [0x4a15, 'bp-systolic'],
  [0x4a16, 'bp-diastolic'],
  [0x4a11, 'bp-systolic'],
  [0x4a12, 'bp-diastolic'],
  [0x4b48, 'temperature'],
  [0x4b5c, 'temperature'],
]
const rankOf = new Map(identifiers.map(([id, code], rank) => [id, { code, rank }]))
/** Units that the chart has, by vital sign; a pressure in kPa or a temperature in °F is left to the profile's reader: none is taken. */
const unitOf: Readonly<Partial<Record<keyof VitalNumbers, number>>> = { pulse: 0x0aa0, spo2: 0x0220, 'respiratory-rate': 0x0ae0, 'bp-systolic': 0x0f20, 'bp-diastolic': 0x0f20, temperature: 0x17a0 }
/** Invalid, unavailable, calibration, test, demonstration: such a number is nobody's. Questionable is not charted either. */
const unusableState = 0xfc00

/** FLOAT-Type of IEEE 11073: 8 bits exponent, 24 bits mantissa; undefined for its codes (not a number, not at this resolution, infinite). */
const floatOf = (word: number): number | undefined => {
  const bits = word & 0xffffff
  if (bits >= 0x7ffffe && bits <= 0x800002) return undefined
  const mantissa = bits > 0x7fffff ? bits - 0x1000000 : bits
  const exponent = word >>> 24 > 127 ? (word >>> 24) - 256 : word >>> 24
  return Number(`${mantissa}e${exponent}`)
}

/** How often the numerics are asked for. */
const pollMs = 1_000
/** A monitor that is silent longer is associated anew. */
const silentMs = 10_000
/** How long to wait after it refused. */
const refusedMs = 5_000

/** Philips IntelliVue monitors over their MIB/RS-232 port: association, description of the monitor, a poll of the numerics each second. */
export class IntelliVue implements VitalsFramer {
  readonly window = { ms: 5_000, fewest: 2 }
  #bytes: number[] | undefined
  #isEscaped = false
  #state: 'waiting' | 'associating' | 'associated' = 'waiting'
  #heard = 0
  #poll = 0
  /** Numerics of the result that is coming in, in one frame or several. */
  #found: Found = new Map()
  #isAny = false
  deadline: number | undefined

  opened(now: number): VitalsEffect[] {
    this.#bytes = undefined
    return this.#associate(now)
  }

  feed(bytes: Uint8Array, now: number): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      if (byte === begin) {
        this.#bytes = []
        this.#isEscaped = false
      } else if (byte === end) {
        if (this.#bytes) effects.push(...this.#frame(Uint8Array.from(this.#bytes), now))
        this.#bytes = undefined
      } else if (this.#bytes) {
        if (byte === escape && !this.#isEscaped) this.#isEscaped = true
        else {
          this.#bytes.push(this.#isEscaped ? byte ^ 0x20 : byte)
          this.#isEscaped = false
        }
        if (this.#bytes.length > longest) {
          effects.push({ do: 'refused', why: 'overlong' })
          this.#bytes = undefined
        }
      }
    }
    return effects
  }

  tick(now: number): VitalsEffect[] {
    if (this.deadline === undefined || now < this.deadline) return []
    if (this.#state !== 'associated' || now - this.#heard >= silentMs) return this.#associate(now)
    this.deadline = now + pollMs
    this.#poll = (this.#poll % 0xffff) + 1
    return [{ do: 'write', bytes: encodeMib(pollRequest(this.#poll)) }]
  }

  #associate(now: number): VitalsEffect[] {
    this.#state = 'associating'
    this.#found = new Map()
    this.#isAny = false
    this.#heard = now
    this.deadline = now + refusedMs
    return [{ do: 'write', bytes: encodeMib(associationRequest) }]
  }

  #frame(bytes: Uint8Array, now: number): VitalsEffect[] {
    if (bytes.length < 6) return [{ do: 'refused', why: 'shape' }]
    const crc = bytes[bytes.length - 2]! | (bytes[bytes.length - 1]! << 8)
    if (crcX25(bytes.subarray(0, -2)) !== crc) return [{ do: 'refused', why: 'sum' }]
    const length = (bytes[2]! << 8) | bytes[3]!
    if (bytes[0] !== protocolId || bytes[1] !== dataMessage || length !== bytes.length - 6) return [{ do: 'refused', why: 'shape' }]
    const message = bytes.subarray(4, -2)
    switch (message[0]) {
      case session.accept:
        this.#state = 'associated'
        this.#heard = now
        this.deadline = now + pollMs
        return []
      case session.refuse:
      case session.abort:
      case session.finish:
      case session.finished:
        this.#state = 'waiting'
        this.deadline = now + refusedMs
        return []
      case session.data:
        this.#heard = now
        // Data without our having heard the acceptance: an association of before is still open.
        if (this.#state !== 'associated') {
          this.#state = 'associated'
          this.deadline = now + pollMs
        }
        return this.#data(message)
      default:
        return []
    }
  }

  #data(message: Uint8Array): VitalsEffect[] {
    try {
      const heard = readData(message, this.#found, () => (this.#isAny = true))
      if (heard.kind === 'created') return [{ do: 'write', bytes: encodeMib(createResult(heard.invoke, heard.time)) }]
      if (heard.kind === 'other' || !heard.isLast || !this.#isAny) return []
      const numbers: VitalNumbers = Object.fromEntries([...this.#found].map(([code, { value }]) => [code, value]))
      this.#found = new Map()
      this.#isAny = false
      return [{ do: 'live', numbers, isUsable: Object.keys(numbers).length > 0 }]
    } catch (error) {
      if (error instanceof RangeError) return [{ do: 'refused', why: 'shape' }]
      throw error
    }
  }
}

/** Numbers found so far, and how far up the list of identifiers each came from. */
type Found = Map<keyof VitalNumbers, { readonly value: number; readonly rank: number }>

/** A result that did not fit into one frame comes as linked ones: first, others, last. */
const lastLink = 3

/** Walks the nested lists of a message; a list that says it is longer than the message ends the walk. */
class Reader {
  readonly #view: DataView
  at = 0

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get left(): number {
    return this.#view.byteLength - this.at
  }

  word(): number {
    if (this.left < 2) throw new RangeError('short')
    this.at += 2
    return this.#view.getUint16(this.at - 2)
  }

  double(): number {
    if (this.left < 4) throw new RangeError('short')
    this.at += 4
    return this.#view.getUint32(this.at - 4)
  }

  skip(count: number): void {
    if (this.left < count) throw new RangeError('short')
    this.at += count
  }
}

/** What one data message is to the host. */
type Heard =
  | { readonly kind: 'created'; readonly invoke: number; readonly time: readonly number[] }
  /** A result of a poll, or a piece of one. */
  | { readonly kind: 'numerics'; readonly isLast: boolean }
  | { readonly kind: 'other' }

/** Reads a data message; numerics are put into `found`, `tell` is called where there is one that the chart knows. */
const readData = (message: Uint8Array, found: Found, tell: () => void): Heard => {
  const reader = new Reader(message)
  reader.skip(4)
  const type = reader.word()
  reader.skip(2)
  const link = type === operation.linkedResult ? reader.word() >> 8 : lastLink
  const invoke = reader.word()
  const done = reader.word()
  reader.skip(2)
  reader.skip(6)
  if (type === operation.invoke) {
    if (done !== command.confirmedEventReport) return { kind: 'other' }
    const time = [...message.subarray(reader.at, reader.at + 4)]
    reader.skip(4)
    return reader.word() === mdsCreate ? { kind: 'created', invoke, time } : { kind: 'other' }
  }
  if (done !== command.confirmedAction) return { kind: 'other' }
  const kind = reader.word()
  reader.skip(2)
  if (kind !== action.poll && kind !== action.extendedPoll) return { kind: 'other' }
  // Poll number, (sequence number), relative time, absolute time, type, attribute group.
  reader.skip(kind === action.poll ? 2 : 4)
  reader.skip(12)
  reader.skip(2)
  const objectClass = reader.word()
  reader.skip(2)
  if (objectClass !== numericClass) return { kind: 'other' }
  takeNumerics(reader, found, tell)
  return { kind: 'numerics', isLast: link === lastLink }
}

const numericClass = 6

const takeNumerics = (reader: Reader, found: Found, tell: () => void): void => {
  const take = () => {
    const id = reader.word()
    const state = reader.word()
    const unit = reader.word()
    const value = floatOf(reader.double())
    const known = rankOf.get(id)
    if (!known) return
    tell()
    const before = found.get(known.code)
    if ((state & unusableState) !== 0 || value === undefined || unitOf[known.code] !== unit || (before && before.rank <= known.rank)) return
    found.set(known.code, { value, rank: known.rank })
  }
  let contexts = reader.word()
  reader.skip(2)
  for (; contexts > 0; contexts--) {
    reader.skip(2)
    let objects = reader.word()
    reader.skip(2)
    for (; objects > 0; objects--) {
      reader.skip(2)
      let attributes = reader.word()
      reader.skip(2)
      for (; attributes > 0; attributes--) {
        const id = reader.word()
        const length = reader.word()
        const next = reader.at + length
        if (reader.left < length) throw new RangeError('short')
        if (id === attribute.numeric) take()
        else if (id === attribute.compoundNumeric) {
          const count = reader.word()
          reader.skip(2)
          for (let index = 0; index < count; index++) take()
        }
        reader.at = next
      }
    }
  }
}

/** A monitor's acceptance, its description, and the result of a poll: what a virtual monitor sends. */
export const encodeIntelliVue = {
  accept: (): Uint8Array => encodeMib(Uint8Array.from([session.accept, ...associationRequest.subarray(1)])),
  create: (): Uint8Array => encodeMib(Uint8Array.from([0xe1, 0, 0, 2, ...words(operation.invoke, 0x14, 1, command.confirmedEventReport, 0x0e, 0x21, 0, 0, 0, 0, mdsCreate, 0)])),
  numerics: (numbers: VitalNumbers, poll: number): Uint8Array => {
    const objects = (Object.entries(numbers) as [keyof VitalNumbers, number][]).map(([code, value], index) => {
      const id = identifiers.find(([, each]) => each === code)![0]
      const tenths = Math.round(value * 10)
      return [...words(0x8000 + index, 1, 14, attribute.numeric, 10, id, 0, unitOf[code] ?? 0), 0xff, (tenths >> 16) & 0xff, (tenths >> 8) & 0xff, tenths & 0xff]
    })
    const list = objects.flat()
    const context = [...words(0, objects.length, list.length), ...list]
    const reply = [...words(poll, 0, 0), ...Array.from({ length: 8 }, () => 0xff), ...words(1, 6, 0, 1, context.length), ...context]
    const result = [...words(0x21, 0, 0, action.poll, reply.length), ...reply]
    return encodeMib(Uint8Array.from([0xe1, 0, 0, 2, ...words(operation.result, result.length + 6, poll, command.confirmedAction, result.length), ...result]))
  },
} as const

/** What a host says to a monitor. */
export const mibKind = (message: Uint8Array): 'associate' | 'poll' | 'other' =>
  message[0] === session.connect ? 'associate' : message[0] === session.data && message.length >= 28 && ((message[24]! << 8) | message[25]!) === action.poll ? 'poll' : 'other'

/** The messages in a host's bytes, for a virtual monitor. */
export const decodeMib = (bytes: Uint8Array): Uint8Array[] => {
  const messages: Uint8Array[] = []
  let inner: number[] | undefined
  let isEscaped = false
  for (const byte of bytes) {
    if (byte === begin) inner = []
    else if (byte === end) {
      if (inner && inner.length >= 6) messages.push(Uint8Array.from(inner.slice(4, -2)))
      inner = undefined
    } else if (byte === escape) isEscaped = true
    else {
      inner?.push(isEscaped ? byte ^ 0x20 : byte)
      isEscaped = false
    }
  }
  return messages
}

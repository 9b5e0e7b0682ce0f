/**
 * The message format of D-Bus (D-Bus Specification, "Type System" and "Message Protocol"): bytes to messages and back. Pure.
 *
 * Values: integers as numbers, of 64 bits as bigints; `s o g` as strings; arrays as arrays; `ay` as bytes; dictionaries as Maps;
 * structures as arrays. A variant is read as its value alone, and written as {@link Variant}.
 */

/** A value with its type, to be written where the type is a variant. */
export class Variant {
  constructor(
    readonly signature: string,
    readonly value: unknown,
  ) {}
}

/** Kinds of message, by their number. */
export const messageType = { call: 1, answer: 2, error: 3, signal: 4 } as const

/** A message. */
export interface BusMessage {
  readonly type: number
  readonly serial: number
  readonly path?: string
  readonly interface?: string
  readonly member?: string
  readonly errorName?: string
  readonly replySerial?: number
  readonly destination?: string
  readonly sender?: string
  readonly signature?: string
  readonly body: readonly unknown[]
  /** The caller waits for no answer. */
  readonly noReply?: boolean
}

/** Longest message that is read; the specification allows more than anybody needs. */
const longest = 8 * 1024 * 1024
/** Types within types. */
const deepest = 32
const noReplyFlag = 1

/** What came is no D-Bus message: the connection is of no use any more. */
export class WireProblem extends Error {}

const headerFields = [
  [1, 'path', 'o'],
  [2, 'interface', 's'],
  [3, 'member', 's'],
  [4, 'errorName', 's'],
  [5, 'replySerial', 'u'],
  [6, 'destination', 's'],
  [7, 'sender', 's'],
  [8, 'signature', 'g'],
] as const

const alignments: Readonly<Record<string, number>> = { y: 1, g: 1, v: 1, n: 2, q: 2, b: 4, i: 4, u: 4, h: 4, s: 4, o: 4, a: 4, x: 8, t: 8, d: 8, '(': 8, '{': 8 }

/** The first complete type of a signature, e.g. `a{sv}` of `a{sv}as`. */
const firstType = (signature: string, depth = 0): string => {
  const [first] = signature
  if (first === undefined || depth > deepest) throw new WireProblem('bad signature')
  if (first === 'a') return `a${firstType(signature.slice(1), depth + 1)}`
  if (first !== '(' && first !== '{') {
    if (alignments[first] === undefined) throw new WireProblem('bad signature')
    return first
  }
  const closing = first === '(' ? ')' : '}'
  let at = 1
  while (signature[at] !== closing) at += firstType(signature.slice(at), depth + 1).length
  if (at === 1) throw new WireProblem('bad signature')
  return signature.slice(0, at + 1)
}

/** `isa{sv}` as `['i', 's', 'a{sv}']`. */
export const typesOf = (signature: string): string[] => {
  const types: string[] = []
  for (let at = 0; at < signature.length; at += types.at(-1)!.length) types.push(firstType(signature.slice(at)))
  return types
}

class Reader {
  #at = 0
  readonly #view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    private readonly isLittle: boolean,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  align(to: number): void {
    this.#at = Math.ceil(this.#at / to) * to
  }

  #take(length: number): number {
    const at = this.#at
    if (length > this.bytes.length - at) throw new WireProblem('cut off')
    this.#at += length
    return at
  }

  #text(length: number): string {
    const at = this.#take(length + 1)
    return new TextDecoder().decode(this.bytes.subarray(at, at + length))
  }

  read(type: string, depth = 0): unknown {
    if (depth > deepest) throw new WireProblem('too deep')
    const [kind] = type
    this.align(alignments[kind ?? ''] ?? 1)
    switch (kind) {
      case 'y':
        return this.#view.getUint8(this.#take(1))
      case 'b':
        return this.#view.getUint32(this.#take(4), this.isLittle) !== 0
      case 'n':
        return this.#view.getInt16(this.#take(2), this.isLittle)
      case 'q':
        return this.#view.getUint16(this.#take(2), this.isLittle)
      case 'i':
        return this.#view.getInt32(this.#take(4), this.isLittle)
      case 'u':
      case 'h':
        return this.#view.getUint32(this.#take(4), this.isLittle)
      case 'x':
        return this.#view.getBigInt64(this.#take(8), this.isLittle)
      case 't':
        return this.#view.getBigUint64(this.#take(8), this.isLittle)
      case 'd':
        return this.#view.getFloat64(this.#take(8), this.isLittle)
      case 's':
      case 'o':
        return this.#text(this.read('u') as number)
      case 'g':
        return this.#text(this.read('y') as number)
      case 'v': {
        const [inner, ...more] = typesOf(this.read('g') as string)
        if (inner === undefined || more.length > 0) throw new WireProblem('bad variant')
        return this.read(inner, depth + 1)
      }
      case 'a':
        return this.#array(type.slice(1), depth)
      case '(':
        return typesOf(type.slice(1, -1)).map((inner) => this.read(inner, depth + 1))
      default:
        throw new WireProblem('bad signature')
    }
  }

  #array(of: string, depth: number): unknown {
    const length = this.read('u') as number
    this.align(alignments[of[0]!]!)
    const end = this.#at + length
    if (end > this.bytes.length) throw new WireProblem('cut off')
    if (of === 'y') return this.bytes.slice(this.#take(length), end)
    if (of[0] === '{') {
      const [key, value] = typesOf(of.slice(1, -1))
      if (key === undefined || value === undefined) throw new WireProblem('bad signature')
      const entries = new Map<unknown, unknown>()
      while (this.#at < end) {
        this.align(8)
        entries.set(this.read(key, depth + 1), this.read(value, depth + 1))
      }
      return entries
    }
    const items: unknown[] = []
    while (this.#at < end) items.push(this.read(of, depth + 1))
    return items
  }
}

class Writer {
  readonly #bytes: number[] = []

  get length(): number {
    return this.#bytes.length
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  align(to: number): void {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0)
  }

  #number(size: number, set: (view: DataView) => void): void {
    const view = new DataView(new ArrayBuffer(size))
    set(view)
    this.#bytes.push(...new Uint8Array(view.buffer))
  }

  #text(text: string, lengthType: 'u' | 'y'): void {
    const bytes = new TextEncoder().encode(text)
    this.write(lengthType, bytes.length)
    for (const byte of bytes) this.#bytes.push(byte)
    this.#bytes.push(0)
  }

  write(type: string, value: unknown): void {
    const [kind] = type
    this.align(alignments[kind ?? ''] ?? 1)
    switch (kind) {
      case 'y':
        return this.#number(1, (view) => view.setUint8(0, value as number))
      case 'b':
        return this.write('u', value ? 1 : 0)
      case 'n':
        return this.#number(2, (view) => view.setInt16(0, value as number, true))
      case 'q':
        return this.#number(2, (view) => view.setUint16(0, value as number, true))
      case 'i':
        return this.#number(4, (view) => view.setInt32(0, value as number, true))
      case 'u':
      case 'h':
        return this.#number(4, (view) => view.setUint32(0, value as number, true))
      case 'x':
        return this.#number(8, (view) => view.setBigInt64(0, value as bigint, true))
      case 't':
        return this.#number(8, (view) => view.setBigUint64(0, value as bigint, true))
      case 'd':
        return this.#number(8, (view) => view.setFloat64(0, value as number, true))
      case 's':
      case 'o':
        return this.#text(value as string, 'u')
      case 'g':
        return this.#text(value as string, 'y')
      case 'v': {
        const { signature, value: inner } = value as Variant
        this.write('g', signature)
        return this.write(signature, inner)
      }
      case 'a':
        return this.#array(type.slice(1), value)
      case '(':
        return typesOf(type.slice(1, -1)).forEach((inner, at) => this.write(inner, (value as readonly unknown[])[at]))
      default:
        throw new WireProblem('bad signature')
    }
  }

  #array(of: string, value: unknown): void {
    const at = this.#bytes.length
    this.write('u', 0)
    this.align(alignments[of[0]!]!)
    const start = this.#bytes.length
    if (of[0] === '{') {
      const [key, inner] = typesOf(of.slice(1, -1))
      for (const [name, entry] of value as ReadonlyMap<unknown, unknown>) {
        this.align(8)
        this.write(key!, name)
        this.write(inner!, entry)
      }
    } else for (const item of value as Iterable<unknown>) this.write(of, item)
    const length = this.#bytes.length - start
    for (let byte = 0; byte < 4; byte++) this.#bytes[at + byte] = (length >>> (8 * byte)) & 0xff
  }
}

/** A message as it goes over the wire. */
export const writeMessage = (message: BusMessage): Uint8Array => {
  const body = new Writer()
  typesOf(message.signature ?? '').forEach((type, at) => body.write(type, message.body[at]))
  const head = new Writer()
  for (const [type, value] of [['y', 0x6c], ['y', message.type], ['y', message.noReply ? noReplyFlag : 0], ['y', 1], ['u', body.length], ['u', message.serial]] as const) head.write(type, value)
  const fields = headerFields.flatMap(([code, name, type]) => {
    const value = message[name]
    return value === undefined || value === '' ? [] : [[code, new Variant(type, value)]]
  })
  head.write('a(yv)', fields)
  head.align(8)
  return Uint8Array.from([...head.done(), ...body.done()])
}

/** Takes messages out of a stream of bytes, however it is cut. */
export class MessageReader {
  #held: Uint8Array = new Uint8Array(0)

  /** Throws {@link WireProblem}: nothing can be read of this connection any more. */
  feed(bytes: Uint8Array): BusMessage[] {
    const joined = new Uint8Array(this.#held.length + bytes.length)
    joined.set(this.#held)
    joined.set(bytes, this.#held.length)
    this.#held = joined
    const messages: BusMessage[] = []
    for (;;) {
      const message = this.#next()
      if (!message) return messages
      messages.push(message)
    }
  }

  #next(): BusMessage | undefined {
    const held = this.#held
    if (held.length < 16) return undefined
    if (held[0] !== 0x6c && held[0] !== 0x42) throw new WireProblem('no message')
    const isLittle = held[0] === 0x6c
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength)
    const bodyLength = view.getUint32(4, isLittle)
    const bodyAt = Math.ceil((16 + view.getUint32(12, isLittle)) / 8) * 8
    if (bodyAt + bodyLength > longest) throw new WireProblem('too long')
    if (held.length < bodyAt + bodyLength) return undefined
    const head = new Reader(held.subarray(0, bodyAt), isLittle)
    const [, type, flags, , , serial] = ['y', 'y', 'y', 'y', 'u', 'u'].map((kind) => head.read(kind) as number)
    const fields = new Map((head.read('a(yv)') as [number, unknown][]).map(([code, value]) => [code, value]))
    const named = Object.fromEntries(headerFields.flatMap(([code, name]) => (fields.has(code) ? [[name, fields.get(code)]] : []))) as Partial<BusMessage>
    const body = new Reader(held.slice(bodyAt, bodyAt + bodyLength), isLittle)
    this.#held = held.slice(bodyAt + bodyLength)
    return { type: type!, serial: serial!, ...named, ...((flags! & noReplyFlag) === 0 ? {} : { noReply: true }), body: typesOf(named.signature ?? '').map((kind) => body.read(kind)) }
  }
}

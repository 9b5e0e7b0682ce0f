import crypto from 'node:crypto'
import fs, { type Mode, type OpenMode, type PathLike } from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import type { Chance } from './chance'
import type { VirtualTime } from './time'

/*
 * While a simulation runs, nothing may come from outside it: not the time, not a random number, not the order in which
 * threads finish. So what Node offers of these is replaced, for everything in this process, and given back afterwards.
 */

/** Replaces members of objects, and gives them back. */
export interface Replaced {
  put(target: object, name: string, value: unknown): void
  /** Puts everything back as it was. */
  giveBack(): void
}

/** Nothing is replaced yet. */
const openReplaced = (): Replaced => {
  const before: (() => void)[] = []
  return {
    put: (target, name, value) => {
      const old = Object.getOwnPropertyDescriptor(target, name)
      before.push(() => (old === undefined ? Reflect.deleteProperty(target, name) : Object.defineProperty(target, name, old)))
      Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: old?.enumerable ?? false })
    },
    giveBack: () => {
      for (const each of before.reverse()) each()
      before.length = 0
      syncBuiltinESMExports()
    },
  }
}

const dateOf = (time: VirtualTime): DateConstructor => {
  const RealDate = Date
  class VirtualDate extends RealDate {
    constructor(...parts: readonly unknown[]) {
      if (parts.length === 0) super(Math.floor(time.now))
      else super(...(parts as []))
    }
    static override now(): number {
      return Math.floor(time.now)
    }
  }
  return VirtualDate as unknown as DateConstructor
}

const replaceTime = ({ put }: Replaced, time: VirtualTime): void => {
  type Work = (...given: readonly unknown[]) => void
  const once = (work: Work, milliseconds = 0, ...given: readonly unknown[]) => time.after(Math.max(1, milliseconds), () => work(...given))
  const again = (work: Work, milliseconds = 0, ...given: readonly unknown[]) => time.every(milliseconds, () => work(...given))
  const soon = (work: Work, ...given: readonly unknown[]) => time.after(0, () => work(...given))
  const clear = (timer: unknown) => time.clear(timer)
  const offered = { setTimeout: once, setInterval: again, setImmediate: soon, clearTimeout: clear, clearInterval: clear, clearImmediate: clear }
  for (const [name, value] of Object.entries(offered)) {
    put(globalThis, name, value)
    put(timers, name, value)
  }
  const waiting = (milliseconds: number, value: unknown, signal: AbortSignal | undefined): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = time.after(milliseconds, () => resolve(value))
      signal?.addEventListener('abort', () => (timer.close(), reject(signal.reason)), { once: true })
    })
  put(timersPromises, 'setImmediate', (value?: unknown) => waiting(0, value, undefined))
  put(timersPromises, 'setTimeout', (milliseconds = 1, value?: unknown, { signal }: { signal?: AbortSignal } = {}) => waiting(Math.max(1, milliseconds), value, signal))
  put(globalThis, 'Date', dateOf(time))
  const begin = time.now
  put(performance, 'now', () => time.now - begin)
}

const replaceChance = ({ put }: Replaced, chance: Chance): void => {
  type Tell = (error: null, bytes: Buffer) => void
  const randomBytes = (length: number, tell?: Tell): Buffer | undefined => {
    const bytes = chance.bytes(length)
    if (tell === undefined) return bytes
    queueMicrotask(() => tell(null, bytes))
    return undefined
  }
  const filledFrom = (from: Chance) => <Bytes extends ArrayBufferView>(bytes: Bytes): Bytes => {
    new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).set(from.bytes(bytes.byteLength))
    return bytes
  }
  const uuid = (): string => {
    const hex = chance.bytes(16).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
  }
  put(Math, 'random', () => chance.fraction())
  put(crypto, 'randomBytes', randomBytes)
  // A library draws in advance, and what is left over serves the next clinic in this process: that must not shift what others draw.
  put(crypto, 'randomFillSync', filledFrom(chance.fork('in advance')))
  put(crypto, 'randomUUID', uuid)
  put(crypto, 'randomInt', (low: number, high?: number) => (high === undefined ? chance.between(0, low - 1) : chance.between(low, high - 1)))
  const web = crypto.webcrypto
  put(web, 'getRandomValues', filledFrom(chance))
  put(web, 'randomUUID', uuid)
}

/** What Node does on threads ends in an order that no seed decides; here it is done at once. */
const replaceThreads = ({ put }: Replaced): void => {
  // Nobody attacks a simulation: its passwords may be cheap.
  put(crypto, 'scrypt', (password: crypto.BinaryLike, salt: crypto.BinaryLike, length: number, _cost: unknown, tell: (error: null, key: Buffer) => void) => {
    const key = Buffer.from(crypto.hkdfSync('sha256', password as Buffer, salt as Buffer, '', length))
    queueMicrotask(() => tell(null, key))
  })
  put(crypto.webcrypto.subtle, 'digest', async (algorithm: string, bytes: Uint8Array) => {
    const hash = crypto.createHash(algorithm.replace('-', '').toLowerCase()).update(bytes).digest()
    return hash.buffer.slice(hash.byteOffset, hash.byteOffset + hash.byteLength)
  })
  replacePacking(put)
  put(fs, 'fdatasync', (_file: number, tell: (error: null) => void) => queueMicrotask(() => tell(null)))
  put(promises, 'open', async (path: PathLike, flags?: OpenMode, mode?: Mode) => fileAt(fs.openSync(path, flags ?? 'r', mode)))
  const atOnce: Record<string, string> = {
    access: 'accessSync', copyFile: 'copyFileSync', lstat: 'lstatSync', mkdir: 'mkdirSync', readFile: 'readFileSync', readdir: 'readdirSync', rename: 'renameSync',
    rm: 'rmSync', stat: 'statSync', statfs: 'statfsSync', truncate: 'truncateSync', unlink: 'unlinkSync', writeFile: 'writeFileSync',
  }
  const here = fs as unknown as Record<string, (...given: readonly unknown[]) => unknown>
  for (const [name, same] of Object.entries(atOnce)) put(promises, name, async (...given: readonly unknown[]) => here[same]?.(...given))
}

/** Packing and unpacking: the same engine, in this thread. */
const replacePacking = (put: Replaced['put']): void => {
  type Engine = { init(...given: readonly unknown[]): void; writeSync(...given: readonly unknown[]): void }
  const stream = createGzip() as unknown as { readonly _handle: Engine; close(): void }
  const engine = Object.getPrototypeOf(stream._handle) as Engine
  const { init } = engine
  stream.close()
  const doneOf = new WeakMap<object, () => void>()
  put(engine, 'init', function start(this: Engine, ...given: readonly unknown[]) {
    const done = given.find((each) => typeof each === 'function')
    if (done) doneOf.set(this, done as () => void)
    init.apply(this, given as [])
  })
  put(engine, 'write', function write(this: Engine, ...given: readonly unknown[]) {
    this.writeSync(...given)
    queueMicrotask(() => doneOf.get(this)?.call(this))
  })
}

/** A `FileHandle`, as far as anybody uses one. Nothing is synced: a simulated power cut copies what was written. */
const fileAt = (file: number) => ({
  fd: file,
  appendFile: async (bytes: Uint8Array) => void fs.writeSync(file, bytes),
  writeFile: async (bytes: Uint8Array | string) => fs.writeFileSync(file, bytes),
  readFile: async (encoding: BufferEncoding | null = null) => fs.readFileSync(file, { encoding }),
  write: async (bytes: Uint8Array, offset?: number, length?: number, position?: number) => ({ bytesWritten: fs.writeSync(file, bytes, offset, length, position), buffer: bytes }),
  read: async (bytes: Uint8Array, offset: number, length: number, position: number | null) => ({ bytesRead: fs.readSync(file, bytes, offset, length, position), buffer: bytes }),
  stat: async () => fs.fstatSync(file),
  truncate: async (length?: number) => fs.ftruncateSync(file, length),
  sync: async () => undefined,
  datasync: async () => undefined,
  close: async () => fs.closeSync(file),
})

/** Replaces time, chance and threads for everything in this process; `network` replaces what it has to besides. */
export const onlyVirtual = (time: VirtualTime, chance: Chance, network: (replaced: Replaced) => void): Replaced => {
  const replaced = openReplaced()
  replaceTime(replaced, time)
  replaceChance(replaced, chance)
  replaceThreads(replaced)
  network(replaced)
  syncBuiltinESMExports()
  return replaced
}

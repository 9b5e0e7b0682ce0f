import { createHash } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import { Duplex } from 'node:stream'
import type { Chance } from './chance'
import type { Replaced } from './onlyVirtual'
import type { VirtualTime, VirtualTimer } from './time'

/*
 * Real HTTP, of Node's own client and server, over wires that are none. A name such as `a.hub.test` says who calls (the
 * machine `a`) and who is called (the machine `hub`), so that the wire between the two can be pulled.
 */

/** How the wire between two machines is. `silent`: what is sent waits, and nobody is told. */
export type Wire = 'whole' | 'pulled' | 'silent'

/** How long a wire takes. */
export interface Distance {
  readonly leastMs: number
  readonly mostMs: number
  readonly bytesPerMs: number
}

/** The wires of a simulation. */
export interface Network {
  /** The URL at which one machine reaches another. */
  urlOf(from: string, to: string): string
  /** How far it is between two machines; the same both ways. */
  setDistance(one: string, other: string, distance: Distance): void
  /** The wire between two machines. Pulling it resets what is open, in the middle of a message as a rule. */
  setWire(one: string, other: string, wire: Wire): void
  /** Resets what is open between two machines, and leaves the wire whole. */
  cut(one: string, other: string): void
  /** The machine is gone from one instant to the next. `says` whether the others hear of it (a process died) or not (its power went). */
  kill(machine: string, says: boolean): void
  /** The machine is there again. */
  revive(machine: string): void
  /** Bytes that arrived, and how many wires were cut. */
  readonly figures: { readonly bytes: number; readonly connections: number; readonly cuts: number }
  /** A hash over everything that arrived anywhere, and when: equal in two runs of a seed. */
  readonly trace: string
  /** Puts the wires in the place of Node's. */
  replace(replaced: Replaced): void
}

const port = 5984
const nearby: Distance = { leastMs: 0.3, mostMs: 3, bytesPerMs: 10_000 }

interface Message {
  readonly bytes: Buffer | undefined
  arrival: VirtualTimer | undefined
}

/** One end of a wire, in the place of a socket. */
class End extends Duplex {
  readonly remoteAddress = '10.0.0.1'
  readonly remotePort = port
  readonly remoteFamily = 'IPv4'
  readonly connecting = false
  other: End | undefined
  /** On the way to the other end, in order. */
  readonly sent: Message[] = []
  lastArrival = 0
  private silenceMs = 0
  private silence: VirtualTimer | undefined

  constructor(
    readonly from: string,
    readonly to: string,
    private readonly wires: Wires,
    allowHalfOpen: boolean,
  ) {
    super({ allowHalfOpen, emitClose: true, autoDestroy: true })
  }

  /** Something was heard or said. */
  stir(): void {
    this.silence?.close()
    this.silence = this.silenceMs > 0 && !this.destroyed ? this.wires.time.after(this.silenceMs, () => this.emit('timeout')) : undefined
  }
  setTimeout(milliseconds: number, heard?: () => void): this {
    this.silenceMs = milliseconds
    if (heard) {
      if (milliseconds === 0) this.off('timeout', heard)
      else this.once('timeout', heard)
    }
    this.stir()
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  address(): object {
    return { address: '10.0.0.2', port, family: 'IPv4' }
  }
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }
  override _read(): void {}
  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.stir()
    this.wires.send(this, bytes)
    done()
  }
  override _final(done: () => void): void {
    this.wires.send(this, undefined)
    done()
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.silence?.close()
    this.silenceMs = 0
    this.wires.left(this, error !== null)
    done(error)
  }
}

const resetError = (code: string): Error => Object.assign(new Error(code), { code })
const pairOf = (one: string, other: string): string => [one, other].sort().join(' ')

class Wires implements Network {
  readonly figures = { bytes: 0, connections: 0, cuts: 0 }
  private readonly servers = new Map<string, http.Server>()
  private readonly distances = new Map<string, Distance>()
  private readonly wires = new Map<string, Wire>()
  private readonly ends = new Set<End>()
  private readonly knocking = new Set<End>()
  private readonly dead = new Set<string>()
  private readonly said = createHash('sha256')

  constructor(
    readonly time: VirtualTime,
    private readonly chance: Chance,
  ) {}

  get trace(): string {
    return this.said.copy().digest('hex')
  }
  urlOf(from: string, to: string): string {
    return `http://${from}.${to}.test:${port}`
  }
  setDistance(one: string, other: string, distance: Distance): void {
    this.distances.set(pairOf(one, other), distance)
  }
  setWire(one: string, other: string, wire: Wire): void {
    this.wires.set(pairOf(one, other), wire)
    if (wire === 'pulled') this.cut(one, other)
    // What waited goes on its way.
    for (const end of this.between(one, other)) {
      for (const message of end.sent) {
        if (wire === 'silent') this.hold(message)
        else if (message.arrival === undefined) this.dispatch(end, message)
      }
    }
    for (const end of this.knocking) if (pairOf(end.from, end.to) === pairOf(one, other)) this.knock(end)
  }
  cut(one: string, other: string): void {
    const open = this.between(one, other)
    if (open.length > 0) this.figures.cuts += 1
    for (const end of open) this.reset(end)
  }
  kill(machine: string, says: boolean): void {
    this.dead.add(machine)
    for (const end of this.ends) {
      if (end.from !== machine) continue
      const { other } = end
      this.loseSight(end)
      // Nobody is left on this side who could be told; the other side hears of it, or waits until it loses patience.
      if (says && other !== undefined) this.time.after(this.delay(other, 0), () => void (other.destroyed || other.destroy(resetError('ECONNRESET'))))
    }
  }
  revive(machine: string): void {
    this.dead.delete(machine)
  }

  replace({ put }: Replaced): void {
    const { servers } = this
    const connect = this.connect.bind(this)
    const { close } = http.Server.prototype
    put(http.Agent.prototype, 'createConnection', (options: { readonly host: string }) => connect(options.host))
    put(http.Server.prototype, 'listen', function listen(this: http.Server, _port: number, host: string, tell?: () => void) {
      if (tell) this.once('listening', tell)
      servers.set(host, this)
      this.prependListener('request', (_request: unknown, response: http.ServerResponse) => response.setHeader('Date', new Date().toUTCString()))
      this.address = () => ({ address: host, port, family: 'IPv4' })
      process.nextTick(() => this.emit('listening'))
      return this
    })
    put(http.Server.prototype, 'close', function closeServer(this: http.Server, tell?: () => void) {
      for (const [host, server] of servers) if (server === this) servers.delete(host)
      return close.call(this, () => tell?.())
    })
    // What holds a folder for one process alone: there is one process.
    put(net.Server.prototype, 'listen', function listen(this: net.Server, _path: string, tell?: () => void) {
      if (tell) this.once('listening', tell)
      process.nextTick(() => this.emit('listening'))
      return this
    })
  }

  send(end: End, bytes: Buffer | undefined): void {
    const isKnocking = this.knocking.has(end)
    if (!isKnocking && end.other === undefined) return
    const message: Message = { bytes, arrival: undefined }
    end.sent.push(message)
    if (!isKnocking && this.wires.get(pairOf(end.from, end.to)) !== 'silent') this.dispatch(end, message)
  }
  left(end: End, failed: boolean): void {
    const { other } = end
    this.knocking.delete(end)
    if (!this.ends.delete(end) || other === undefined) return
    const tell = (): void => {
      if (other.destroyed) return
      if (failed) other.destroy(resetError('ECONNRESET'))
      else if (!other.readableEnded) other.push(null)
    }
    // After what is still on its way.
    if (this.wires.get(pairOf(end.from, end.to)) !== 'silent') this.time.after(Math.max(this.delay(end, 0), end.lastArrival - this.time.now), tell)
  }

  private between(one: string, other: string): End[] {
    return [...this.ends].filter(({ from, to }) => (from === one && to === other) || (from === other && to === one))
  }
  private delay({ from, to }: { readonly from: string; readonly to: string }, bytes: number): number {
    const { leastMs, mostMs, bytesPerMs } = this.distances.get(pairOf(from, to)) ?? nearby
    return leastMs + this.chance.fraction() * (mostMs - leastMs) + bytes / bytesPerMs
  }
  private hold(message: Message): void {
    message.arrival?.close()
    message.arrival = undefined
  }
  private dispatch(end: End, message: Message): void {
    // A wire does not let one overtake the other.
    const arrival = Math.max(end.lastArrival, this.time.now + this.delay(end, message.bytes?.length ?? 0))
    end.lastArrival = arrival
    message.arrival = this.time.after(arrival - this.time.now, () => {
      end.sent.splice(0, end.sent.indexOf(message) + 1)
      this.arrive(end, message.bytes)
    })
  }
  private arrive({ from, to, other }: End, bytes: Buffer | undefined): void {
    if (other === undefined || other.destroyed) return
    this.said.update(`${this.time.now.toFixed(3)} ${from} ${to} `)
    if (bytes === undefined) return void other.push(null)
    this.figures.bytes += bytes.length
    this.said.update(bytes)
    other.stir()
    other.push(bytes)
  }
  /** Both ends hear of it; of a message on its way, a part may have come through before. */
  private reset(end: End): void {
    const [message] = end.sent
    for (const each of end.sent) this.hold(each)
    if (message?.bytes && message.bytes.length > 1 && this.chance.happens(0.5)) this.arrive(end, message.bytes.subarray(0, this.chance.between(1, message.bytes.length - 1)))
    this.loseSight(end)
    if (!end.destroyed) end.destroy(resetError('ECONNRESET'))
  }
  private loseSight(end: End): void {
    for (const each of end.sent) this.hold(each)
    end.sent.length = 0
    this.ends.delete(end)
    if (end.other) end.other.other = undefined
    end.other = undefined
  }

  private connect(host: string): End {
    const [from = '', to = ''] = host.split('.')
    const end = new End(from, to, this, false)
    this.figures.connections += 1
    // What is left of a machine that is gone reaches nobody.
    if (this.dead.has(from)) return end
    this.knocking.add(end)
    this.knock(end)
    return end
  }
  /** As long as nobody answers, what is said waits. */
  private knock(end: End): void {
    const wire = this.wires.get(pairOf(end.from, end.to)) ?? 'whole'
    if (wire !== 'silent') this.time.after(wire === 'pulled' ? 1 : this.delay(end, 0), () => this.answer(end))
  }
  private answer(end: End): void {
    const wire = this.wires.get(pairOf(end.from, end.to)) ?? 'whole'
    if (wire === 'silent' || !this.knocking.delete(end) || end.destroyed || this.dead.has(end.from)) return
    const server = this.servers.get(`${end.to}.test`)
    if (wire === 'pulled' || server === undefined || this.dead.has(end.to)) return void end.destroy(resetError(wire === 'pulled' ? 'ENETUNREACH' : 'ECONNREFUSED'))
    const called = new End(end.to, end.from, this, true)
    called.other = end
    end.other = called
    this.ends.add(end).add(called)
    server.emit('connection', called)
    for (const message of end.sent) this.dispatch(end, message)
  }
}

/** Wires of which none has been laid yet: every machine reaches every other within milliseconds. */
export const layNetwork = (time: VirtualTime, chance: Chance): Network => new Wires(time, chance)

import { afterEach, describe, expect, it } from 'vitest'
import { decodeText, encodeText } from '../../../shared/standards/astm'
import type { BareLine, LineHeard, SerialSettings } from '../../../shared/contract'
import { simulatedLine, type Line, type LineEvents, type Transport } from '../transports'
import { openBareLines, type BareLines } from '.'
import { LineRing } from './ring'

const serial: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }
const soon = () => new Promise((later) => setTimeout(later, 10))

let lines: BareLines | undefined
afterEach(() => lines?.close())

/** Lines over a simulated cable whose far end a test holds. */
const lay = async (options: { readonly isServed?: (path: string) => boolean; readonly now?: () => number; readonly idleMs?: number } = {}) => {
  const cable = simulatedLine()
  const heardFar: number[] = []
  const far = await cable.far.open({ bytes: (bytes) => heardFar.push(...bytes), closed: () => undefined })
  const opened: SerialSettings[] = []
  lines = openBareLines({
    now: options.now ?? Date.now,
    isServed: options.isServed ?? (() => false),
    transportAt: (_path, settings) => {
      opened.push(settings)
      return cable.near
    },
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
  })
  return { cable, far, heardFar, opened, lines }
}
const valueOf = async <Value>(answer: Promise<{ readonly ok: boolean }>): Promise<Value> => {
  const given = (await answer) as { ok: true; value: Value } | { ok: false; problem: { kind: string } }
  if (!given.ok) throw new Error(given.problem.kind)
  return given.value
}
const textOf = ({ pieces }: LineHeard, from: 'device' | 'host') => decodeText(Uint8Array.from(pieces.filter((piece) => piece.from === from).flatMap(({ bytes }) => [...bytes])))

describe('a bare line', () => {
  it('shows what comes and what goes, in order and with its time, and each piece once', async () => {
    const { far, heardFar, lines } = await lay({ now: () => Date.parse('2026-11-21T09:00:00.123Z') })
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial }))
    await far.write(encodeText('ready\r'))
    await soon()
    expect(await lines.answer({ do: 'write', line, bytes: encodeText('go\r') })).toMatchObject({ ok: true })
    await soon()
    const heard = await valueOf<LineHeard>(lines.answer({ do: 'read', line, after: 0 }))
    expect(heard.pieces.map(({ number, at, from, bytes }) => [number, at, from, decodeText(bytes)])).toEqual([
      [1, '2026-11-21T09:00:00.123Z', 'device', 'ready\r'],
      [2, '2026-11-21T09:00:00.123Z', 'host', 'go\r'],
    ])
    expect(heard.unsent).toBe(0)
    expect(decodeText(Uint8Array.from(heardFar))).toBe('go\r')
    expect((await valueOf<LineHeard>(lines.answer({ do: 'read', line, after: 2 }))).pieces).toEqual([])
  })

  it('keeps what was heard when its settings change, and uses the new ones', async () => {
    const { far, opened, lines } = await lay()
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial }))
    await far.write(encodeText('one'))
    await soon()
    await valueOf(lines.answer({ do: 'set', line, serial: { ...serial, baudRate: 19200 } }))
    await far.write(encodeText('two'))
    await soon()
    const heard = await valueOf<LineHeard>(lines.answer({ do: 'read', line, after: 0 }))
    expect(textOf(heard, 'device')).toBe('onetwo')
    expect(opened.map(({ baudRate }) => baudRate)).toEqual([9600, 19200])
  })

  it('never takes the port of a paired device, nor one that is open already', async () => {
    const { lines } = await lay({ isServed: (path) => path === 'COM1' })
    expect(await lines.answer({ do: 'open', path: 'COM1', serial })).toMatchObject({ ok: false, problem: { kind: 'port-in-use' } })
    await valueOf(lines.answer({ do: 'open', path: 'COM5', serial }))
    expect(await lines.answer({ do: 'open', path: 'COM5', serial })).toMatchObject({ ok: false, problem: { kind: 'port-in-use' } })
  })

  it('says that the cable was pulled, keeps what came before, and opens again', async () => {
    const { cable, far, lines } = await lay()
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial }))
    await far.write(encodeText('half a mess'))
    await soon()
    cable.unplug()
    const heard = await valueOf<LineHeard>(lines.answer({ do: 'read', line, after: 0 }))
    expect(heard).toMatchObject({ state: 'closed', problem: 'unplugged' })
    expect(textOf(heard, 'device')).toBe('half a mess')
    expect(await lines.answer({ do: 'write', line, bytes: encodeText('x') })).toMatchObject({ ok: false, problem: { kind: 'line-closed' } })
    expect(await valueOf<BareLine>(lines.answer({ do: 'set', line, serial }))).toMatchObject({ state: 'open' })
  })

  it('closes when nobody reads it any more: a window that died leaves no port open', async () => {
    let now = 1_000_000
    const { cable, lines } = await lay({ now: () => now, idleMs: 40 })
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial }))
    now += 1_000
    await new Promise((later) => setTimeout(later, 40))
    expect(await lines.answer({ do: 'read', line, after: 0 })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    await expect(cable.near.open({ bytes: () => undefined, closed: () => undefined })).resolves.toBeTruthy()
  })

  it('stays closed when it is closed in the middle of a change of its settings', async () => {
    const { cable, lines } = await lay()
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial }))
    const setting = lines.answer({ do: 'set', line, serial: { ...serial, baudRate: 19200 } })
    const closing = lines.answer({ do: 'close', line })
    expect(await setting).toMatchObject({ ok: false })
    await closing
    await soon()
    await expect(cable.near.open({ bytes: () => undefined, closed: () => undefined })).resolves.toBeTruthy()
  })

  it('tells whoever listens on it that it was closed, and opens no more for them', async () => {
    const { cable, opened, lines } = await lay()
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial }))
    const open = lines.find(line)!
    const told: string[] = []
    open.listen({ opened: () => told.push('opened'), bytes: () => undefined, closed: () => told.push('closed') })
    await valueOf(lines.answer({ do: 'close', line }))
    expect(told).toEqual(['opened', 'closed'])
    await expect(open.set(serial)).rejects.toThrow('closed meanwhile')
    expect(opened).toHaveLength(1)
    await expect(cable.near.open({ bytes: () => undefined, closed: () => undefined })).resolves.toBeTruthy()
  })

  it('waits for a port that opens slowly, such as a Bluetooth device at the other end of the ward', async () => {
    let now = 1_000_000
    let open: (line: Line) => void = () => undefined
    const slow: Transport = { open: () => new Promise((opened) => (open = opened)) }
    lines = openBareLines({ now: () => now, isServed: () => false, transportAt: () => slow, idleMs: 40 })
    const opening = lines.answer({ do: 'open', path: 'bluetooth://00:1C:05:FF:12:34', serial })
    now += 1_000
    await new Promise((later) => setTimeout(later, 40))
    open({ path: 'rfcomm0', write: () => Promise.resolve(), close: () => Promise.resolve() })
    const { line, state } = await valueOf<BareLine>(opening)
    expect(state).toBe('open')
    expect(await lines.answer({ do: 'read', line, after: 0 })).toMatchObject({ ok: true })
  })

  it('sends a long file in pieces that the slowest port takes in time, and says what still waits', async () => {
    const sizes: number[] = []
    let release: () => void = () => undefined
    let isHeld = true
    const slow: Transport = {
      open: (_events: LineEvents): Promise<Line> =>
        Promise.resolve({
          path: 'COM5',
          write: (bytes) => {
            sizes.push(bytes.length)
            return isHeld ? new Promise<void>((written) => (release = written)) : Promise.resolve()
          },
          close: () => Promise.resolve(),
        }),
    }
    lines = openBareLines({ now: Date.now, isServed: () => false, transportAt: () => slow })
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial: { ...serial, baudRate: 1200 } }))
    expect(await valueOf<BareLine>(lines.answer({ do: 'write', line, bytes: new Uint8Array(1_000) }))).toMatchObject({ unsent: 1_000 })
    isHeld = false
    release()
    await soon()
    expect(Math.max(...sizes)).toBeLessThanOrEqual(120)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1_000)
    expect(await valueOf<LineHeard>(lines.answer({ do: 'read', line, after: 0 }))).toMatchObject({ unsent: 0 })
  })

  it('takes no more to be sent than its bound, whoever asks', async () => {
    const stuck: Transport = { open: () => Promise.resolve({ path: 'COM5', write: () => new Promise(() => undefined), close: () => Promise.resolve() }) }
    lines = openBareLines({ now: Date.now, isServed: () => false, transportAt: () => stuck })
    const { line } = await valueOf<BareLine>(lines.answer({ do: 'open', path: 'COM5', serial }))
    const part = { do: 'write', line, bytes: new Uint8Array(256 * 1024) } as const
    for (let times = 0; times < 4; times++) expect(await lines.answer(part)).toMatchObject({ ok: true })
    expect(await lines.answer(part)).toMatchObject({ ok: false, problem: { kind: 'line-closed' } })
  })
})

describe('the memory of a bare line', () => {
  it('forgets the oldest pieces of a device that never stops, and says how many nobody has read', () => {
    const ring = new LineRing(100, 1_000)
    for (let piece = 0; piece < 50; piece++) ring.add('device', new Uint8Array(10).fill(piece), 'now')
    const { pieces, lost } = ring.after(5, 1_000)
    expect(pieces).toHaveLength(10)
    expect(pieces[0]).toMatchObject({ number: 41 })
    expect(lost).toBe(35)
  })

  it('hands a long silence-less stream over in parts', () => {
    const ring = new LineRing(10_000, 1_000)
    for (let piece = 0; piece < 100; piece++) ring.add('device', new Uint8Array(10), 'now')
    expect(ring.after(0, 55).pieces).toHaveLength(5)
    expect(ring.after(5, 55).pieces[0]).toMatchObject({ number: 6 })
    expect(ring.after(0, 1).pieces).toHaveLength(1)
  })
})

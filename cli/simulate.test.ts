import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pseudoTerminals, serialTransport, type PseudoTerminals } from '../main/devices'
import { Receiver } from '../shared/standards/astm'
import { readCall } from './command'
import { simulate } from './simulate'

const serial = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const
const run = (...words: string[]) => simulate.run(readCall(words))
const pair = await pseudoTerminals()

describe.skipIf(!pair)('outpost simulate (pseudo-terminals of socat; skipped where there is no socat)', () => {
  let line: PseudoTerminals
  beforeEach(async () => {
    line = (await pseudoTerminals())!
    vi.spyOn(console, 'log').mockImplementation(() => undefined)
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await line.close()
    await pair?.close()
  })

  it('plays an oximeter at a port: some sixty packets a second once it is asked for them', async () => {
    const heard: number[] = []
    const near = await serialTransport(line.near, serial).open({ bytes: (bytes) => heard.push(...bytes), closed: () => undefined })
    const playing = run('--profile', 'contec-cms50', '--path', line.far, '--seconds', '2')
    await new Promise((later) => setTimeout(later, 500))
    expect(heard).toEqual([])
    await near.write(Uint8Array.of(0x7d, 0x81, 0xa1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80))
    expect(await playing).toBe(0)
    expect(heard.length / 9).toBeGreaterThan(30)
    expect(heard.filter((_byte, index) => index % 9 === 0).every((byte) => byte === 0x01)).toBe(true)
    await near.close()
  })

  it('plays an analyser: one blood count for an accession number, done when it is acknowledged', async () => {
    const receiver = new Receiver()
    let text = ''
    const near = await serialTransport(line.near, serial).open({
      bytes: (bytes) => {
        const todo = receiver.feed(bytes, Date.now())
        for (let effect = todo.shift(); effect; effect = todo.shift()) {
          if (effect.do === 'reply') void near.write(Uint8Array.of(effect.with === 'ACK' ? 6 : 21))
          if (effect.do !== 'store') continue
          text += new TextDecoder().decode(effect.frame.text)
          todo.push(...receiver.stored(true, Date.now()))
        }
      },
      closed: () => undefined,
    })
    expect(await run('--profile', 'sysmex-xn', '--path', line.far, '--accession', 'A26000123')).toBe(0)
    expect(text).toContain('A26000123^M')
    expect(text).toMatch(/\rL\|1\|N\r$/)
    await near.close()
  })

  it('says when nobody acknowledges, and when there is no such port', async () => {
    expect(await run('--profile', 'sysmex-xn', '--path', line.far, '--accession', 'A1', '--seconds', '0.5')).toBe(1)
    expect(await run('--profile', 'contec-cms50', '--path', '/dev/no-such-port')).toBe(1)
    await expect(run('--profile', 'nothing', '--path', line.far)).rejects.toThrow('needs --profile')
  })
})

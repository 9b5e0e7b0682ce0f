import { describe, expect, it } from 'vitest'
import { control, encodeText, Receiver, Sender, type SenderEffect } from '.'
import { randomFrom } from './testing/session'

const message = encodeText('H|\\^&\rO|1||^^A26000123^M\rR|1|^^^^K^1|6.8|mmol/L\rL|1|N\r')
const reply = (name: 'ACK' | 'NAK' | 'ENQ' | 'EOT') => Uint8Array.of(control[name])
const written = (effects: SenderEffect[]) => effects.filter((effect) => effect.do === 'write').map((effect) => effect.bytes[0])

describe('the sending side of E1381', () => {
  it('gives up after six refusals of one frame and sends the whole message later', () => {
    const sender = new Sender({ role: 'instrument' })
    expect(written(sender.send(message, 0).effects)).toEqual([control.ENQ])
    expect(written(sender.feed(reply('ACK'), 0))).toEqual([control.STX])
    for (let sends = 2; sends <= 6; sends++) expect(written(sender.feed(reply('NAK'), 0))).toEqual([control.STX])
    expect(sender.feed(reply('NAK'), 0)).toMatchObject([{ do: 'write' }, { do: 'failed', why: 'refused' }])
    expect(written(sender.tick(10_000))).toEqual([control.ENQ])
  })

  it('ends the transfer when nobody answers for 15 seconds', () => {
    const sender = new Sender({ role: 'instrument' })
    sender.send(message, 0)
    sender.feed(reply('ACK'), 0)
    expect(sender.tick(14_999)).toEqual([])
    expect(sender.tick(15_000)).toMatchObject([{ do: 'write', bytes: reply('EOT') }, { do: 'failed', why: 'no-reply' }])
  })

  it('waits ten seconds when the receiver is busy', () => {
    const sender = new Sender({ role: 'host' })
    sender.send(message, 0)
    sender.feed(reply('NAK'), 0)
    expect(sender.tick(9_999)).toEqual([])
    expect(written(sender.tick(10_000))).toEqual([control.ENQ])
  })

  it('gives way to the instrument when both ask at once; the instrument insists', () => {
    const host = new Sender({ role: 'host' })
    host.send(message, 0)
    expect(host.feed(reply('ENQ'), 0)).toEqual([{ do: 'give-way' }])
    expect(written(host.tick(20_000))).toEqual([control.ENQ])
    const instrument = new Sender({ role: 'instrument' })
    instrument.send(message, 0)
    expect(instrument.feed(reply('ENQ'), 0)).toEqual([])
    expect(written(instrument.tick(1_000))).toEqual([control.ENQ])
  })

  it('brings 1,000 results over a line that loses ACKs and spoils frames, each once (seed 7)', () => {
    const random = randomFrom(7)
    let now = 0
    const sender = new Sender({ role: 'instrument', waits: { replyMs: 15_000, busyMs: 10_000 } })
    const receiver = new Receiver()
    const got: string[] = []
    let text = ''
    const toHost: Uint8Array[] = []
    const toDevice: Uint8Array[] = []
    const fromSender = (effects: SenderEffect[]) => {
      for (const effect of effects) {
        if (effect.do !== 'write') continue
        const bytes = effect.bytes.slice()
        if (bytes.length > 1 && random() < 0.05) bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 7)
        toHost.push(bytes)
      }
    }
    const fromReceiver = (effects: ReturnType<Receiver['feed']>): void => {
      for (const effect of effects) {
        if (effect.do === 'reply' && random() > 0.05) toDevice.push(Uint8Array.of(control[effect.with]))
        if (effect.do === 'begin' || effect.do === 'interrupted') text = ''
        if (effect.do !== 'store') continue
        text += new TextDecoder().decode(effect.frame.text)
        if (text.endsWith('L|1|N\r')) {
          got.push(...(text.match(/sample\d+/g) ?? []))
          text = ''
        }
        fromReceiver(receiver.stored(true, now))
      }
    }
    for (let index = 0; index < 1000; index++) sender.send(encodeText(`H|\\^&\rO|1|sample${index}\rR|1|^^^K|4.1\rL|1|N\r`), now).effects.forEach((effect) => fromSender([effect]))
    let steps = 0
    while (sender.waiting > 0 && steps++ < 200_000) {
      if (toHost.length > 0) fromReceiver(receiver.feed(toHost.shift()!, now))
      else if (toDevice.length > 0) fromSender(sender.feed(toDevice.shift()!, now))
      else {
        now = Math.min(sender.deadline ?? Infinity, receiver.deadline ?? Infinity)
        fromReceiver(receiver.tick(now))
        fromSender(sender.tick(now))
      }
    }
    // A message whose last ACK never came is sent whole again: seen twice, and told apart by its content.
    expect(new Set(got).size).toBe(1000)
    expect(sender.waiting).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { control, encodeFrame, encodeText, framesOf, Receiver } from '.'
import { byteByByte, randomFrom, receive } from './testing/session'

const bytes = (...parts: (number | string | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : typeof part === 'string' ? [...encodeText(part)] : [...part])))
const message = 'H|\\^&|||Maker^Counter\rP|1\rO|1||^^A26000123^M\rR|1|^^^^WBC^1|8.13|10*3/uL||N||F\rL|1|N\r'
const frame = (number: number, text: string, end: 'ETB' | 'ETX' = 'ETX') => encodeFrame({ number, text: encodeText(text), end })
const { ENQ, EOT, STX, ETX, CR, LF } = control

describe('the receiving side of E1381', () => {
  it('acknowledges each frame of a result and hands the message over once', () => {
    const frames = framesOf(encodeText(message), 'record-per-frame', 240).map(encodeFrame)
    const outcome = receive([bytes(ENQ, ...frames, EOT)])
    expect(outcome.replies).toEqual(['ACK', ...frames.map(() => 'ACK')])
    expect(outcome.messages).toEqual([message])
  })

  it('computes the checksum of a frame that a real analyser sent', () => {
    const real = 'H|\\^&|||SENAITE^Roche^c111^4.2.2.1730^1^13147|||||host|RSUPL^REAL|P|1|20230803131713\r'
    expect(Array.from(frame(1, real, 'ETB').slice(-4))).toEqual([...encodeText('C6'), CR, LF])
  })

  it('acknowledges a frame again when the analyser did not hear the first ACK, and stores it once', () => {
    const first = frame(1, 'H|\\^&\r')
    const outcome = receive([bytes(ENQ, first, first, frame(2, 'L|1\r'), EOT)])
    expect(outcome.replies).toEqual(['ACK', 'ACK', 'ACK', 'ACK'])
    expect(outcome.frames).toBe(2)
    expect(outcome.messages).toEqual(['H|\\^&\rL|1\r'])
  })

  it('asks again for a frame that noise on the line spoilt', () => {
    const good = frame(1, message)
    const spoilt = good.slice()
    spoilt[20]! ^= 1
    const outcome = receive([bytes(ENQ, spoilt, good, EOT)])
    expect(outcome.replies).toEqual(['ACK', 'NAK', 'ACK'])
    expect(outcome.messages).toEqual([message])
  })

  it('refuses a frame that skips one, so that no result goes missing unseen', () => {
    expect(receive([bytes(ENQ, frame(1, 'H|\\^&\r'), frame(3, 'L|1\r'))]).replies).toEqual(['ACK', 'ACK', 'NAK'])
    expect(receive([bytes(ENQ, frame(2, 'H|\\^&\r'))]).replies).toEqual(['ACK', 'NAK'])
  })

  it('never drops another frame that carries the number of the last one', () => {
    const outcome = receive([bytes(ENQ, frame(1, 'H|\\^&\r'), frame(1, 'R|1|^^^K|6.8\r'))])
    expect(outcome.replies).toEqual(['ACK', 'ACK', 'NAK'])
    const uncounted = receive([bytes(ENQ, frame(1, 'H|\\^&\r'), frame(1, 'R|1|^^^K|6.8\r'), frame(1, 'L|1\r'), EOT)], { frameNumbers: 'any' })
    expect(uncounted.messages).toEqual(['H|\\^&\rR|1|^^^K|6.8\rL|1\r'])
  })

  it('counts on over 7 to 0', () => {
    const texts = ['H|\\^&\r', ...Array.from({ length: 20 }, (_, index) => `R|${index + 1}|^^^K|4.${index}\r`), 'L|1\r']
    const frames = texts.map((text, index) => frame((index + 1) % 8, text))
    expect(receive([bytes(ENQ, ...frames, EOT)]).messages).toEqual([texts.join('')])
  })

  it('takes a second message whose frames count from 1 again', () => {
    const outcome = receive([bytes(ENQ, frame(1, 'H|\\^&\r'), frame(2, 'L|1\r'), frame(1, 'H|\\^&|2\r'), frame(2, 'L|1\r'), EOT)])
    expect(outcome.messages).toEqual(['H|\\^&\rL|1\r', 'H|\\^&|2\rL|1\r'])
  })

  it('bears an analyser that leaves out LF, or CR LF, or asks twice', () => {
    const whole = frame(1, message)
    for (const cut of [1, 2]) expect(receive([bytes(ENQ, ENQ, whole.slice(0, -cut), EOT)]).messages).toEqual([message])
    expect(receive([bytes(ENQ, frame(1, 'H|\\^&\r').slice(0, -2), frame(2, 'L|1\r').slice(0, -2))]).messages).toEqual(['H|\\^&\rL|1\r'])
  })

  it('accepts a checksum in lower case and refuses one that is no number', () => {
    const lower = frame(1, 'L|1|N\r')
    const sum = String.fromCharCode(...lower.slice(-4, -2)).toLowerCase()
    expect(receive([bytes(ENQ, lower.slice(0, -4), sum, CR, LF)]).replies).toEqual(['ACK', 'ACK'])
    expect(receive([bytes(ENQ, lower.slice(0, -4), '0x', CR, LF)]).replies).toEqual(['ACK', 'NAK'])
  })

  it('reads a device that sends no checksum, when the profile says so', () => {
    expect(receive([bytes(ENQ, STX, '1L|1|N\r', ETX, CR, LF, EOT)], { checksum: 'none' }).messages).toEqual(['L|1|N\r'])
  })

  it('keeps nothing of a result when the cable is pulled in the middle of a record', () => {
    const receiver = new Receiver()
    receiver.feed(bytes(ENQ, frame(1, 'H|\\^&\r').slice(0, 6)), 0)
    expect(receiver.tick(29_999)).toEqual([])
    expect(receiver.tick(30_000)).toEqual([{ do: 'interrupted', why: 'silence' }])
    expect(receiver.isNeutral).toBe(true)
  })

  it('lets an analyser that starts over in the middle wait and ask again, then takes the whole message', () => {
    const outcome = receive([bytes(ENQ, frame(1, 'H|\\^&\r'), ENQ, EOT, ENQ, frame(1, message), EOT)])
    expect(outcome.replies).toEqual(['ACK', 'ACK', 'NAK', 'ACK', 'ACK'])
    expect(outcome.interruptions).toEqual(['sender-restarted'])
    expect(outcome.messages).toEqual([message])
  })

  it('never acknowledges a frame because noise in it looks like ENQ: the analyser would believe it arrived', () => {
    const good = frame(1, message)
    for (let at = 1; at < good.length; at++) {
      const spoilt = good.slice()
      spoilt[at] = ENQ
      const { replies, messages } = receive([bytes(ENQ, spoilt)])
      expect(replies.slice(1).includes('ACK'), `byte ${at}`).toBe(messages.length === 1)
    }
  })

  it('takes the next message of an analyser that asks again without ending its transfer', () => {
    const outcome = receive([bytes(ENQ, frame(1, message), ENQ, frame(1, message), EOT)])
    expect(outcome.messages).toEqual([message, message])
  })

  it('acknowledges nothing that could not be written to disk', () => {
    const receiver = new Receiver()
    receiver.feed(Uint8Array.of(ENQ), 0)
    expect(receiver.feed(frame(1, message), 0)).toMatchObject([{ do: 'store' }])
    expect(receiver.stored(false, 1)).toMatchObject([{ do: 'reply', with: 'NAK' }])
    expect(receiver.feed(frame(1, message), 2)).toMatchObject([{ do: 'store' }])
    expect(receiver.stored(true, 3)).toMatchObject([{ do: 'reply', with: 'ACK' }])
  })

  it('gives no answer once the analyser has given up waiting for it', () => {
    const receiver = new Receiver()
    receiver.feed(Uint8Array.of(ENQ), 0)
    receiver.feed(frame(1, message), 0)
    expect(receiver.stored(true, 14_001)).toEqual([{ do: 'interrupted', why: 'too-late' }])
    expect(receiver.feed(bytes(EOT, ENQ), 16_000)).toMatchObject([{ do: 'begin' }, { do: 'reply', with: 'ACK' }])
  })

  it('takes an end in the middle of a record for what it is: the analyser gave up', () => {
    expect(receive([bytes(ENQ, frame(1, 'H|\\^&\rR|1|^^^K|6', 'ETB'), EOT)]).messages).toEqual([])
  })

  it('does not look at the next frame before the last one is on disk', () => {
    const receiver = new Receiver()
    const effects = receiver.feed(bytes(ENQ, frame(1, 'H|\\^&\r'), frame(2, 'L|1\r')), 0)
    expect(effects.map((effect) => effect.do)).toEqual(['begin', 'reply', 'store'])
    expect(receiver.stored(true, 0).map((effect) => effect.do)).toEqual(['reply', 'store'])
  })

  it('takes thousands of frames of a device that waits for no answer in a time that grows with them only', () => {
    const frames = Array.from({ length: 10_000 }, (_, index) => frame((index + 1) % 8, `R|${index + 1}|^^^^WBC|8.13|10*3/uL`))
    const whole = bytes(ENQ, ...frames, EOT)
    const receiver = new Receiver()
    const before = performance.now()
    let stored = 0
    let refused = 0
    for (let effects = receiver.feed(whole, 0); effects.length > 0; ) {
      refused += effects.filter((effect) => effect.do === 'reply' && effect.with === 'NAK').length
      const isStored = effects.some((effect) => effect.do === 'store')
      if (isStored) stored++
      effects = isStored ? receiver.stored(true, 0) : []
    }
    expect([stored, refused, receiver.isNeutral]).toEqual([10_000, 0, true])
    expect(performance.now() - before).toBeLessThan(2_000)
  })

  it('refuses a frame without end and keeps its memory bounded', () => {
    const receiver = new Receiver({ maxText: 1000 })
    receiver.feed(bytes(ENQ, STX, '1'), 0)
    const said = Array.from({ length: 100 }, () => receiver.feed(new Uint8Array(1000).fill(0x41), 0)).flat()
    expect(said).toEqual([{ do: 'endless' }])
    expect(receiver.feed(bytes(ETX), 0)).toEqual([{ do: 'reply', with: 'NAK', why: 'overlong frame' }])
    expect(receiver.feed(bytes('00', CR, LF, frame(1, 'L|1\r')), 0)).toMatchObject([{ do: 'store' }])
  })

  it('ignores what comes before ENQ', () => {
    expect(receive([bytes('\0\0garbage', STX, '1L|1\r', ETX, '00', CR, LF, EOT)])).toMatchObject({ replies: [], messages: [] })
  })

  it('gives the same for every way of cutting any bytes into pieces (seed 20261121)', () => {
    const random = randomFrom(20261121)
    const pool = [ENQ, EOT, STX, ETX, control.ETB, CR, LF, control.ACK, 0x30, 0x31, 0x32, 0x48, 0x4c, 0x7c, 0xff]
    for (let round = 0; round < 400; round++) {
      const parts: Uint8Array[] = []
      for (let part = 0; part < 12; part++) {
        const kind = random()
        if (kind < 0.4) parts.push(Uint8Array.from({ length: 1 + Math.floor(random() * 8) }, () => pool[Math.floor(random() * pool.length)]!))
        else if (kind < 0.6) parts.push(Uint8Array.of(ENQ))
        else {
          const made = frame(Math.floor(random() * 8), random() < 0.5 ? 'H|\\^&\r' : 'L|1\r', random() < 0.5 ? 'ETB' : 'ETX')
          if (random() < 0.2) made[Math.floor(random() * made.length)] = Math.floor(random() * 256)
          parts.push(random() < 0.2 ? made.slice(0, -2) : made)
        }
      }
      const whole = bytes(...parts)
      const atOnce = receive([whole])
      expect(receive(byteByByte(whole)), `round ${round}`).toEqual(atOnce)
      const cut = Math.floor(random() * whole.length)
      expect(receive([whole.slice(0, cut), whole.slice(cut)]), `round ${round} cut at ${cut}`).toEqual(atOnce)
    }
  })
})

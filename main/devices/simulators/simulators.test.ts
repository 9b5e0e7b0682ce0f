import { afterEach, describe, expect, it } from 'vitest'
import { parseMessages, decodeText, fields } from '../../../shared/standards/astm'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { ContecFramer, contecCommands } from '../framers'
import { simulatedLine } from '../transports'
import { bloodCount, pseudoTerminals, virtualOximeter } from '.'

describe('the virtual blood counter', () => {
  it('makes up counts that a person could have, whatever the seed, under the number it was told', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const [message] = parseMessages(decodeText(bloodCount('A26000123', new Date(2026, 10, 21, 9, 0), randomFrom(seed))))
      const [order] = message!.patients[0]!.orders
      expect(order!.record!.text({ field: 4, component: 3 })).toBe('A26000123')
      const value = (code: string) => Number(order!.results.find(({ record }) => record.repeats(3)[0]?.[4] === code)?.record.text(fields.result.value))
      expect(value('WBC')).toBeGreaterThan(1)
      expect(value('HGB')).toBeGreaterThan(8)
      expect(value('HGB')).toBeLessThan(19)
      expect(value('PLT')).toBeGreaterThan(50)
    }
  })

  it('cannot be made to send other records by what stands in the number', () => {
    const [message] = parseMessages(decodeText(bloodCount('A|1\\^&', new Date(), () => 0.5)))
    expect(message!.patients[0]!.orders[0]!.record!.text({ field: 4, component: 3 })).toBe('A|1\\^&')
  })
})

describe('the virtual oximeter', () => {
  it('stops sending when nobody says that he listens, as a real one does', async () => {
    const line = simulatedLine()
    const packets: number[] = []
    const framer = new ContecFramer()
    const near = await line.near.open({ bytes: (bytes) => framer.feed(bytes).forEach(({ pulse }) => pulse !== undefined && packets.push(pulse)), closed: () => undefined })
    const meter = await virtualOximeter(line.far, { pulse: 66, random: () => 0.5 })
    await new Promise((later) => setTimeout(later, 200))
    expect(packets).toEqual([])
    await near.write(contecCommands.startLive)
    await new Promise((later) => setTimeout(later, 600))
    expect(packets.length).toBeGreaterThan(15)
    expect(packets.every((pulse) => Math.abs(pulse - 66) <= 3)).toBe(true)
    await near.write(contecCommands.stopLive)
    await new Promise((later) => setTimeout(later, 150))
    const stopped = packets.length
    await new Promise((later) => setTimeout(later, 300))
    expect(packets).toHaveLength(stopped)
    await meter.close()
  })
})

describe('pseudo-terminals', () => {
  const searched = process.env['PATH']
  afterEach(() => {
    process.env['PATH'] = searched
  })

  it('are done without where there is no socat', async () => {
    process.env['PATH'] = '/nowhere'
    expect(await pseudoTerminals()).toBeUndefined()
  })
})

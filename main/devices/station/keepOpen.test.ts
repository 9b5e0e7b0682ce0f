import { describe, expect, it } from 'vitest'
import { simulatedLine, type Line, type LineEvents, type Transport, TransportProblem } from '../transports'
import { keepOpen, type LineState } from './keepOpen'

const pace = { backOff: [5, 10], openMs: 30, lookMs: 10, wakeMs: 30, now: Date.now }
const later = (ms: number) => new Promise((done) => setTimeout(done, ms))
const until = async (is: () => boolean) => {
  for (let tries = 0; !is(); tries++) {
    if (tries > 400) throw new Error(`still waiting for ${is.toString()}`)
    await later(5)
  }
}
/** A driver that notes what it is told. */
const noted = () => {
  const notes: string[] = []
  return { notes, driver: { opened: () => notes.push('opened'), bytes: (bytes: Uint8Array) => notes.push(`${bytes.length} bytes`), closed: () => notes.push('closed') } }
}

describe('a line that is kept open', () => {
  it('looks open after the computer slept, and is silent: it is opened anew; one that talks goes on', async () => {
    for (const talks of [false, true]) {
      const cable = simulatedLine()
      const far = await cable.far.open({ bytes: () => undefined, closed: () => undefined })
      const { notes, driver } = noted()
      let clock = 0
      const line = keepOpen(cable.near, driver, () => undefined, undefined, { ...pace, now: () => clock })
      await until(() => notes.length === 1)
      clock += 3_600_000
      const talking = talks ? setInterval(() => void far.write(Uint8Array.of(1)), 5) : undefined
      await later(100)
      clearInterval(talking)
      expect(notes.filter((note) => note === 'closed'), talks ? 'talks' : 'is silent').toHaveLength(talks ? 0 : 1)
      expect(notes.filter((note) => note === 'opened')).toHaveLength(talks ? 1 : 2)
      await line.stop()
      await far.close()
    }
  })

  it('is at a port that takes for ever to open: that is said once, nothing is opened twice, and it is used when it opens', async () => {
    const cable = simulatedLine()
    let openings = 0
    let letGo: () => void = () => undefined
    const gate = new Promise<void>((open) => (letGo = open))
    const slow: Transport = {
      open: async (events: LineEvents): Promise<Line> => {
        openings++
        await gate
        return cable.near.open(events)
      },
    }
    const told: LineState[] = []
    const line = keepOpen(slow, noted().driver, (state) => told.push(state), undefined, pace)
    await later(120)
    expect(openings).toBe(1)
    expect(told).toEqual([{ state: 'waiting', problem: 'port-failed' }])
    letGo()
    await until(() => told.at(-1)?.state === 'open')
    await line.stop()
  })

  it('falls silent longer than its device ever is: grey within that time, and back as soon as it is heard', async () => {
    const cable = simulatedLine()
    const far = await cable.far.open({ bytes: () => undefined, closed: () => undefined })
    const told: LineState[] = []
    const { notes, driver } = noted()
    const line = keepOpen(cable.near, driver, (state) => told.push(state), 60, pace)
    await until(() => told.some(({ problem }) => problem === 'silent'))
    const before = notes.length
    await far.write(Uint8Array.of(1))
    await until(() => notes.slice(before).includes('1 bytes') || (void far.write(Uint8Array.of(1)), false))
    await line.stop()
    await far.close()
  })

  it('is refused again and again: the waits grow, and it comes back', async () => {
    const cable = simulatedLine()
    let left = 6
    const told: LineState[] = []
    const line = keepOpen({ open: (events) => (left-- > 0 ? Promise.reject(new TransportProblem('port-missing')) : cable.near.open(events)) }, noted().driver, (state) => told.push(state), undefined, pace)
    await until(() => told.at(-1)?.state === 'open')
    expect(told.slice(0, -1)).toEqual(Array.from({ length: 6 }, () => ({ state: 'waiting', problem: 'port-missing' })))
    await line.stop()
  })
})

import { describe, expect, it } from 'vitest'
import { openingTurns } from './openInTurn'

const later = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

describe('ports that are opened', () => {
  it('of six Bluetooth devices out of reach, never take more than three threads, and one once they are known; a cable opens meanwhile', async () => {
    const turns = openingTurns({ slowMs: 20, hungMs: 2_000 })
    let open = 0
    let most = 0
    const outOfReach = async (ms: number) => {
      most = Math.max(most, ++open)
      await later(ms)
      open--
    }
    const devices = ['COM10', 'COM11', 'COM12', 'COM13', 'COM14', 'COM15']
    await Promise.all(devices.map((path) => turns.run(path, () => outOfReach(50))))
    expect(most).toBe(3)
    most = 0
    const again = devices.map((path) => turns.run(path, () => outOfReach(60)))
    const began = performance.now()
    await turns.run('COM1', () => later(1))
    expect(performance.now() - began).toBeLessThan(200)
    expect(most).toBe(1)
    await Promise.all(again)
  })

  it('that never open, hold nobody up for ever', async () => {
    const turns = openingTurns({ slowMs: 5, hungMs: 40 })
    for (const path of ['COM10', 'COM11', 'COM12', 'COM13']) void turns.run(path, () => new Promise<void>(() => undefined))
    await turns.run('COM1', () => later(1))
    await expect(turns.run('COM2', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    await turns.run('COM2', () => later(1))
  })
})

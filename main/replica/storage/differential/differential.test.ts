import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { runCases } from './testing/run'

const seed = Number(process.env.OUTPOST_SEED ?? 20261121)

describe('the storage beside RxDB’s memory storage', () => {
  it(`gives the same answers to random schemas, documents, queries and orders of events (seed ${seed})`, async () => {
    const { cases, compared, difference } = await runCases({ cases: 150, seed, under: tmpdir() })
    expect(difference).toBeUndefined()
    expect(cases).toBe(150)
    // The run means something only when most questions found something.
    expect(compared.found / compared.answers).toBeGreaterThan(0.2)
    expect(compared.events).toBeGreaterThan(500)
    expect(compared.orderLeftOpen / compared.answers).toBeLessThan(0.02)
  }, 60_000)
})

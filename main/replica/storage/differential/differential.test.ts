import { describe, expect, it } from 'vitest'
import { seedOfRun as seed } from '../../../../shared/testing/seed'
import { runCases } from './testing/run'

describe('the storage beside RxDB’s memory storage', () => {
  it(`gives the same answers to random schemas, documents, queries and orders of events (seed ${seed})`, async () => {
    const { cases, compared, difference } = await runCases({ cases: 100, seed })
    expect(difference).toBeUndefined()
    expect(cases).toBe(100)
    // The run means something only when most questions found something.
    expect(compared.found / compared.queries).toBeGreaterThan(0.3)
    expect(compared.events).toBeGreaterThan(250)
    expect(compared.orderLeftOpen / compared.queries).toBeLessThan(0.03)
  })
})

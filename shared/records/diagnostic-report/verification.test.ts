import type { DiagnosticReport, Observation } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { writtenAt } from '../../testing/apart'
import { mergeRecords } from '../merge'
import { decidedObservation, replacingReport, verificationOf, withVerification } from './verification'

const sent: Observation = { resourceType: 'Observation', id: '01SENT00000000000000000000', status: 'preliminary', code: { text: 'Potassium' }, valueQuantity: { value: 4.1, unit: 'mmol/L' } }
const decided = (state: 'accepted' | 'rejected', by: string, at: string, why?: string) => decidedObservation(sent, { state, by, at, holds: ['by-rule'], ...(why === undefined ? {} : { why }) })
const [nine, ten] = ['2026-11-21T09:00:00.000Z', '2026-11-21T10:00:00.000Z']

describe('two people decided about one result apart', () => {
  it('alike: it is decided, nobody is asked, and the other decision stays in the history', () => {
    const [master, mine] = [writtenAt('Observation', decided('accepted', 'lena', nine), 'A', 9), writtenAt('Observation', decided('accepted', 'tom', ten), 'B', 10)]
    const { record, clashes } = mergeRecords({ master, mine })
    expect(clashes).toEqual([])
    expect(verificationOf(record.resource as Observation)).toMatchObject({ state: 'accepted', by: 'lena' })
    expect(record.prior).toHaveLength(1)
    expect(mergeRecords({ master: writtenAt('Observation', decided('rejected', 'lena', nine, 'clotted'), 'A', 9), mine: writtenAt('Observation', decided('rejected', 'tom', ten, 'wrong tube'), 'B', 10) }).clashes).toEqual([])
  })

  it('and about its report alike', () => {
    const report = (by: string, at: string): DiagnosticReport =>
      replacingReport(withVerification({ resourceType: 'DiagnosticReport', status: 'final', code: {}, resultsInterpreter: [{ reference: `Practitioner/${by}` }] }, { state: 'accepted', by, at, holds: [] }), 'old')
    expect(mergeRecords({ master: writtenAt('DiagnosticReport', report('lena', nine), 'A', 9), mine: writtenAt('DiagnosticReport', report('tom', ten), 'B', 10) }).clashes).toEqual([])
  })

  it('otherwise: somebody is asked', () => {
    const [master, mine] = [writtenAt('Observation', decided('accepted', 'lena', nine), 'A', 9), writtenAt('Observation', decided('rejected', 'tom', ten), 'B', 10)]
    expect(mergeRecords({ master, mine }).clashes).toHaveLength(1)
    const other = writtenAt('Observation', { ...decided('accepted', 'tom', ten), valueQuantity: { value: 1.4, unit: 'mmol/L' } }, 'B', 10)
    expect(mergeRecords({ master, mine: other }).clashes).toHaveLength(1)
  })
})

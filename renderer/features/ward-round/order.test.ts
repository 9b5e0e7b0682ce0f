import { describe, expect, it } from 'vitest'
import type { BedEntry, DueObservation } from '../../../shared/contract'
import { liesIn, nextBed, overdueMinutes, roundOf } from './order'

const now = Date.parse('2026-11-21T10:00:00Z')
const bed = (name: string, patient?: string): BedEntry => ({ id: `bed ${name}`, name, feeds: [], ...(patient === undefined ? {} : { patient: { id: patient, name: patient, number: '' } }) })
const dueIn = (patient: string, minutes: number): DueObservation => ({ patient, due: { kind: 'at', at: new Date(now + minutes * 60_000).toISOString(), everyMinutes: 60, isContinuous: false, by: 'score', overdueMinutes: 0 } })

describe('A19: the order of the round', () => {
  it('A19: overdue beds stand on top, the longest first; then those of whom nobody can say; then by the time that they are due', () => {
    const beds = [bed('1', 'later'), bed('2', 'soon'), bed('3', 'over'), bed('4', 'never'), bed('5'), bed('6', 'long over'), bed('7', 'due now'), bed('8', 'not asked')]
    const dues = [dueIn('later', 90), dueIn('soon', 5), dueIn('over', -10), dueIn('long over', -300), dueIn('due now', 0), { patient: 'never', due: { kind: 'unknown' as const, why: 'no-set' as const } }]
    const round = roundOf(beds, dues, now)
    expect(round.map(({ patient }) => patient.id)).toEqual(['long over', 'over', 'due now', 'never', 'not asked', 'soon', 'later'])
    expect(round.map((each) => overdueMinutes(each, now))).toEqual([300, 10, 0, undefined, undefined, undefined, undefined])
  })

  it('A19: a patient whom two workstations put into two beds stands once, in the bed that was said last, with the other one named', () => {
    const said = (name: string, since: string): BedEntry => ({ ...bed(name, 'twice'), since })
    const round = roundOf([said('Bed 2', '2026-11-21T08:00:00.000Z'), bed('Bed 3', 'another'), said('Bed 7', '2026-11-21T09:00:00.000Z')], [dueIn('twice', -10)], now)
    expect(round.map(({ name, patient, also }) => [name, patient.id, also?.map((each) => each.name)])).toEqual([['Bed 7', 'twice', ['Bed 2']], ['Bed 3', 'another', undefined]])
    expect(round.map((each) => liesIn(each, 'bed Bed 2'))).toEqual([true, false])
  })

  it('A19: beds of one time stand in the order of their names as people count', () => {
    expect(roundOf([bed('Bed 10', 'a'), bed('Bed 9', 'b')], [], now).map(({ name }) => name)).toEqual(['Bed 9', 'Bed 10'])
  })

  it('goes on to the first bed that was not visited, and says when every bed was', () => {
    const round = roundOf([bed('1', 'a'), bed('2', 'b'), bed('3', 'c')], [], now)
    expect(nextBed(round, new Set(['bed 1']), 'bed 1')?.bed).toBe('bed 2')
    expect(nextBed(round, new Set(['bed 1', 'bed 2', 'bed 3']), 'bed 2')).toBeUndefined()
  })
})

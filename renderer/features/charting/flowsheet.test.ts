import { describe, expect, it } from 'vitest'
import type { VitalEntry } from '../../../shared/contract'
import { flowsheetOf, historyOf } from './flowsheet'

let made = 0
const value = (code: VitalEntry['code'], at: string, number: number, more: Partial<VitalEntry> = {}): VitalEntry => ({
  // Ids are made from keys: they say nothing of what came first.
  id: `01HZZZZZZZZZZZZZZZZZ${String(999_999 - ++made).padStart(6, '0')}`,
  written: String(made).padStart(6, '0'),
  code,
  value: number,
  effective: new Date(`2026-11-${at}:00`).toISOString(),
  origin: { kind: 'typed' },
  by: 'Amina Bello',
  ...more,
})

describe('the flowsheet', () => {
  it('puts what was taken in one minute into one column, oldest on the left, signs in the order of the form', () => {
    const sheet = flowsheetOf([value('pulse', '21T14:00', 80), value('spo2', '21T14:00', 97), value('pulse', '20T23:00', 78)])
    expect(sheet.columns.map((column) => column.newDay)).toEqual([true, true])
    expect(sheet.rows.map((row) => row.code)).toEqual(['spo2', 'pulse'])
    expect(sheet.rows[0]?.cells.map((cell) => cell?.entry.value)).toEqual([undefined, 97])
    expect(sheet.rows[1]?.cells.map((cell) => cell?.entry.value)).toEqual([78, 80])
  })

  it('shows a correction in place of what it corrects, and keeps the chain behind it', () => {
    const first = value('pulse', '21T14:00', 81)
    const second = value('pulse', '21T14:00', 18, { corrects: { id: first.id, value: 81, by: 'Amina Bello', at: first.effective } })
    const third = value('pulse', '21T14:00', 118, { corrects: { id: second.id, value: 18, by: 'Chidi Eze', at: first.effective } })
    const all = [third, second, first]
    const cell = flowsheetOf(all).rows[0]?.cells[0]
    expect(cell?.entry.value).toBe(118)
    expect(cell?.others).toEqual([])
    expect(historyOf(third, all).map((was) => was.value)).toEqual([18, 81])
  })

  it('hides no value when two stand in one minute: the later in front, the other counted', () => {
    const typed = value('spo2', '21T14:00', 95)
    const read = value('spo2', '21T14:00', 97, { origin: { kind: 'device', device: 'Oximeter 1', profile: 'CMS50' } })
    const cell = flowsheetOf([typed, read]).rows[0]?.cells[0]
    expect(cell?.entry).toBe(read)
    expect(cell?.others).toEqual([typed])
    expect(flowsheetOf([read, typed]).rows[0]?.cells[0]).toEqual(cell)
  })

  it('every value charted stands in exactly one cell', () => {
    const many = Array.from({ length: 200 }, (_, index) => value(index % 2 ? 'pulse' : 'spo2', `${String(10 + (index % 9))}T${String(index % 24).padStart(2, '0')}:${String((index * 7) % 60).padStart(2, '0')}`, 60 + (index % 40)))
    const shown = flowsheetOf(many).rows.flatMap((row) => row.cells.flatMap((cell) => (cell ? [cell.entry, ...cell.others] : [])))
    expect(new Set(shown)).toEqual(new Set(many))
    expect(shown).toHaveLength(many.length)
  })

  it('does not run for ever on a chain of corrections that bites its tail', () => {
    const a = value('pulse', '21T14:00', 1)
    const b = { ...value('pulse', '21T14:00', 2), corrects: { id: a.id, value: 1, by: '', at: a.effective } }
    const ring = [{ ...a, corrects: { id: b.id, value: 2, by: '', at: a.effective } }, b]
    expect(historyOf(b, ring).length).toBeLessThanOrEqual(100)
  })
})

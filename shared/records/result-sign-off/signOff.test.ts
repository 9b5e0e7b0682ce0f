import type { Communication } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { createClock } from '../clock'
import { criticalAnswerOf } from '../communication/criticalAlert'
import type { Envelope } from '../envelope'
import { mergeRecords } from '../merge'
import { searchParametersOf } from '../search'
import { lastTakeOver, signOffActions, signOffOf, signOffRecord, takeOverOf, takeOverRecord } from './signOff'

const taken = { report: '01R', subject: '01P', by: '01D', at: '2026-11-21T10:00:00.000Z' }
const signed = { ...taken, action: 'treat', comment: 'Two units' } as const

describe('the record of a sign-off', () => {
  it('E12: says again what was said, whatever follows, with words or without', () => {
    for (const action of signOffActions) for (const comment of ['', 'Two units']) expect(signOffOf(signOffRecord({ ...signed, action, comment }))).toEqual({ ...signed, action, comment })
    expect(takeOverOf(takeOverRecord(taken))).toEqual(taken)
    expect(searchParametersOf('Communication', signOffRecord(signed))).toMatchObject({ subject: '01P', code: 'result-signed-off', date: taken.at })
  })

  it('is no other Communication, and nothing that is not whole', () => {
    const record = signOffRecord(signed)
    expect([takeOverOf(record), criticalAnswerOf(record), signOffOf(takeOverRecord(taken))]).toEqual([undefined, undefined, undefined])
    const { about: _about, ...withoutReport } = record
    const { sender: _sender, ...byNobody } = record
    for (const broken of [withoutReport, byNobody, { ...record, sent: 'this morning' }, { ...record, about: [{ reference: 'Patient/01R' }] }, { resourceType: 'Communication', status: 'completed' }]) {
      expect(signOffOf(broken as Communication)).toBeUndefined()
    }
    expect(signOffOf({ ...record, reasonCode: [{ text: 'of a newer version' }] })).toMatchObject({ action: 'other' })
  })

  it('E12: is never merged: of two that were given apart each is a record of its own, and the same one twice asks nobody', () => {
    const envelope = (station: string): Envelope<'Communication'> => {
      const resource = signOffRecord(signed)
      return { id: '01S1GNED000000000000000000', type: 'Communication', practice: '01PRACTICE0000000000000000', resource, search: searchParametersOf('Communication', resource), author: '01D', station, at: createClock({ station, now: () => Date.parse(taken.at) }).next(), prior: [] }
    }
    expect(mergeRecords({ master: envelope('A'), mine: envelope('B') }).clashes).toEqual([])
  })

  it('E12: the last who took over answers for a report, the same one everywhere', () => {
    const later = { ...taken, by: '01E', at: '2026-11-21T11:00:00.000Z' }
    expect(lastTakeOver([later, taken])).toEqual(later)
    const same = { ...later, by: '01F' }
    expect([lastTakeOver([same, later]), lastTakeOver([later, same])]).toEqual([later, later])
    expect(lastTakeOver([])).toBeUndefined()
  })
})

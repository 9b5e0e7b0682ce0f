import { describe, expect, it } from 'vitest'
import { attributesOf, itemsOf, valueOf, type Identifier } from '../../../../shared/standards/dicom'
import { matchWorklist } from './matchWorklist'
import { dicomNameOf, type ScheduledOrder } from './worklistItem'

const order = (accession: string, given: Partial<ScheduledOrder['facts']> = {}): ScheduledOrder => ({
  facts: {
    accession, studyInstanceUid: `2.25.${accession.length}`, modality: 'US', bodyPart: 'Kidney', what: 'US Kidney', reason: 'Flank pain', priority: 'urgent', note: '', status: 'active',
    subject: 'p', requester: 'd', authoredOn: '2026-11-21T09:00:00.000Z', steps: {}, ...given,
  },
  patient: {
    resourceType: 'Patient', identifier: [{ system: 'urn:outpost:patient-number', value: `P-${accession}` }], name: [{ family: 'Müller', given: ['Jürgen'] }], birthDate: '1961-02-03', gender: 'male',
  },
  requester: { family: 'Okoro', given: ['Ngozi'], prefix: ['Dr.'] },
})

const ask = (step: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): Identifier =>
  attributesOf({ '00100010': '', '00100020': '', '00080050': '', '0020000d': '', ...more, '00400100': [attributesOf({ '00400001': '', '00400002': '', '00400003': '', '00400009': '', '00080060': '', ...step })] })

const at = { calling: 'US1', day: '2026-11-21' }
const accessions = (items: readonly Identifier[]): string[] => items.map((item) => valueOf(item, '00080050'))

describe('D11: the worklist', () => {
  const orders = [
    order('A1'), order('A2', { modality: 'CT', scheduled: '2026-11-21T14:30' }), order('A3', { scheduled: '2026-11-22' }), order('A4', { scheduled: '2026-11-22T08:15' }),
  ]

  it('answers the modality of today with name, number, accession, study and step', () => {
    const [item, ...others] = matchWorklist(ask({ '00080060': 'US', '00400002': '20261121' }), orders, at)
    expect(others).toEqual([])
    if (!item) throw new Error('no answer')
    expect([valueOf(item, '00100010'), valueOf(item, '00100020'), valueOf(item, '00080050'), valueOf(item, '0020000d')]).toEqual(['Müller^Jürgen', 'P-A1', 'A1', '2.25.2'])
    const [step] = itemsOf(item, '00400100')
    expect(step && ['00400001', '00400002', '00400003', '00400009', '00080060'].map((tag) => valueOf(step, tag))).toEqual(['US1', '20261121', '000000', 'A1', 'US'])
  })

  it('takes ranges of day and time for one span of time', () => {
    const span = (days: string, hours: string): string[] => accessions(matchWorklist(ask({ '00400002': days, '00400003': hours }), orders, at))
    expect(span('20261121-20261122', '1000-0900')).toEqual(['A2', 'A3', 'A4'])
    expect(span('20261121-20261122', '1500-0800')).toEqual(['A3'])
    expect(span('20261121', '1400-1500')).toEqual(['A2'])
  })

  it('is for any station that asks, and finds one patient by number', () => {
    const [item] = matchWorklist(ask({ '00400001': 'OTHER' }, { '00100020': 'P-A3' }), orders, at)
    expect(item && itemsOf(item, '00400100').map((step) => valueOf(step, '00400001'))).toEqual(['OTHER'])
    expect(accessions(matchWorklist(ask({ '00400001': 'U*' }), orders, at))).toHaveLength(4)
  })

  it('writes names as DICOM has them, whatever was typed', () => {
    expect(dicomNameOf({ family: 'Okoro', given: ['Ngozi', 'Ada'], prefix: ['Dr.'] })).toBe('Okoro^Ngozi^Ada^Dr.')
    expect(dicomNameOf({ text: 'Madonna' })).toBe('Madonna')
    expect(dicomNameOf({ family: 'A^B=C\\D', given: ['E\nF'] })).toBe('A B C D^E F')
    expect(dicomNameOf(undefined)).toBe('')
  })
})

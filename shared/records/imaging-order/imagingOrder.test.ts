import type { ServiceRequest } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { writtenAt } from '../../testing/apart'
import { mergeRecords } from '../merge'
import { searchParametersOf } from '../search'
import { cancelledOrder, imagingOrderFacts, imagingOrderOf, isImagingOrder, orderOfStudyUid, studyUidOfOrder, withStep, type ImagingOrderTold } from './imagingOrder'

const order = '01JD00000000000000000RDER1'
const told: ImagingOrderTold = {
  subject: '01JD0000000000000000000ADA', accession: 'A26000007', studyInstanceUid: studyUidOfOrder(order), modality: 'US', bodyPart: 'Kidney', laterality: 'left',
  reason: 'Flank pain', priority: 'urgent', scheduled: '2026-11-21T14:30', note: 'Pregnant', requester: '01JD0000000000000000000D0C', authoredOn: '2026-11-21T09:00:00.000Z',
}

describe('an imaging order', () => {
  it('reads back as it was written', () => {
    const { subject, requester, authoredOn, ...said } = told
    expect(imagingOrderFacts(imagingOrderOf(told))).toEqual({ ...said, subject, requester, authoredOn, what: 'US Kidney, left', status: 'active', steps: {} })
    expect(isImagingOrder(imagingOrderOf(told))).toBe(true)
    expect(isImagingOrder({ resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: {}, category: [{ coding: [{ system: 'http://snomed.info/sct', code: '108252007' }] }] })).toBe(false)
  })

  it('is found by modality, day, state and accession number', () => {
    expect(searchParametersOf('ServiceRequest', imagingOrderOf(told))).toMatchObject({ code: 'US', status: 'active', identifier: 'A26000007', subject: told.subject })
  })

  it('gives the modality a Study Instance UID that leads back to it', () => {
    const uid = studyUidOfOrder(order)
    expect(uid).toMatch(/^2\.25\.\d{1,39}$/)
    expect(orderOfStudyUid(uid)).toBe(order)
    expect(orderOfStudyUid('1.2.840.10008.1.1')).toBeUndefined()
    expect(orderOfStudyUid(`2.25.${1n << 128n}`)).toBeUndefined()
    expect(orderOfStudyUid('2.25.007')).toBeUndefined()
  })

  it('keeps the first time of a step, and cannot be withdrawn once it is answered', () => {
    const first = { at: '2026-11-21T15:00:00.000Z', by: 'radiographer' }
    const performed = withStep(imagingOrderOf(told), 'performed', first)
    expect(imagingOrderFacts(withStep(performed, 'performed', { ...first, at: '2026-11-22T15:00:00.000Z' })).steps).toEqual({ performed: first })
    const cancelled = cancelledOrder(performed, { at: '2026-11-21T16:00:00.000Z', by: 'doctor', why: 'Ordered twice' })
    expect(imagingOrderFacts(cancelled)).toMatchObject({ status: 'revoked', cancelled: { why: 'Ordered twice', by: 'doctor' } })
    expect(cancelledOrder({ ...performed, status: 'completed' }, { at: '', by: '', why: '' }).status).toBe('completed')
  })

  describe('on two workstations that do not know of each other', () => {
    const written = imagingOrderOf(told)
    const [lena, tom] = [{ at: '2026-11-21T10:00:00.000Z', by: 'lena' }, { at: '2026-11-21T11:00:00.000Z', by: 'tom' }]
    const met = (one: ServiceRequest, other: ServiceRequest) => {
      const { record, clashes } = mergeRecords({ master: writtenAt('ServiceRequest', one, 'A', 10), mine: writtenAt('ServiceRequest', other, 'B', 11) })
      return { clashes: clashes.length, ...imagingOrderFacts(record.resource as ServiceRequest) }
    }

    it('keeps the steps that each of them noted', () => {
      expect(met(withStep(written, 'performed', lena), withStep(written, 'seen', tom))).toMatchObject({ clashes: 0, steps: { performed: lena, seen: tom } })
    })

    it('asks nobody about a step that both noted: the first time stays', () => {
      expect(met(withStep(written, 'notified', tom), withStep(written, 'notified', lena))).toMatchObject({ clashes: 0, steps: { notified: lena } })
    })

    it('asks about two reasons for withdrawing it', () => {
      expect(met(cancelledOrder(written, { ...lena, why: 'Ordered twice' }), cancelledOrder(written, { ...tom, why: 'Pregnant' })).clashes).toBe(1)
    })
  })
})

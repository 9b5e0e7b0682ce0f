import { describe, expect, it } from 'vitest'
import { digitsOf, foldText, searchParametersOf } from './search'

const patient = { reference: 'Patient/01JD0000000000000000000001' }
const subject = '01JD0000000000000000000001'

describe('search parameters', () => {
  it('finds a patient by family and given name without accents, number, birth date and the digits of the phone', () => {
    expect(
      searchParametersOf('Patient', {
        resourceType: 'Patient',
        name: [{ use: 'nickname', given: ['Zé'] }, { use: 'official', family: 'Núñez-O’Brien', given: ['José', 'María'] }],
        birthDate: '1945-07-14',
        identifier: [{ system: 'urn:other', value: '9' }, { system: 'urn:outpost:patient-number', value: 'A-000123' }],
        telecom: [{ system: 'email', value: 'x@example.org' }, { system: 'phone', value: '+27 (0)21 555-0199' }],
      }),
    ).toEqual({ family: 'nunez obrien', given: 'jose maria', birthdate: '1945-07-14', identifier: 'A-000123', phone: '270215550199', status: 'active' })
  })

  it('leaves out what is not known', () => {
    expect(searchParametersOf('Patient', { resourceType: 'Patient' })).toEqual({ status: 'active' })
    expect(searchParametersOf('Basic', { resourceType: 'Basic', code: {} })).toEqual({})
  })

  it('finds an observation by patient, visit, code and the instant in UTC', () => {
    expect(
      searchParametersOf('Observation', {
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Pulse' },
        subject: patient,
        encounter: { reference: 'Encounter/01JD0000000000000000000002' },
        effectiveDateTime: '2026-11-21T12:00:00+02:00',
      }),
    ).toEqual({ subject, encounter: '01JD0000000000000000000002', code: '8867-4', date: '2026-11-21T10:00:00.000Z', status: 'final' })
  })

  it('finds an order by its accession number and a study by its Study Instance UID', () => {
    expect(
      searchParametersOf('ServiceRequest', {
        resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: patient, authoredOn: '2026-11-21',
        identifier: [{ system: 'urn:outpost:accession', value: 'A26000001' }],
      }),
    ).toEqual({ subject, status: 'active', identifier: 'A26000001', date: '2026-11-21' })
    expect(
      searchParametersOf('ImagingStudy', {
        resourceType: 'ImagingStudy', status: 'available', subject: patient, modality: [{ code: 'CT' }],
        identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.840.99.1' }],
      }),
    ).toEqual({ subject, status: 'available', code: 'CT', identifier: '1.2.840.99.1' })
  })

  it('finds the audit trail of a patient and a day', () => {
    expect(
      searchParametersOf('AuditEvent', {
        resourceType: 'AuditEvent', type: { code: 'rest' }, subtype: [{ code: 'openChart' }], recorded: '2026-11-21T10:00:00Z', outcome: '0',
        agent: [], source: { observer: {} }, entity: [{ what: { reference: 'Practitioner/x' } }, { what: patient }],
      }),
    ).toEqual({ subject, date: '2026-11-21T10:00:00.000Z', code: 'openChart', status: '0' })
  })

  it('reads digits of every script', () => {
    expect(digitsOf('٠٢١ ٥٥٥-०९')).toBe('02155509')
    expect(foldText('  ÅSTRÖM–Ødegård ')).toBe('astrom odegard')
    expect(foldText('محمد')).toBe('محمد')
    expect(foldText('मोहन')).toBe('मोहन'.normalize('NFC'))
  })
})

import { describe, expect, it } from 'vitest'
import type { DiagnosticReport, Observation } from 'fhir/r4'
import { diagnosticReportOf } from './diagnostic-report/report'
import { observationOfResult } from './observation/result'
import { shaped } from './shaped'

const report = diagnosticReportOf({ subject: 'p', accession: 'A1', order: 'o', title: 'Blood count', issued: '2026-11-21T10:00:00.000Z', origin: { kind: 'typed' }, results: ['r1', 'r2'] })
const broken = (more: object): DiagnosticReport => shaped({ ...report, ...more })

describe('a record that another program made badly', () => {
  it('is the same record where nothing is wrong', () => {
    expect(shaped(report)).toBe(report)
    const result = observationOfResult({ code: 'K', name: 'Potassium', text: '4.1', value: 4.1, unit: 'mmol/L', status: 'final', flag: 'N', range: '3.5-5' }, { subject: 'p', effective: '2026-11-21T10:00:00.000Z', origin: { kind: 'device', device: 'd', profile: 'x' } })
    expect(shaped(result)).toBe(result)
  })

  it.each<readonly [string, object, object]>([
    ['a date that is none', { issued: 'soon' }, { issued: undefined }],
    ['a date of another type', { issued: 5, effectiveDateTime: {} }, { issued: undefined, effectiveDateTime: undefined }],
    ['no code', { code: undefined }, { code: {} }],
    ['words in the place of the code', { code: 'CBC' }, { code: {} }],
    ['references that are none', { basedOn: 'ServiceRequest/o', performer: [null, 7, { reference: 7 }], result: [{ reference: 'Observation/r1' }, 'r2', { reference: {} }] }, { basedOn: undefined, performer: [{}], result: [{ reference: 'Observation/r1' }, {}] }],
    ['extensions without an address', { extension: [{}, null, { url: 'x', valueReference: 'y' }] }, { extension: [{ url: 'x' }] }],
    ['an extension in the place of a list', { extension: { url: 'x' } }, { extension: undefined }],
  ])('is read without %s', (_, more, expected) => {
    const read = broken(more) as unknown as Readonly<Record<string, unknown>>
    expect(Object.keys(expected).map((name) => [name, read[name]])).toEqual(Object.entries(expected))
  })

  it('keeps what is right beside what is wrong, and touches nothing of what it was given', () => {
    const given = { ...report, issued: 'soon' }
    expect(shaped(given)).toMatchObject({ subject: report.subject, result: report.result })
    expect(given.issued).toBe('soon')
    expect(shaped({ resourceType: 'Observation', status: 'final', valueQuantity: { value: '4' as never, unit: 'g' }, interpretation: 'H' as never } as unknown as Observation)).toEqual({ resourceType: 'Observation', status: 'final', code: {}, valueQuantity: { unit: 'g' } })
  })

  it('is read though it is nested without end', () => {
    let deep: unknown = { url: 'x' }
    for (let level = 0; level < 20_000; level += 1) deep = { url: 'x', extension: [deep] }
    expect(broken({ extension: [deep] }).extension).toHaveLength(1)
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Condition } from 'fhir/r4'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { criticalAlert } from '../../../shared/records/communication/criticalAlert'
import { findingOf, problemOf } from '../../../shared/records/condition/condition'
import { diagnosticReportOf } from '../../../shared/records/diagnostic-report/report'
import { replacingReport } from '../../../shared/records/diagnostic-report/verification'
import { observationOfResult } from '../../../shared/records/observation/result'
import { vitalObservation } from '../../../shared/records/observation/vitalObservation'
import { orderOf } from '../../../shared/records/service-request/order'
import { systems } from '../../../shared/records/systems'
import { must } from '../../../shared/testing/must'
import { openReplica, type Replica } from '../../replica'
import { openTimeline } from '.'

let folder: string
let replica: Replica
let patient: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: '01HV000000000000000000TEST', station: 'A' })
  patient = (await replica.records.add('Patient', { resourceType: 'Patient' }, 'x')).id
})
afterEach(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})
const start = Date.UTC(2026, 10, 21, 9)
const at = (minutes: number): string => new Date(start + minutes * 60_000).toISOString()
const pulse = (value: number, minutes: number, subject = patient, corrects?: string) => vitalObservation({ subject, code: 'pulse', value, effective: at(minutes), performer: 'nurse', origin: { kind: 'typed' }, ...(corrects !== undefined && { corrects }) })

it('puts vital signs, results, visits, notes and orders of one patient on one axis; a corrected value stands once, another patient nowhere', async () => {
  const { records } = replica
  const other = (await records.add('Patient', { resourceType: 'Patient' }, 'x')).id
  const wrong = await records.add('Observation', pulse(720 / 10, 1), 'nurse')
  await records.add('Observation', pulse(80, 1, patient, wrong.id), 'nurse')
  await records.add('Observation', pulse(90, 2), 'nurse')
  await records.add('Observation', pulse(30, 2, other), 'nurse')
  const result = await records.add('Observation', observationOfResult({ code: 'K', name: 'Potassium', text: '6.8', value: 6.8, unit: 'mmol/L', flag: 'HH', status: 'final' }, { subject: patient, effective: at(3), origin: { kind: 'typed' } }), 'lab')
  await records.add('DiagnosticReport', diagnosticReportOf({ subject: patient, accession: 'A1', title: 'Potassium', issued: at(3), origin: { kind: 'typed' }, results: [result.id] }), 'lab')
  await records.add('ServiceRequest', orderOf({ subject: patient, test: 'Potassium', accession: 'A1', requester: 'ben', authoredOn: at(0) }), 'ben')
  const { signs, events, before, isCut } = must(await openTimeline({ replica }).read({ patient }))
  expect(signs).toEqual([{ code: 'pulse', at: [start + 60_000, start + 120_000], value: [80, 90] }])
  expect(events).toMatchObject([
    { lane: 'result', title: 'Potassium', detail: 'Potassium 6.8 mmol/L', severity: 'critical', at: start + 180_000 },
    { lane: 'order', title: 'Potassium', at: start },
  ])
  expect([before, isCut]).toEqual([undefined, false])
  expect(await openTimeline({ replica }).read({ patient: '01HV0000000000000000N0B0DY' })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
})

it('gives 5,000 vital signs at once and the older ones when they are asked for, each of them exactly once', async () => {
  const all = 5_400
  for (let from = 0; from < all; from += 600) {
    await replica.records.addAll(Array.from({ length: 600 }, (_each, place) => ({ type: 'Observation' as const, resource: pulse(40 + ((from + place) % 100), Math.floor((from + place) / 2)) })), 'nurse')
  }
  const timeline = openTimeline({ replica })
  const newest = must(await timeline.read({ patient }))
  expect(newest.before).toBeDefined()
  const older = must(await timeline.read({ patient, before: newest.before! }))
  expect([older.before, older.events]).toEqual([undefined, []])
  const moments = [...older.signs[0]!.at, ...newest.signs[0]!.at]
  expect(moments).toHaveLength(all)
  expect(moments).toEqual([...moments].sort((one, other) => one - other))
})

it('says critical of a result that somebody had to be told of, though no analyser flagged it, for as long as it says the same', async () => {
  const { records } = replica
  const named = (accession: string) => [{ system: systems.accession, value: accession }]
  const chart = async (accession: string, minutes: number, lines: readonly (readonly [string, number])[]) => {
    const results = await Promise.all(lines.map(([name, value]) => records.add('Observation', observationOfResult({ code: name, name, text: String(value), value, range: '1 - 5', unit: 'mmol/L', status: 'preliminary' }, { subject: patient, effective: at(minutes), origin: { kind: 'typed' } }), 'lab')))
    const report = await records.add('DiagnosticReport', { ...diagnosticReportOf({ subject: patient, accession, title: accession, issued: at(minutes), origin: { kind: 'typed' }, results: results.map(({ id }) => id) }), identifier: named(accession) }, 'lab')
    return { results, report }
  }
  const first = await chart('A1', 1, [['Sodium', 5.5], ['Chloride', 5.6], ['Urea', 5.7], ['Potassium', 6.8]])
  await records.add('Communication', criticalAlert({ ...first.results[3]!.resource, id: first.results[3]!.id }, { side: 'high', limit: 6.5 }, at(1)), 'lab')
  expect(must(await openTimeline({ replica }).read({ patient })).events).toMatchObject([{ severity: 'critical', detail: 'Potassium 6.8 mmol/L, Sodium 5.5 mmol/L, Chloride 5.6 mmol/L' }])
  // The laboratory corrects it: the alert was about the wrong value.
  const { id: _told, ...told } = first.results[3]!.resource
  const right = await records.add('Observation', { ...told, status: 'corrected', valueQuantity: { value: 4.1, unit: 'mmol/L' }, extension: [] }, 'lab')
  const { id: _id, ...before } = first.report.resource
  await records.add('DiagnosticReport', replacingReport({ ...before, status: 'corrected', result: [...(before.result ?? []).slice(0, 3), { reference: `Observation/${right.id}` }] }, first.report.id), 'lab')
  await chart('A2', 2, [['Potassium', 6.8]])
  expect(must(await openTimeline({ replica }).read({ patient })).events).toMatchObject([{ title: 'A2', severity: 'abnormal' }, { title: 'A1', severity: 'abnormal', isCorrected: true }])
})

it('says of a problem or diagnosis that it is only suspected', async () => {
  const { records } = replica
  const add = (resource: Condition) => records.add('Condition', resource, 'ben')
  const told = { subject: patient, recorder: 'ben', recordedDate: at(1) }
  const concept = (display: string) => ({ system: 'own', code: display, display })
  await add(problemOf({ ...told, concept: concept('Asthma'), certainty: 'confirmed' }))
  await add(problemOf({ ...told, concept: concept('Tuberculosis'), certainty: 'provisional' }))
  await add(findingOf({ ...told, encounter: 'one', kind: 'diagnosis', concept: concept('Malaria'), certainty: 'provisional' }))
  await add(findingOf({ ...told, encounter: 'one', kind: 'symptom', concept: concept('Cough'), certainty: 'provisional' }))
  const { events } = must(await openTimeline({ replica }).read({ patient }))
  expect(events.flatMap(({ title, isSuspected }) => (isSuspected ? [title] : [])).sort()).toEqual(['Malaria', 'Tuberculosis'])
})

it('shows nothing that was taken back as a mistake', async () => {
  const { records } = replica
  const subject = { reference: `Patient/${patient}` }
  await records.add('Condition', { resourceType: 'Condition', subject, code: { text: 'Malaria' }, recordedDate: at(0), verificationStatus: { coding: [{ code: 'entered-in-error' }] } }, 'ben')
  await records.add('Condition', { resourceType: 'Condition', subject, code: { text: 'Asthma' }, recordedDate: at(1), verificationStatus: { coding: [{ code: 'confirmed' }] } }, 'ben')
  await records.add('ImagingStudy', { resourceType: 'ImagingStudy', status: 'entered-in-error', subject, description: 'CT of another', started: at(2) }, 'ben')
  await records.add('ServiceRequest', { ...orderOf({ subject: patient, test: 'Glucose', accession: 'A2', requester: 'ben', authoredOn: at(3) }), status: 'entered-in-error' }, 'ben')
  expect(must(await openTimeline({ replica }).read({ patient })).events.map(({ title }) => title)).toEqual(['Asthma'])
})

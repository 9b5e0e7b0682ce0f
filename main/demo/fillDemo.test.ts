import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordTypes } from '../../shared/records/envelope'
import { vitalFacts, vitalFault } from '../../shared/records/observation/vitalObservation'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { type Access, openAccess } from '../access'
import { type Charting, openCharting } from '../charting'
import { openReplica, type Replica } from '../replica'
import { demoPatients, type FilledDemo, fillDemo } from './fillDemo'
import { demoUsers } from './users'

hashQuickly()

const now = Date.parse('2026-11-21T10:00:00Z')

const opened: { replica: Replica; access: Access; charting: Charting; folder: string }[] = []

const openNew = async (practice: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-demo-'))
  const replica = await openReplica({ folder, key: new Uint8Array(randomBytes(32)), practice, station: 'T', now: () => now })
  const access = await openAccess({ replica, training: true, announce: () => undefined })
  const charting = openCharting({ replica, finder: { find: async () => [], candidatesFor: async () => [] }, now: () => now })
  const parts = { replica, access, charting, folder }
  opened.push(parts)
  return parts
}

let demo: Awaited<ReturnType<typeof openNew>>
let filled: FilledDemo
const progress: number[] = []

beforeAll(async () => {
  demo = await openNew('01ARZ3NDEKTSV4RRFFQ69G5FAV')
  filled = await fillDemo({ ...demo, now, onProgress: (done) => progress.push(done) })
})

afterAll(async () => {
  for (const { replica, access, charting, folder } of opened) {
    await charting.close()
    await access.close()
    await replica.close()
    await rm(folder, { recursive: true, force: true })
  }
})

describe('the demo practice', () => {
  it('has three hundred patients, and tells how far it is', async () => {
    expect(filled.patients).toBe(demoPatients)
    expect(await demo.replica.records.count('Patient')).toBe(demoPatients)
    expect(progress[0]).toBe(0)
    expect(progress.at(-1)).toBe(demoPatients)
    expect(progress).toEqual([...progress].sort((left, right) => left - right))
  })

  it('shows its users with their passwords, and each of them can sign in', async () => {
    const choices = await demo.access.signInChoices()
    expect(choices).toHaveLength(4)
    for (const { user, role, trainingPassword, practitioner } of choices) {
      expect(await demo.access.signIn(user, user, trainingPassword ?? '')).toMatchObject({ ok: true, value: { role } })
      const pin = Object.values(demoUsers).find((each) => each.user === user)?.pin ?? ''
      expect((await demo.access.signInByPin(user, practitioner, pin)).ok).toBe(true)
    }
  })

  it('has names of many scripts and shapes, all ages, and every state of allergies', async () => {
    const { patients } = await demo.charting.listPatients({ skip: 0, limit: 500 })
    const families = patients.map((each) => each.family)
    expect(families.some((name) => /\p{Script=Arabic}/u.test(name))).toBe(true)
    expect(families.some((name) => /\p{Script=Devanagari}/u.test(name))).toBe(true)
    expect(families.some((name) => name.includes('-'))).toBe(true)
    expect(families.some((name) => name.length > 40)).toBe(true)
    expect(patients.some((each) => each.given === '')).toBe(true)
    expect(patients.some((each) => each.birthDate === '2026-11-21')).toBe(true)
    expect(patients.some((each) => (each.birthDate ?? '9999') < '1933')).toBe(true)
    expect(patients.some((each) => each.birthDate?.length === 4)).toBe(true)
    expect(patients.some((each) => each.deceased)).toBe(true)
    const found = new Set<string>()
    for (const { id } of patients.slice(0, 60)) {
      const banner = await demo.charting.readBanner(id)
      found.add(banner.ok ? banner.value.allergies.status : 'refused')
    }
    expect([...found].sort()).toEqual(['none-known', 'not-asked', 'recorded'])
  })

  it('has orders that wait for the analyser under the accession numbers that it names', async () => {
    expect(filled.openAccessions.length).toBeGreaterThan(5)
    for (const accession of filled.openAccessions) {
      expect(accession).toMatch(/^T26\d{6}$/)
      const orders = await demo.replica.records.find('ServiceRequest', { where: { identifier: accession } })
      expect(orders.map((each) => each.resource.status)).toEqual(['active'])
    }
    const all = await demo.replica.records.find('ServiceRequest')
    expect(new Set(all.map((each) => each.search.identifier)).size).toBe(all.length)
  })

  it('charts only what can be charted, never in the future, never before birth', async () => {
    const [observations, patients] = await Promise.all([demo.replica.records.find('Observation'), demo.replica.records.find('Patient')])
    const born = new Map(patients.map((each) => [each.id, each.resource.birthDate ?? '']))
    let isDeviceReading = 0
    for (const { resource, search } of observations) {
      const facts = vitalFacts(resource)
      if (facts && vitalFault(facts.code, facts.value)) throw new Error(`${facts.code} ${facts.value}`)
      if (facts?.origin.kind === 'device') isDeviceReading += 1
      const date = search.date ?? ''
      if (date > new Date(now).toISOString() || date < (born.get(search.subject ?? '') ?? '')) throw new Error(`${date} ${born.get(search.subject ?? '')}`)
    }
    expect(isDeviceReading).toBeGreaterThan(50)
  })

  it('has a chart with flags, a correction, a note and a report', async () => {
    const reports = await demo.replica.records.find('DiagnosticReport', { limit: 1 })
    const chart = await demo.charting.readChart(reports[0]?.search.subject ?? '')
    expect(chart.ok && chart.value.reports[0]?.results.map((line) => line.code)).toEqual(['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'PLT'])
    expect(chart.ok && chart.value.encounters.some((each) => each.notes.length > 0)).toBe(true)
    const corrected = (await demo.replica.records.find('Observation', { where: { status: 'corrected' } }))[0]
    const vitals = await demo.charting.listVitals({ patient: corrected?.search.subject ?? '', limit: 1000 })
    expect(vitals.ok && vitals.value.some((each) => each.corrects !== undefined)).toBe(true)
  })

  it('opens on a patient with something in every corner of the chart', async () => {
    const [first] = (await demo.charting.listPatients({ skip: 0, limit: 1 })).patients
    const chart = await demo.charting.readChart(first?.id ?? '')
    expect(chart).toMatchObject({ ok: true, value: { banner: { patient: { family: 'Okafor-Lindqvist', number: 'T-000300' }, allergies: { status: 'recorded' } } } })
    if (!chart.ok) return
    expect(chart.value.latestVitals.length).toBeGreaterThan(7)
    expect(chart.value.latestVitals.some((each) => each.origin.kind === 'device')).toBe(true)
    expect(chart.value.orders.map((each) => each.status).sort()).toEqual(['active', 'completed'])
    expect(filled.openAccessions).toContain(chart.value.orders.find((each) => each.status === 'active')?.accession)
    expect(chart.value.reports).toHaveLength(1)
    expect(chart.value.encounters.some((each) => each.notes.length > 0)).toBe(true)
  })

  it('is the same for the same seed and moment, and another for another seed', async () => {
    const contents = async (seed: number, practice: string) => {
      const parts = await openNew(practice)
      await fillDemo({ ...parts, now, seed, patients: 40 })
      const types = recordTypes.filter((type) => type !== 'AuditEvent' && type !== 'Practitioner' && type !== 'Basic')
      const found = await Promise.all(types.map((type) => parts.replica.records.find(type)))
      const withoutIds = (value: unknown) => JSON.stringify(value).replace(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, '')
      return found.flat().map((each) => withoutIds(each.resource)).sort()
    }
    const first = await contents(1, '01ARZ3NDEKTSV4RRFFQ69G5FA1')
    expect(await contents(1, '01ARZ3NDEKTSV4RRFFQ69G5FA2')).toEqual(first)
    expect(await contents(2, '01ARZ3NDEKTSV4RRFFQ69G5FA3')).not.toEqual(first)
  })

  it('goes on with its own counters: the next patient and order have numbers of their own', async () => {
    const nurse = { practitioner: (await demo.access.signInChoices())[0]?.practitioner ?? '' }
    const patient = await demo.charting.registerPatient({ key: 'after-the-demo', family: 'New', gender: 'female' }, nurse)
    expect(patient).toMatchObject({ ok: true, value: { number: 'T-000301' } })
    const order = await demo.charting.placeOrder({ key: 'after-the-demo', patient: patient.ok ? patient.value.id : '', test: 'Full blood count' }, nurse)
    const accession = order.ok ? order.value.accession : ''
    expect(await demo.replica.records.count('ServiceRequest', { where: { identifier: accession } })).toBe(1)
  })

  it('is not made in a practice that has given out numbers', async () => {
    const parts = await openNew('01ARZ3NDEKTSV4RRFFQ69G5FA4')
    await parts.replica.local.nextNumber('accession-2026')
    await expect(fillDemo({ ...parts, now, patients: 60 })).rejects.toThrow('new practice')
  })
})

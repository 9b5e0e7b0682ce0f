import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReplica, type Replica } from '../../replica'
import { openPersonNames } from '../names'
import { onePerKey } from '../onePerKey'
import { openCatalogue, type LabCatalogue } from './catalogue'

const actor = { practitioner: '01JD0000000000000000000LAB' }
let folder = ''
let replica: Replica
let catalogue: LabCatalogue
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-catalogue-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: '01JD0000000000000000000PRA', station: 'A' })
  catalogue = openCatalogue({ replica, names: openPersonNames(replica), now: () => Date.UTC(2026, 10, 21, 9), once: onePerKey() })
})
afterEach(async () => {
  catalogue.close()
  await replica.close()
  rmSync(folder, { recursive: true, force: true })
})

const cost = async (code: string) => (await catalogue.read()).tests.find((test) => test.code === code)?.price

describe('the catalogue of a practice', () => {
  it('E1: is there before anybody wrote a word of it, with a full blood count of twelve tests', async () => {
    const { panels, tests } = await catalogue.read()
    const panel = panels.find(({ code }) => code === 'FBC')!
    expect(panel.tests).toHaveLength(12)
    expect(panel.tests.map((code) => tests.find((test) => test.code === code)).every((test) => test?.specimen === 'blood-edta' && test.unit !== undefined)).toBe(true)
    expect(await replica.records.count('ObservationDefinition')).toBe(0)
  })

  it('E1: keeps what the practice says of a test in one record, however often it is said', async () => {
    for (const price of [5, 6, 6]) await catalogue.saveTest({ code: 'HGB', name: 'Haemoglobin', loinc: '718-7', result: 'numeric', unit: 'g/dL', specimen: 'blood-edta', price }, actor)
    expect(await cost('HGB')).toBe(6)
    const [record, ...more] = await replica.records.find('ObservationDefinition')
    expect(more).toEqual([])
    expect(record!.prior).toHaveLength(1)
    expect((await catalogue.read()).panels.find(({ code }) => code === 'FBC')!.tests).toHaveLength(12)
  })

  it('keeps the ranges of a test when somebody writes its price', async () => {
    const told = { code: 'HGB', name: 'Haemoglobin', loinc: '718-7', result: 'numeric', unit: 'g/dL', specimen: 'blood-edta' } as const
    const intervals = [{ category: 'reference' as const, gender: 'male' as const, range: { low: { value: 13 } } }]
    await catalogue.saveTest({ ...told, intervals }, actor)
    await catalogue.saveTest({ ...told, price: 4 }, actor)
    expect((await catalogue.read()).tests.find(({ code }) => code === 'HGB')).toMatchObject({ price: 4, intervals })
  })

  it('shows what another workstation wrote without being asked twice', async () => {
    expect(await cost('HGB')).toBeUndefined()
    await replica.records.add('ObservationDefinition', {
      resourceType: 'ObservationDefinition', identifier: [{ system: 'urn:outpost:lab-catalogue', value: 'HGB' }], code: { text: 'Haemoglobin' },
      extension: [{ url: 'urn:outpost:catalogue-price', valueMoney: { value: 9 } }],
    }, 'somebody', 'lab-catalogue:HGB')
    await expect.poll(() => cost('HGB')).toBe(9)
  })

  it('refuses two things under one code, and a panel or set of what nobody knows', async () => {
    expect(await catalogue.saveTest({ code: 'FBC', name: 'x', result: 'text', specimen: 'urine' }, actor)).toMatchObject({ ok: false, problem: { kind: 'name-taken' } })
    expect(await catalogue.savePanel({ code: 'HGB', name: 'x', tests: ['WBC'] }, actor)).toMatchObject({ ok: false, problem: { kind: 'name-taken' } })
    expect(await catalogue.savePanel({ code: 'OURS', name: 'x', tests: ['NOBODY'] }, actor)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await catalogue.saveSet({ code: 'OURS', name: 'x', orders: ['NOBODY'], imaging: [] }, actor)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('takes a panel and a set of the practice’s own, and retires them', async () => {
    await catalogue.savePanel({ code: 'OURS', name: 'Our panel', tests: ['HGB', 'K'], price: 12 }, actor)
    await catalogue.saveSet({ code: 'FEVER', name: 'Fever set of ours', orders: ['OURS'], imaging: [{ modality: 'US', bodyPart: 'Abdomen' }], priority: 'stat', isRetired: true }, actor)
    const { panels, sets } = await catalogue.read()
    expect(panels.at(-1)).toEqual({ code: 'OURS', name: 'Our panel', tests: ['HGB', 'K'], price: 12 })
    expect(sets.find(({ code }) => code === 'FEVER')).toEqual({ code: 'FEVER', name: 'Fever set of ours', orders: ['OURS'], imaging: [{ modality: 'US', bodyPart: 'Abdomen' }], priority: 'stat', isRetired: true })
  })
})

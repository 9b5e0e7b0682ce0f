import type { ObservationDefinition } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { readUnit } from '../../standards/ucum'
import { createClock } from '../clock'
import type { Envelope } from '../envelope'
import { mergeRecords } from '../merge'
import { catalogueCode, orderablesOf, specimenKindOf, specimenKinds, type CatalogueTest } from './catalogue'
import { panelOf, panelRecord, setOf, setRecord, testOf, testRecord } from './definitions'
import { shippedCatalogue } from './shipped'

/** LOINC's own check digit: Luhn's, modulus 10 (LOINC Users' Guide, "The LOINC code"). */
const hasCheckDigit = (loinc: string): boolean => {
  const [digits = '', check] = loinc.split('-')
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return (10 - (sum % 10)) % 10 === Number(check)
}

const whole: CatalogueTest = {
  code: 'HGB', name: 'Haemoglobin', loinc: '718-7', result: 'numeric', unit: 'g/dL', decimals: 1, specimen: 'blood-edta', method: 'Photometry', price: 3.5, words: ['Hb'],
  intervals: [{ gender: 'male', range: { low: { value: 13 }, high: { value: 17 } } }], isRetired: true,
}

describe('the catalogue that ships', () => {
  const { tests, panels, sets } = shippedCatalogue
  const known = new Set(tests.map(({ code }) => code))

  it('has every code once, and LOINC codes with their check digit', () => {
    const codes = [...tests, ...panels].map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.filter((code) => !catalogueCode.test(code))).toEqual([])
    const loinc = tests.flatMap((test) => test.loinc ?? [])
    expect(new Set(loinc).size).toBe(loinc.length)
    expect([...loinc, ...panels.flatMap((panel) => panel.loinc ?? [])].filter((code) => !hasCheckDigit(code))).toEqual([])
    expect(hasCheckDigit('718-8')).toBe(false)
  })

  it('names only tests, specimens and units that there are', () => {
    expect(panels.flatMap((panel) => panel.tests.filter((code) => !known.has(code)))).toEqual([])
    const orderable = new Set(orderablesOf({ tests, panels }).map(({ code }) => code))
    expect(sets.flatMap((set) => set.orders.filter((code) => !orderable.has(code)))).toEqual([])
    expect(tests.filter(({ specimen }) => specimenKindOf(specimen).code !== specimen)).toEqual([])
    expect(tests.filter(({ unit }) => unit !== undefined && readUnit(unit) === undefined).map(({ code, unit }) => [code, unit])).toEqual([])
    expect(tests.filter(({ result, answers }) => (result === 'coded') !== (answers !== undefined))).toEqual([])
  })

  it('E2: has a fever set of four laboratory orders and one of images', () => {
    const fever = sets.find(({ code }) => code === 'FEVER')!
    expect([fever.orders.length, fever.imaging.length]).toEqual([4, 1])
  })

  it('offers panels and tests, and nothing that is worked out or retired', () => {
    const orderable = orderablesOf({ tests: [...tests, { ...whole, code: 'OLD' }], panels: [...panels, { code: 'EMPTY', name: 'x', tests: ['OLD'] }] })
    expect(orderable.map(({ code }) => code)).not.toEqual(expect.arrayContaining(['EGFR']))
    expect(orderable.some(({ code }) => code === 'OLD' || code === 'EMPTY')).toBe(false)
    expect(orderable.find(({ code }) => code === 'FBC')).toMatchObject({ isPanel: true })
  })

  it('takes a specimen that nobody knows for another one', () => {
    expect(specimenKindOf('blood-of-a-dragon')).toBe(specimenKinds.at(-1))
  })
})

describe('an entry of the catalogue as a record', () => {
  it('reads back as it was written', () => {
    for (const test of [whole, ...shippedCatalogue.tests]) expect(testOf(testRecord(test))).toEqual(test)
    for (const panel of [...shippedCatalogue.panels, { code: 'X', name: 'x', tests: ['A'], price: 0, isRetired: true }]) expect(panelOf(panelRecord(panel))).toEqual(panel)
    for (const set of shippedCatalogue.sets) expect(setOf(setRecord(set))).toEqual(set)
  })

  it('is none where another system wrote something else', () => {
    expect(testOf({ resourceType: 'ObservationDefinition', code: { text: 'x' } })).toBeUndefined()
    expect(panelOf({ resourceType: 'ActivityDefinition', status: 'active' })).toBeUndefined()
    expect(setOf({ resourceType: 'PlanDefinition', status: 'active', action: [] })).toBeUndefined()
  })

  it('takes the price of one workstation and the method of the other, and of two prices the later one; nobody is asked', () => {
    const base = testRecord({ ...whole, price: 1 })
    const said = (resource: ObservationDefinition, station: string, hour: number): Envelope<'ObservationDefinition'> => {
      const before = createClock({ station: 'A', now: () => Date.UTC(2026, 10, 21, 7) }).next()
      const at = createClock({ station, now: () => Date.UTC(2026, 10, 21, hour) }).next()
      return {
        id: '01TEST00000000000000000000', type: 'ObservationDefinition', practice: '01PRACTICE0000000000000000', resource, search: {}, author: station, station, at, after: [before],
        prior: [{ resource: base, author: 'A', station: 'A', at: before }],
      }
    }
    const [one, other] = [said(testRecord({ ...whole, price: 2 }), 'A', 9), said(testRecord({ ...whole, price: 1, method: 'Copper sulphate' }), 'B', 10)]
    const met = mergeRecords({ master: one, mine: other })
    expect(met.clashes).toEqual([])
    expect(testOf(met.record.resource as ObservationDefinition)).toMatchObject({ price: 2, method: 'Copper sulphate' })
    const prices = mergeRecords({ master: one, mine: said(testRecord({ ...whole, price: 3 }), 'B', 10) })
    expect(prices.clashes).toEqual([])
    expect(testOf(prices.record.resource as ObservationDefinition)).toMatchObject({ price: 3 })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntrySheet } from '../../shared/contract'
import { criticalAlertOf } from '../../shared/records/communication/criticalAlert'
import { pregnancyObservation } from '../../shared/records/early-warning/scoredAs'
import { orderablesOf } from '../../shared/records/lab-catalogue/catalogue'
import { shippedCatalogue } from '../../shared/records/lab-catalogue/shipped'
import { rangeOfReference } from '../../shared/records/observation/referenceRange'
import { flagOf } from '../../shared/records/observation/resultFlag'
import { resultLineOf } from '../../shared/records/observation/result'
import { orderOf } from '../../shared/records/service-request/order'
import { encodeText } from '../../shared/standards/astm'
import { specimenOf } from '../../shared/records/specimen/specimen'
import { must } from '../../shared/testing/must'
import { type Charting, openCharting } from '../charting'
import { runDeviceHost } from '../devices'
import { type Bench, openBench } from '../devices/inbox/testing/bench'
import type { SignedIn } from './handler'
import { labResultHandlers } from './labResults'

const lena: SignedIn = { id: 'window', session: { id: 'session', practitioner: '01JD000000000000000000LENA', name: 'Lena', role: 'lab-technician' } }

let bench: Bench
let charting: Charting
let hasTechnician: boolean
let acts = 0
let orders = 0
let seconds = 0
beforeEach(async () => {
  hasTechnician = true
  bench = await openBench({ hasTechnician: () => Promise.resolve(hasTechnician), expectedOf: (order, at) => charting.expectedOf(order, at) })
  charting = openCharting({ replica: bench.replica, finder: { find: async () => [], candidatesFor: async () => [] }, now: () => Date.UTC(2026, 10, 21, 9, 0, ++seconds) })
})
afterEach(async () => {
  await charting.close()
  await bench.close()
})
const key = () => `an act of ours ${++acts}`
const desk = () => labResultHandlers({ labResults: charting.labResults(bench.desk.lab) })
const register = async (told: { readonly gender: 'male' | 'female'; readonly birthDate: string }) =>
  (await bench.replica.records.add('Patient', { resourceType: 'Patient', identifier: [{ system: 'urn:outpost:patient-number', value: `A-0000${++acts}` }], name: [{ family: 'Okonkwo' }], ...told }, lena.session.practitioner)).id
const order = async (patient: string, test: string): Promise<{ readonly patient: string; readonly order: string }> => {
  const item = orderablesOf(shippedCatalogue).find(({ name }) => name === test)
  const resource = orderOf({ subject: patient, test, ...(item && { item: { ...item, specimen: item.tests[0]?.specimen ?? 'other' } }), accession: `A26000${++orders}`, requester: lena.session.practitioner, authoredOn: '2026-11-21T08:00:00.000Z' })
  return { patient, order: (await bench.replica.records.add('ServiceRequest', resource, lena.session.practitioner)).id }
}
const sheetOf = async (ask: { readonly patient: string; readonly order: string }): Promise<EntrySheet> => must(await desk().readEntrySheet(ask, lena))
const type = async (ask: { readonly patient: string; readonly order: string }, values: Readonly<Record<string, string>>, act = key()) =>
  desk().saveTypedResults({ key: act, ...ask, results: Object.entries(values).map(([code, text]) => ({ code, text })) }, lena)
const resultsOn = async (patient: string) =>
  (await bench.replica.records.find('Observation', { where: { subject: patient } })).map(({ resource }) => ({ ...resultLineOf(resource), resource })).sort((one, other) => (one.name < other.name ? -1 : 1))

const man = { gender: 'male', birthDate: '1976-05-04' } as const
const infant = { gender: 'female', birthDate: '2025-10-01' } as const

describe('results typed by hand', () => {
  it('E5: LDL and eGFR are worked out of what was typed, marked with their formula and what went in', async () => {
    const patient = await register(man)
    await type(await order(patient, 'Lipid profile'), { CHOL: '5,17', HDL: '1.29', TRIG: '1.69' }).then(must)
    await type(await order(patient, 'Renal profile'), { CREA: '88' }).then(must)
    const found = await resultsOn(patient)
    const [gfr, ldl] = ['Estimated GFR', 'LDL cholesterol, calculated'].map((name) => found.find((each) => each.name === name))
    expect(ldl).toMatchObject({ text: '3.11', value: 3.11, unit: 'mmol/L' })
    expect(ldl?.resource).toMatchObject({ method: { text: 'Friedewald 1972' }, valueQuantity: { code: 'mmol/L' } })
    expect(ldl?.resource.derivedFrom).toHaveLength(3)
    // 142 × (0.9955 ÷ 0.9)^−1.2 × 0.9938^50.
    expect(gfr).toMatchObject({ text: '92', unit: 'mL/min/{1.73_m2}' })
    expect(gfr?.resource.extension).toContainEqual({ url: 'urn:outpost:calculation', extension: [expect.anything(), { url: 'inputs', valueString: 'creatinine 88 umol/L' }] })
    // What was typed has the comma as a point, and says that it was typed.
    expect(found.find(({ name }) => name === 'Cholesterol')).toMatchObject({ text: '5.17', value: 5.17 })
  })

  it('E5: a text result needs no number, a coded one is one of its answers', async () => {
    const patient = await register(man)
    await type(await order(patient, 'Widal test'), { WIDAL: 'O 1:80, H 1:40' }).then(must)
    const rdt = await order(patient, 'HIV 1 and 2, rapid test')
    expect(await type(rdt, { 'HIV-RDT': 'perhaps' })).toMatchObject({ ok: false, problem: { kind: 'implausible-value', facts: { field: 'HIV-RDT' } } })
    await type(rdt, { 'HIV-RDT': 'Non-reactive' }).then(must)
    await type(await order(patient, 'Something in words'), { 'free-text': 'As discussed by telephone' }).then(must)
    const found = await resultsOn(patient)
    expect(found.map(({ text, value }) => [text, value])).toEqual(expect.arrayContaining([['O 1:80, H 1:40', undefined], ['Non-reactive', undefined], ['As discussed by telephone', undefined]]))
    expect(found.find(({ text }) => text === 'Non-reactive')?.resource).toMatchObject({ valueCodeableConcept: { text: 'Non-reactive' } })
  })

  it('E5: what was changed after an answer got lost is kept too, in the place of what waits', async () => {
    const ask = await order(await register(man), 'Electrolytes')
    const act = key()
    await type(ask, { K: '4.1' }, act).then(must)
    must(await type(ask, { K: '6.9', NA: '140' }, act))
    expect((await sheetOf(ask)).tests.flatMap(({ code, standing }) => (standing ? [[code, standing.line.text]] : []))).toEqual([['NA', '140'], ['K', '6.9']])
  })

  it('E4: an order whose results were filed when the power went is completed by the same press, sent again', async () => {
    const ask = await order(await register(man), 'Potassium')
    const act = key()
    await type(ask, { K: '4.1' }, act).then(must)
    const statusOf = async () => (await bench.replica.records.get('ServiceRequest', ask.order))!.resource.status
    expect(await statusOf()).toBe('completed')
    await bench.replica.records.revise('ServiceRequest', ask.order, (resource) => ({ ...resource, status: 'active' }), lena.session.practitioner)
    await charting.close()
    charting = openCharting({ replica: bench.replica, finder: { find: async () => [], candidatesFor: async () => [] }, now: () => Date.UTC(2026, 10, 21, 10, 0, ++seconds) })
    await type(ask, { K: '4.1' }, act).then(must)
    expect(await statusOf()).toBe('completed')
    expect(await bench.replica.records.count('DiagnosticReport')).toBe(1)
  })

  it('E6: the sheet knows when the tube was taken, however many tubes of the patient came before and after', async () => {
    const patient = await register(man)
    const ask = await order(patient, 'Potassium')
    const { accession } = await sheetOf(ask)
    const take = async (number: string, of: string, at: string) =>
      bench.replica.records.add('Specimen', specimenOf({ accession: number, subject: patient, kind: 'blood-serum', orders: [of], collected: { at, by: lena.session.practitioner } }), lena.session.practitioner)
    for (let tube = 0; tube < 30; tube += 1) await take(`A25${1000 + tube}`, `01JD0000000000000000000${100 + tube}`, `2026-${tube < 15 ? '10' : '11'}-${10 + (tube % 10)}T08:00:00.000Z`)
    await take(accession, ask.order, '2026-11-05T08:30:00.000Z')
    expect(await sheetOf(ask)).toMatchObject({ accession, collectedAt: '2026-11-05T08:30:00.000Z' })
  })

  it('E5: digits that are no number are refused, words that say why there is none are kept', async () => {
    const ask = await order(await register(man), 'Electrolytes')
    for (const text of ['4.1.2', '1,200', '4 1', '12e5', '--', '9'.repeat(2_000)]) expect(await type(ask, { K: text })).toMatchObject({ ok: false, problem: { facts: { field: 'K' } } })
    expect(await type(ask, { GLU: '4' })).toMatchObject({ ok: false, problem: { facts: { field: 'GLU' } } })
    expect(await type(ask, { K: '' })).toMatchObject({ ok: false })
    expect(await bench.replica.records.count('Observation')).toBe(0)
    await type(ask, { K: 'haemolysed', NA: '< 140' }).then(must)
    expect((await resultsOn(ask.patient)).map(({ text, value, comparator }) => [text, value, comparator])).toEqual([['haemolysed', undefined, undefined], ['< 140', 140, '<']])
  })

  it('E5: ten presses of the same key are one report, and nothing that was decided about is typed over', async () => {
    const ask = await order(await register(man), 'Electrolytes')
    const act = key()
    const answers = await Promise.all(Array.from({ length: 10 }, () => type(ask, { K: '4.1' }, act)))
    expect(new Set(answers.map((answer) => must(answer).report)).size).toBe(1)
    expect(await bench.replica.records.count('DiagnosticReport')).toBe(1)
    // While it waits, a slip is typed anew.
    const again = must(await type(ask, { K: '4.2' }))
    must(await bench.desk.lab.decide({ report: again.report, decision: 'accept', results: [], why: '' }, bench.by))
    expect((await sheetOf(ask)).tests.find(({ code }) => code === 'K')?.standing).toMatchObject({ state: 'accepted', line: { text: '4.2' } })
    expect(await type(ask, { K: '4.3' })).toMatchObject({ ok: false, problem: { kind: 'already-filed' } })
  })

  it('E5: they wait to be verified like an analyser’s, with what speaks against them and who typed them', async () => {
    const patient = await register(man)
    const first = await order(patient, 'Electrolytes')
    must(await bench.desk.lab.decide({ report: must(await type(first, { K: '4.0' })).report, decision: 'accept', results: [], why: '' }, bench.by))
    expect(must(await type(await order(patient, 'Electrolytes'), { K: '25' })).state).toBe('unverified')
    const [waiting] = await bench.desk.lab.list()
    expect(waiting).toMatchObject({ deviceName: '', results: [{ state: 'waiting', holds: ['by-rule', 'outside-range', 'delta', 'impossible'] }] })
    expect((await sheetOf(first)).tests.find(({ code }) => code === 'K')).toMatchObject({ standing: { state: 'accepted' } })
  })

  it('E5: where nobody verifies, what nothing speaks against is final at once, and what is critical is told', async () => {
    hasTechnician = false
    const patient = await register(man)
    expect(must(await type(await order(patient, 'Electrolytes'), { NA: '140' })).state).toBe('verified')
    expect(must(await type(await order(patient, 'Electrolytes'), { K: '6.8' })).state).toBe('unverified')
    const [alert] = await bench.replica.records.find('Communication')
    expect(alert && criticalAlertOf(alert.resource)).toMatchObject({ value: '6.8' })
  })

  it('E5: an order is answered when each of its tests is, what is worked out apart', async () => {
    hasTechnician = false
    const ask = await order(await register(man), 'Electrolytes')
    await type(ask, { NA: '140', K: '4.1' }).then(must)
    const status = async () => (await bench.replica.records.get('ServiceRequest', ask.order))?.resource.status
    expect(await status()).toBe('active')
    await type(ask, { CL: '104', HCO3: '24' }).then(must)
    expect(await status()).toBe('completed')
  })

  it('E5: nobody else’s order is answered, and none that is not there', async () => {
    const ask = await order(await register(man), 'Electrolytes')
    const other = await register(infant)
    expect(await desk().readEntrySheet({ ...ask, patient: other }, lena)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await type({ ...ask, patient: other }, { K: '4' })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('E5: typed apart on two workstations, both values wait side by side, and the one that is accepted stands alone', async () => {
    const ask = await order(await register(man), 'Electrolytes')
    const other = await openBench({ hasTechnician: () => Promise.resolve(true) })
    const there = openCharting({ replica: other.replica, finder: { find: async () => [], candidatesFor: async () => [] }, now: () => Date.UTC(2026, 10, 21, 10) })
    const copy = async (from: Bench, to: Bench) => {
      const { records } = await from.replica.documents.changedSince({ records: 0, local: 0 }, 500)
      const known = new Set((await to.replica.documents.get('records', records.map(({ id }) => id))).map(({ id }) => id))
      await to.replica.documents.put('records', records.filter(({ id }) => !known.has(id)))
    }
    try {
      await copy(bench, other)
      await type(ask, { K: '4.1' }).then(must)
      must(await labResultHandlers({ labResults: there.labResults(other.desk.lab) }).saveTypedResults({ key: key(), ...ask, results: [{ code: 'K', text: '4.7' }] }, lena))
      await copy(other, bench)
      const waiting = await bench.desk.lab.list()
      expect(waiting.map(({ results }) => results[0]?.line.text).sort()).toEqual(['4.1', '4.7'])
      must(await bench.desk.lab.decide({ report: waiting.find(({ results }) => results[0]?.line.text === '4.7')!.report, decision: 'accept', results: [], why: '' }, bench.by))
      expect(await bench.desk.lab.list()).toEqual([])
      expect((await sheetOf(ask)).tests.find(({ code }) => code === 'K')?.standing).toMatchObject({ state: 'accepted', line: { text: '4.7' } })
    } finally {
      await there.close()
      await other.close()
    }
  })

  it('E24: LDL is worked out anew when the laboratory corrects a verified cholesterol that it rests on, and the report says what it was', async () => {
    const patient = await register(man)
    const { report } = must(await type(await order(patient, 'Lipid profile'), { CHOL: '7.15', HDL: '1.29', TRIG: '1.69' }))
    const accepted = must(await bench.desk.lab.decide({ report, decision: 'accept', results: [], why: '' }, bench.by))
    const cholesterol = accepted.results.find(({ line }) => line.name === 'Cholesterol')!
    const corrected = must(await bench.desk.lab.correct({ key: key(), patient, report: accepted.report, result: cholesterol.id, value: '5.17', why: 'typed wrong' }, bench.by))
    const printed = must(await desk().readLabReport({ patient, report: corrected.report }, lena))
    expect(printed.isCorrected).toBe(true)
    expect(printed.lines.map(({ line, was }) => [line.name, line.text, was?.text])).toEqual(expect.arrayContaining([['Cholesterol', '5.17', '7.15'], ['LDL cholesterol, calculated', '3.11', '5.09']]))
  })
})

describe('reference ranges on the chart', () => {
  it('E6: a haemoglobin of 10.5 is low for a man and normal for a 1-year-old, and keeps the range that held', async () => {
    hasTechnician = false
    const typed = async (person: typeof man | typeof infant) => {
      const patient = await register(person)
      const { state } = must(await type(await order(patient, 'Haemoglobin'), { HGB: '10.5' }))
      const [result] = await resultsOn(patient)
      return { state, range: result?.range, kept: rangeOfReference(result?.resource.referenceRange?.[0]) }
    }
    expect(await typed(man)).toMatchObject({ state: 'unverified', range: '13.5 - 17.5', kept: { sex: 'male', from: { value: 18, unit: 'a' } } })
    expect(await typed(infant)).toMatchObject({ state: 'verified', range: '10.5 - 13.5', kept: { from: { value: 6, unit: 'mo' }, to: { value: 23, unit: 'mo' } } })
  })

  it('E6: in pregnancy the range of pregnancy holds from the day on which it was said', async () => {
    const patient = await register({ gender: 'female', birthDate: '1995-01-01' })
    const ask = await order(patient, 'Haemoglobin')
    expect((await sheetOf(ask)).tests[0]?.expected).toMatchObject({ range: { low: 12 }, isPregnancyOpen: true })
    await bench.replica.records.add('Observation', pregnancyObservation({ subject: patient, effective: '2026-11-21T09:00:00.000Z', performer: lena.session.practitioner, isPregnant: true }), lena.session.practitioner)
    expect((await sheetOf(ask)).tests[0]?.expected).toEqual({ range: expect.objectContaining({ low: 11, pregnancy: 'pregnant' }) as unknown })
    const other = await register({ gender: 'female', birthDate: '1995-01-01' })
    await bench.replica.records.add('Observation', pregnancyObservation({ subject: other, effective: '2025-11-21T09:00:00.000Z', performer: lena.session.practitioner, isPregnant: true }), lena.session.practitioner)
    expect((await sheetOf(await order(other, 'Haemoglobin'))).tests[0]?.expected).toMatchObject({ range: { low: 12 }, isPregnancyLapsed: true })
  })

  it('E6: a range that the practice sets holds from then on, and changes no result; without ranges nothing is flagged', async () => {
    hasTechnician = false
    const patient = await register(man)
    await type(await order(patient, 'Haemoglobin'), { HGB: '13.2' }).then(must)
    const own = must(await desk().saveTestRanges({ code: 'HGB', ranges: [{ sex: 'male', low: 13, high: 17, source: 'Our own' }] }, lena))
    expect(own).toMatchObject({ whose: 'own', unit: 'g/dL' })
    expect((await resultsOn(patient))[0]?.range).toBe('13.5 - 17.5')
    expect((await sheetOf(await order(patient, 'Haemoglobin'))).tests[0]?.expected).toMatchObject({ range: { low: 13, source: 'Our own' } })
    must(await desk().saveTestRanges({ code: 'HGB', ranges: [] }, lena))
    const ask = await order(patient, 'Haemoglobin')
    expect((await sheetOf(ask)).tests[0]?.expected).toEqual({ none: 'none' })
    await type(ask, { HGB: '3' }).then(must)
    const found = (await resultsOn(patient)).find(({ text }) => text === '3')
    expect([found?.value, found?.range, found && flagOf(found)]).toEqual([3, undefined, undefined])
    expect(must(await desk().listTestRanges(undefined, lena)).find(({ code }) => code === 'HGB')).toMatchObject({ ranges: [], whose: 'own' })
  })

  it('E6: a range that the practice set goes with the unit of its test; in one that does not become it nothing is flagged, and it says why', async () => {
    const patient = await register(man)
    must(await desk().saveTestRanges({ code: 'HGB', ranges: [{ low: 13, high: 17 }] }, lena))
    const { catalogue } = charting.labOrders
    const expectedIn = async (unit: string) => {
      must(await catalogue.saveTest({ code: 'HGB', name: 'Haemoglobin', loinc: '718-7', result: 'numeric', unit, specimen: 'blood-edta' }, lena.session))
      return (await sheetOf(await order(patient, 'Haemoglobin'))).tests[0]?.expected
    }
    expect(await expectedIn('g/L')).toMatchObject({ range: { low: 130, high: 170 } })
    expect(await expectedIn('fL')).toEqual({ none: 'unit' })
    expect(await expectedIn('g/dL')).toMatchObject({ range: { low: 13, high: 17 } })
  })

  it('E6: ranges that contradict each other are refused', async () => {
    expect(await desk().saveTestRanges({ code: 'HGB', ranges: [{ low: 2 }, { low: 3 }] }, lena)).toMatchObject({ ok: false, problem: { kind: 'implausible-value', facts: { field: 2, limit: 'overlaps' } } })
    expect(await desk().saveTestRanges({ code: 'nothing like it', ranges: [] }, lena)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await desk().saveTestRanges({ code: 'WIDAL', ranges: [] }, lena)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })
})

describe('what an analyser sends without a range', () => {
  let host: ReturnType<typeof runDeviceHost>
  beforeEach(() => {
    host = runDeviceHost()
    bench.desk.attach(host.link)
  })
  afterEach(() => host.close())
  const send = async (patient: string, ...results: readonly string[]) => {
    await order(patient, 'Full blood count')
    const lines = results.map((result, index) => {
      const [code, value, unit, flag = '', range = ''] = result.split('|')
      return `R|${index + 1}|^^^^${code}^1|${value}|${unit}|${range}|${flag}||F||||20261121090000`
    })
    must(await bench.desk.replay('sysmex-xn', encodeText(['H|\\^&|||XN|||||||P||', 'P|1', `O|1||^^A26000${orders}^M`, ...lines, 'L|1|N', ''].join('\r'))))
    return resultsOn(patient)
  }
  const shown = ({ text, unit, range, rangeFrom, resource, ...line }: Awaited<ReturnType<typeof resultsOn>>[number]) => [`${text} ${unit}`, range, rangeFrom, flagOf({ ...line, ...(range === undefined ? {} : { range }) }), resource.status]

  it('E6: takes the range of the catalogue, by sex and age: a haemoglobin of 10.5 is low for a man and waits, and is within for a 1-year-old', async () => {
    hasTechnician = false
    const [low] = await send(await register(man), 'HGB|10.5|g/dL')
    expect(shown(low!)).toEqual(['10.5 g/dL', '13.5 - 17.5', 'catalogue', 'low', 'preliminary'])
    expect(rangeOfReference(low!.resource.referenceRange?.[0])).toMatchObject({ sex: 'male', from: { value: 18, unit: 'a' } })
    const [within] = await send(await register(infant), 'HGB|10.5|g/dL')
    expect(shown(within!)).toEqual(['10.5 g/dL', '10.5 - 13.5', 'catalogue', undefined, 'final'])
  })

  it('E6: takes the range of pregnancy only of what was taken after it was said', async () => {
    const rangeSaidAt = async (effective: string) => {
      const patient = await register({ gender: 'female', birthDate: '1995-01-01' })
      await bench.replica.records.add('Observation', pregnancyObservation({ subject: patient, effective, performer: lena.session.practitioner, isPregnant: true }), lena.session.practitioner)
      return (await send(patient, 'HGB|11.2|g/dL')).find(({ text }) => text === '11.2')?.range
    }
    expect([await rangeSaidAt('2026-11-20T09:00:00.000Z'), await rangeSaidAt('2026-11-22T09:00:00.000Z')]).toEqual(['>= 11', '12 - 16'])
  })

  it('E6: the range and the flag that the analyser sent are never touched, and what is no number has none', async () => {
    const results = await send(await register(man), 'HGB|10.5|g/dL||10.0 - 20.0', 'PLT|90|10*3/uL|N', 'WBC|----|10*3/uL', 'RBC|2.0|10*6/uL|LL')
    expect(results.map(shown)).toEqual([
      ['10.5 g/dL', '10.0 - 20.0', undefined, undefined, 'preliminary'],
      ['90 10*3/uL', '150 - 410', 'catalogue', 'low', 'preliminary'],
      ['2.0 10*6/uL', '4.5 - 5.9', 'catalogue', 'critical-low', 'preliminary'],
      ['---- undefined', undefined, undefined, undefined, 'preliminary'],
    ])
  })

  it('E6: is held against a range of another unit only converted, and against none in a unit that does not become its own', async () => {
    must(await desk().saveTestRanges({ code: 'HGB', ranges: [{ low: 13, high: 17 }] }, lena))
    const rangeIn = async (unit: string) => {
      must(await charting.labOrders.catalogue.saveTest({ code: 'HGB', name: 'Haemoglobin', loinc: '718-7', result: 'numeric', unit, specimen: 'blood-edta' }, lena.session))
      return (await send(await register(man), 'HGB|15.0|g/dL'))[0]?.range
    }
    expect([await rangeIn('g/L'), await rangeIn('fL'), await rangeIn('g/dL')]).toEqual(['13 - 17', undefined, '13 - 17'])
    must(await desk().saveTestRanges({ code: 'HGB', ranges: [] }, lena))
    expect((await send(await register(man), 'HGB|15.0|g/dL'))[0]?.range).toBeUndefined()
  })

  it('E6: comes onto the chart without a range, and alerts, where the range cannot be looked up: what another program made badly holds up no result', async () => {
    hasTechnician = false
    const patient = await register(man)
    await bench.replica.records.add('Specimen', { resourceType: 'Specimen', subject: { reference: `Patient/${patient}` }, request: {} } as never, 'system')
    expect((await send(patient, 'HGB|4.0|g/dL')).map(({ text, range }) => [text, range])).toEqual([['4.0', undefined]])
    expect(await bench.replica.records.count('Communication')).toBe(1)
  })

  it('E7: what is critical is told by the rules, whatever the catalogue expects', async () => {
    hasTechnician = false
    must(await desk().saveTestRanges({ code: 'HGB', ranges: [{ low: 2, high: 30 }] }, lena))
    await send(await register(man), 'HGB|4.0|g/dL')
    expect((await bench.replica.records.find('Communication')).map(({ resource }) => criticalAlertOf(resource)?.value)).toEqual(['4.0'])
  })
})

describe('the report on paper', () => {
  it('I5: has its times, ranges, formulas, who verified it, and what the laboratory corrected', async () => {
    const patient = await register(man)
    const ask = await order(patient, 'Lipid profile')
    const { report } = must(await type(ask, { CHOL: '5.17', HDL: '1.29', TRIG: '1.69' }))
    const accepted = must(await bench.desk.lab.decide({ report, decision: 'accept', results: [], why: '' }, bench.by))
    const printed = must(await desk().readLabReport({ patient, report: accepted.report }, lena))
    expect(printed).toMatchObject({ title: 'Lipid profile', state: 'verified', orderedAt: '2026-11-21T08:00:00.000Z', device: '', isCorrected: false })
    expect(printed.lines).toHaveLength(4 + 1)
    // A window that has not heard of the decision yet asks for the version that it shows: nobody is handed that.
    expect(must(await desk().readLabReport({ patient, report }, lena))).toEqual(printed)
    expect(printed.lines.find(({ calculation }) => calculation?.source === 'Friedewald 1972')).toMatchObject({ line: { text: '3.11', range: '<= 3.34' }, state: 'verified' })
    expect(await desk().readLabReport({ patient: await register(infant), report: accepted.report }, lena)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })
})

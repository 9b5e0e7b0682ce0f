import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InboxItem } from '../../shared/contract'
import { localDay } from '../../shared/records/localDay'
import { calculatedOf } from '../../shared/records/observation/calculated'
import { encodeText } from '../../shared/standards/astm'
import { must } from '../../shared/testing/must'
import { type Charting, openCharting } from '../charting'
import { type Criticals, openCriticals } from '../critical'
import { runDeviceHost } from '../devices'
import { type Bench, openBench, until } from '../devices/inbox/testing/bench'
import type { SignedIn } from './handler'
import { inboxHandlers } from './inbox'

let bench: Bench
let host: ReturnType<typeof runDeviceHost>
let charting: Charting
let criticals: Criticals
let acts = 0

const open = async () => {
  host = runDeviceHost()
  bench.desk.attach(host.link)
  charting = openCharting({ replica: bench.replica, finder: { find: async () => [], candidatesFor: async () => [] } })
  criticals = await openCriticals({
    replica: bench.replica, announce: () => undefined, audit: async () => undefined,
    failed: (reason) => {
      throw reason
    },
  })
}
const close = async () => {
  await criticals.close()
  await charting.close()
  await host.close()
}
beforeEach(async () => {
  bench = await openBench({ hasTechnician: () => Promise.resolve(true) })
  await open()
})
afterEach(async () => {
  await close()
  await bench.close()
})

const desk = () => inboxHandlers({ charting, criticals, lab: bench.desk.lab })
const key = () => `an act of ours ${++acts}`
const staff = async (name: string): Promise<SignedIn> => {
  const { id } = await bench.replica.records.add('Practitioner', { resourceType: 'Practitioner', active: true, name: [{ text: name }] }, 'system')
  return { id: name, session: { id: name, practitioner: id, name, role: 'doctor' } }
}
/** An order of this doctor for a new patient; answers the patient's id. */
const ordered = async (doctor: SignedIn, accession: string) => {
  const patient = await bench.order(accession)
  const [order] = await bench.replica.records.find('ServiceRequest', { where: { subject: patient } })
  await bench.replica.records.revise('ServiceRequest', order!.id, (resource) => ({ ...resource, requester: { reference: `Practitioner/${doctor.session.practitioner}` } }), 'system')
  return patient
}
/** What the analyser sends, accepted by the laboratory: results as `code|value|unit|flag|range`. */
const verifiedResults = async (accession: string, ...results: string[]) => {
  const lines = results.map((result, index) => {
    const [code, value, unit = '', flag = '', range = ''] = result.split('|')
    return `R|${index + 1}|^^^^${code}^1|${value}|${unit}|${range}|${flag}||F||||20261121090000`
  })
  must(await bench.desk.replay('sysmex-xn', encodeText(['H|\\^&|||XN|||||||P||', 'P|1', `O|1||^^${accession}^M`, ...lines, 'L|1|N', ''].join('\r'))))
  const waiting = (await bench.desk.lab.list()).find((each) => each.accession === accession)
  must(await bench.desk.lab.decide({ report: waiting?.report ?? '', decision: 'accept', results: [], why: '' }, bench.by))
}
const inbox = async (caller: SignedIn, of?: string): Promise<readonly InboxItem[]> => must(await desk().listInbox({ ...(of === undefined ? {} : { of }), skip: 0, limit: 50 }, caller)).items
const signOff = (item: InboxItem | undefined, caller: SignedIn, told: Partial<Parameters<ReturnType<typeof desk>['signOffResult']>[0]> = {}) =>
  desk().signOffResult({ key: key(), patient: item?.patient.id ?? '', report: item?.report ?? '', action: 'none', comment: '', ...told }, caller)
const normal = 'HGB|13.8|g/dL|N|12-16'
const abnormal = 'HGB|9.1|g/dL|L|12-16'
const critical = 'HGB|4.2|g/dL|LL|12-16'

describe('the inbox of results', () => {
  it('E12: every verified result stays in the inbox of whoever asked for it until it is signed off, critical and abnormal first', async () => {
    const ben = await staff('Dr Ben')
    const ada = await staff('Dr Ada')
    await ordered(ben, 'A1')
    await ordered(ben, 'A2')
    await ordered(ben, 'A3')
    await ordered(ada, 'A4')
    expect(await inbox(ben)).toEqual([])
    await verifiedResults('A1', normal)
    await verifiedResults('A2', abnormal)
    await verifiedResults('A3', critical)
    await verifiedResults('A4', normal)
    expect((await inbox(ben)).map(({ accession, severity }) => [accession, severity])).toEqual([['A3', 'critical'], ['A2', 'abnormal'], ['A1', 'normal']])
    expect((await inbox(ben))[1]).toMatchObject({ title: 'Full blood count', orderer: 'Dr Ben', results: 1, isCorrected: false, striking: [{ text: '9.1', flag: 'L' }] })
    expect(must(await desk().countInbox(undefined, ben))).toEqual({ waiting: 3, critical: 1, corrected: 0, toCover: 0 })
    // After a restart it is all still there.
    await close()
    await bench.reopen()
    await open()
    const [first, second, third] = await inbox(ben)
    expect(await signOff(first, ben)).toMatchObject({ ok: false, problem: { kind: 'bad-shape' } })
    must(await signOff(first, ben, { action: 'treat', comment: 'Two units of red cells' }))
    must(await signOff(second, ben, { comment: 'Iron' }))
    expect((await inbox(ben)).map(({ report }) => report)).toEqual([third?.report])
    expect(must(await desk().listSignOffs({ patient: first?.patient.id ?? '' }, ben))).toMatchObject([{ report: first?.report, by: 'Dr Ben', action: 'treat', comment: 'Two units of red cells' }])
    expect((await inbox(ada)).map(({ accession }) => accession)).toEqual(['A4'])
  })

  it('E12: an unverified result is in no inbox', async () => {
    const ben = await staff('Dr Ben')
    await ordered(ben, 'A1')
    must(await bench.desk.replay('sysmex-xn', encodeText(['H|\\^&|||XN|||||||P||', 'P|1', 'O|1||^^A1^M', 'R|1|^^^^HGB^1|4.2|g/dL||LL||F||||20261121090000', 'L|1|N', ''].join('\r'))))
    expect(await bench.desk.lab.list()).toHaveLength(1)
    expect(await inbox(ben)).toEqual([])
  })

  it('E12: a covering doctor sees what waits for one who is not on duty, takes it over by name, and only then signs it off', async () => {
    const [ben, ada] = [await staff('Dr Ben'), await staff('Dr Ada')]
    await ordered(ben, 'A1')
    await verifiedResults('A1', critical)
    expect(must(await desk().countInbox(undefined, ada)).toCover).toBe(0)
    must(await criticals.roster.save(localDay(Date.now()), [{ practitioner: ada.session.practitioner, from: '00:00', to: '00:00', rank: 1 }], 'admin'))
    expect(must(await desk().countInbox(undefined, ada))).toMatchObject({ waiting: 0, toCover: 1 })
    expect(must(await desk().listInboxes(undefined, ada))).toEqual([{ practitioner: ben.session.practitioner, name: 'Dr Ben', waiting: 1, critical: 1, isOnDuty: false }])
    const [item] = await inbox(ada, ben.session.practitioner)
    expect(await signOff(item, ada, { action: 'treat' })).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    expect(must(await desk().takeOverResult({ key: key(), patient: item?.patient.id ?? '', report: item?.report ?? '' }, ada))).toMatchObject({ takenOver: { by: 'Dr Ada' }, orderer: 'Dr Ben' })
    expect(await inbox(ben)).toEqual([])
    expect(await signOff(item, ben, { action: 'treat' })).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    expect(await inbox(ada)).toMatchObject([{ accession: 'A1', orderer: 'Dr Ben', takenOver: { by: 'Dr Ada' } }])
    must(await signOff(item, ada, { action: 'treat' }))
    expect(await inbox(ada)).toEqual([])
  })

  it('E12: what nobody is known to have asked for waits for whoever takes it over', async () => {
    const ada = await staff('Dr Ada')
    const patient = await bench.order('A1')
    const [order] = await bench.replica.records.find('ServiceRequest', { where: { subject: patient } })
    await bench.replica.records.revise('ServiceRequest', order!.id, ({ requester: _nobody, ...resource }) => resource, 'system')
    await verifiedResults('A1', abnormal)
    expect(must(await desk().countInbox(undefined, ada)).toCover).toBe(1)
    const [item] = await inbox(ada, 'nobody')
    must(await desk().takeOverResult({ key: key(), patient, report: item?.report ?? '' }, ada))
    expect(await inbox(ada)).toHaveLength(1)
  })

  it('E12: ten clicks are one sign-off; another patient, another report and one that was signed already are refused', async () => {
    const ben = await staff('Dr Ben')
    const patient = await ordered(ben, 'A1')
    const other = await ordered(ben, 'A2')
    await verifiedResults('A1', normal)
    const [item] = await inbox(ben)
    expect(await signOff(item, ben, { patient: other })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await signOff(item, ben, { report: patient })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    const ask = { key: key() }
    const answers = await Promise.all(Array.from({ length: 10 }, () => signOff(item, ben, ask)))
    expect(new Set(answers.map((answer) => must(answer).at)).size).toBe(1)
    await close()
    await open()
    expect(must(await signOff(item, ben, ask))).toEqual(must(answers[0]!))
    expect(await signOff(item, ben)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    expect(await bench.replica.records.count('Communication')).toBe(1)
  })
})

describe('a verified result that the laboratory corrects', () => {
  const correct = async (patient: string, value: string, told: Partial<Parameters<ReturnType<typeof desk>['correctResult']>[0]> = {}) => {
    const [report] = must(await desk().listVerified({ accession: 'A1', skip: 0, limit: 50 }, lena))
    return desk().correctResult({ key: key(), patient, report: report?.report ?? '', result: report?.results[0]?.id ?? '', value, why: 'Tubes were mixed up', ...told }, lena)
  }
  let lena: SignedIn
  beforeEach(async () => {
    lena = await staff('Lena')
  })

  it('E24: comes back into the inbox of whoever had signed it off, marked corrected, and the chart still shows the old value, who changed it and why', async () => {
    const ben = await staff('Dr Ben')
    const patient = await ordered(ben, 'A1')
    await verifiedResults('A1', normal, 'PLT|210|10*3/uL|N|150-400')
    must(await signOff((await inbox(ben))[0], ben))
    expect(await inbox(ben)).toEqual([])
    must(await correct(patient, '9,1'))
    expect(await inbox(ben)).toMatchObject([{ accession: 'A1', isCorrected: true, signedBefore: ['Dr Ben'], severity: 'abnormal', striking: [{ text: '9.1', value: 9.1, unit: 'g/dL' }] }])
    expect(must(await desk().countInbox(undefined, ben))).toMatchObject({ waiting: 1, corrected: 1 })
    const [report, ...others] = must(await charting.readChart(patient)).reports
    expect(others).toEqual([])
    expect(report).toMatchObject({
      isCorrection: true,
      results: [{ text: '9.1', status: 'corrected', was: { line: { text: '13.8' }, by: 'Lena', why: 'Tubes were mixed up' } }, { text: '210', status: 'final' }],
    })
    expect(report?.results[1]).not.toHaveProperty('was')
    must(await signOff((await inbox(ben))[0], ben, { comment: 'Called in' }))
    expect(await inbox(ben)).toEqual([])
  })

  it('E24: is told as a critical one where it is critical now', async () => {
    const ben = await staff('Dr Ben')
    const patient = await ordered(ben, 'A1')
    await verifiedResults('A1', normal)
    must(await correct(patient, '4.1'))
    expect(await inbox(ben)).toMatchObject([{ severity: 'critical', isCorrected: true }])
    await until(() => criticals.count() === 1)
    expect(await criticals.list()).toMatchObject([{ value: '4.1' }])
  })

  it('E24: takes along what was worked out of it, and cancels what no longer can be', async () => {
    const ben = await staff('Dr Ben')
    const patient = await ordered(ben, 'A1')
    const [order] = await bench.replica.records.find('ServiceRequest', { where: { subject: patient } })
    const typed = (code: string, loinc: string, value: number) => ({ code, name: code, loinc, text: String(value), value, unit: 'mg/dL' })
    const lipids = [typed('CHOL', '2093-3', 200), typed('HDL', '2085-9', 50), typed('TG', '2571-8', 150)]
    const { values: [ldl] } = calculatedOf(lipids, {})
    const results = [...lipids, { code: ldl!.code, name: ldl!.name, loinc: ldl!.loinc, text: ldl!.text, value: ldl!.value, unit: ldl!.unit, calculation: { source: ldl!.formula.source, formula: ldl!.formula.text, inputs: ldl!.inputs, from: ldl!.from } }]
    must(await bench.desk.lab.fileTyped({ key: key(), order: order!, accession: 'A1', title: 'Lipids', results, effective: '2026-11-21T09:00:00.000Z' }, bench.by))
    const [waiting] = await bench.desk.lab.list()
    expect(waiting?.results).toHaveLength(4)
    if (waiting) must(await bench.desk.lab.decide({ report: waiting.report, decision: 'accept', results: [], why: '' }, bench.by))
    const triglycerides = async (value: string) => {
      const [report] = must(await desk().listVerified({ accession: 'A1', skip: 0, limit: 50 }, lena))
      return correct(patient, value, { report: report!.report, result: report!.results[2]!.id })
    }
    const lines = async () => must(await desk().listVerified({ accession: 'A1', skip: 0, limit: 50 }, lena))[0]!.results.map(({ line }) => [line.text, line.status])
    expect((await lines())[3]).toEqual(['120', 'final'])
    must(await triglycerides('100'))
    expect(await lines()).toEqual([['200', 'final'], ['50', 'final'], ['100', 'corrected'], ['130', 'corrected']])
    // Friedewald's formula does not hold above 400 mg/dL.
    must(await triglycerides('500'))
    expect((await lines())[3]![1]).toBe('cancelled')
  })

  it('E24: is refused for words in the place of a number, for what nobody can have, for another patient, and for a version that was replaced; twice the same act is one', async () => {
    const ben = await staff('Dr Ben')
    const patient = await ordered(ben, 'A1')
    await verifiedResults('A1', normal)
    expect(await correct(patient, 'low')).toMatchObject({ ok: false, problem: { kind: 'bad-shape' } })
    expect(await correct(patient, '138')).toMatchObject({ ok: false, problem: { kind: 'implausible-value' } })
    expect(await correct(await ordered(ben, 'A2'), '9')).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    const [before] = must(await desk().listVerified({ accession: 'a1', skip: 0, limit: 50 }, lena))
    const ask = { key: key(), report: before?.report ?? '', result: before?.results[0]?.id ?? '' }
    const made = must(await correct(patient, '9.1', ask))
    expect(must(await correct(patient, '9.1', ask))).toEqual(made)
    expect(await correct(patient, '9.2', { ...ask, key: key() })).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    expect(must(await desk().listVerified({ accession: '', skip: 0, limit: 50 }, lena))).toMatchObject([{ report: made.report, isCorrected: true, results: [{ line: { text: '9.1' } }] }])
  })

  it('E24: that turns out to be no result after all comes back, too', async () => {
    const ben = await staff('Dr Ben')
    await ordered(ben, 'A1')
    await verifiedResults('A1', normal)
    const [item] = await inbox(ben)
    must(await signOff(item, ben))
    const back = must(await bench.desk.lab.decide({ report: item?.report ?? '', decision: 'take-back', results: [], why: '' }, bench.by))
    expect(await inbox(ben)).toEqual([])
    must(await bench.desk.lab.decide({ report: back.report, decision: 'reject', results: [], why: 'Clotted' }, bench.by))
    expect(await inbox(ben)).toMatchObject([{ isWithdrawn: true, isCorrected: true, signedBefore: ['Dr Ben'] }])
  })
})

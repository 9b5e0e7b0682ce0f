import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mappingRecord } from '../../../../shared/records/basic/labTest'
import { reportLinesOf } from '../../../../shared/records/diagnostic-report/report'
import { decidedObservation, replacingReport, standingReports, verificationOf, withVerification } from '../../../../shared/records/diagnostic-report/verification'
import { criticalAlertOf } from '../../../../shared/records/communication/criticalAlert'
import { encodeText } from '../../../../shared/standards/astm'
import { writeDateTime } from '../../../../shared/standards/hl7'
import { must } from '../../../../shared/testing/must'
import { resultsOf } from '../../../reports'
import { runDeviceHost } from '../..'
import { openInbox } from '../inbox'
import { openBench, until, type Bench } from '../testing/bench'
import { openLab } from '.'

let bench: Bench
let host: ReturnType<typeof runDeviceHost>
let hasTechnician: boolean
beforeEach(async () => {
  hasTechnician = true
  bench = await openBench({ hasTechnician: () => Promise.resolve(hasTechnician) })
  host = runDeviceHost()
  bench.desk.attach(host.link)
})
afterEach(async () => {
  await bench.close()
  await host.close()
})

const { desk, records } = { desk: () => bench.desk, records: () => bench.replica.records }
/** A bare message: results as `code|value|unit|flag|status|range|time`. */
const message = (accession: string, results: readonly string[], header = '') =>
  encodeText(
    [
      `H|\\^&|||XN|||||||P||${header}`, 'P|1', `O|1||^^${accession}^M`,
      ...results.map((result, index) => {
        const [code, value, unit = '', flag = '', status = 'F', range = '', time = '20261121090000'] = result.split('|')
        return `R|${index + 1}|^^^^${code}^1|${value}|${unit}|${range}|${flag}||${status}||||${time}`
      }),
      'L|1|N', '',
    ].join('\r'),
  )
const send = async (accession: string, ...results: string[]) => {
  const answer = await desk().replay('sysmex-xn', message(accession, results))
  if (!answer.ok) throw new Error(answer.problem.kind)
  return answer.value.samples[0]!
}
/** What stands on the chart, as a doctor sees it. */
const chart = async (patient: string) => {
  const standing = standingReports(await records().find('DiagnosticReport', { where: { subject: patient } }))
  return Promise.all(
    standing.map(async (report) => ({
      id: report.id,
      ...reportLinesOf(report.resource, (await resultsOf(bench.replica, report)).map(({ resource }) => resource)),
      isCorrection: report.resource.status === 'corrected',
      decision: verificationOf(report.resource),
    })),
  )
}
const only = async () => {
  const all = await desk().lab.list()
  expect(all).toHaveLength(1)
  return all[0]!
}
const decide = (report: string, decision: 'accept' | 'reject' | 're-run' | 'take-back', results: string[] = [], why = '') => desk().lab.decide({ report, decision, results, why }, bench.by)

/** Every write of records after so many fails. */
const powerAfter = (writes: number) => {
  const there = records()
  const { add, addAll, revise } = there
  let done = 0
  const counted = <Args extends unknown[], Value>(work: (...args: Args) => Promise<Value>) => (...args: Args) => (++done > writes ? Promise.reject(new Error('the power is gone')) : work(...args))
  Object.assign(there, { add: counted(add), addAll: counted(addAll), revise: counted(revise) })
  return { back: () => void Object.assign(there, { add, addAll, revise }) }
}

describe('a result that an analyser sent', () => {
  it('is unverified until the technician accepts it, and is then a new version that points at the old', async () => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL', 'HGB|12.8|g/dL')
    expect(await chart(patient)).toMatchObject([{ state: 'unverified', results: [{ status: 'preliminary' }, { status: 'preliminary' }] }])
    const waiting = await only()
    expect(waiting).toMatchObject({ patient, patientName: 'OKONKWO, Ada', accession: 'A26000123', test: 'Full blood count', results: [{ state: 'waiting', holds: ['by-rule'], line: { code: 'WBC' } }, {}] })
    const accepted = must(await decide(waiting.report, 'accept'))
    expect(await desk().lab.list()).toEqual([])
    expect(await chart(patient)).toMatchObject([{ id: accepted.report, state: 'verified', isCorrection: false, decision: { by: expect.any(String) }, results: [{ status: 'final', text: '5.1' }, { status: 'final' }] }])
    expect(await records().count('DiagnosticReport')).toBe(2)
    const [wbc] = await records().find('Observation', { where: { code: '6690-2', status: 'final' } })
    expect(wbc!.author).toBe(bench.by.practitioner)
    expect(wbc!.resource.extension!.find(({ url }) => url === 'urn:outpost:corrects')!.valueReference!.reference).toBe(`Observation/${waiting.results[0]!.id}`)
  })

  it('is final by itself where nobody is a technician and nothing speaks against it', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL|||4.0 - 10.0')
    expect(await chart(patient)).toMatchObject([{ state: 'verified', results: [{ status: 'final' }] }])
    expect(await desk().lab.list()).toEqual([])
  })

  it.each([
    ['flagged by the analyser', 'WBC|15.1|10*3/uL|H', 'flagged'],
    ['outside of the range that came with it', 'WBC|15.1|10*3/uL|||4.0 - 10.0', 'outside-range'],
    ['called preliminary by the analyser', 'WBC|5.1|10*3/uL||P', 'analyser-doubts'],
    ['no value at all', 'WBC|----|10*3/uL', 'no-value'],
  ])('waits even where nobody is a technician when it is %s', async (_what, result, hold) => {
    hasTechnician = false
    await bench.order('A26000123')
    await send('A26000123', result, 'PLT|210|10*3/uL')
    expect((await only()).results).toMatchObject([{ state: 'waiting', holds: [hold] }, { state: 'accepted', holds: [] }])
  })

  it('is never final by itself where somebody played a recording into a real practice', async () => {
    await bench.close()
    bench = await openBench({ hasTechnician: () => Promise.resolve(false), training: false })
    await host.close()
    host = runDeviceHost()
    bench.desk.attach(host.link)
    await bench.order('A26000123')
    await send('A26000123', 'HGB|13.4|g/dL')
    expect(await only()).toMatchObject({ results: [{ state: 'waiting', holds: ['replayed'] }] })
  })

  it('is accepted by the rule of its test, within its limits only', async () => {
    await bench.order('A26000123')
    await bench.order('A26000124')
    must(await desk().lab.saveRule({ test: '6690-2', name: 'White cells', accept: 'unflagged', unit: '10*3/uL', low: 3, high: 12 }, bench.by))
    await send('A26000123', 'WBC|5.1|10*3/uL')
    expect(await desk().lab.list()).toEqual([])
    await send('A26000124', 'WBC|12.5|10*3/uL')
    expect((await only()).results).toMatchObject([{ holds: ['outside-limits'] }])
  })

  const alerts = async () => (await records().find('Communication')).map(({ resource }) => criticalAlertOf(resource))

  it('E7: is told to everybody when it is accepted and critical, once, in the same write', async () => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL', 'HGB|6.8|g/dL')
    expect(await alerts()).toEqual([])
    const waiting = await only()
    const power = powerAfter(0)
    await expect(decide(waiting.report, 'accept')).rejects.toThrow('power')
    power.back()
    expect([await alerts(), (await chart(patient))[0]!.state]).toEqual([[], 'unverified'])
    must(await decide(waiting.report, 'accept'))
    const [final] = await records().find('Observation', { where: { code: '718-7', status: 'final' } })
    expect(await alerts()).toEqual([{ subject: patient, observation: final!.id, value: '6.8', unit: 'g/dL', test: expect.any(String), side: 'low', limit: 7, at: expect.any(String) }])
  })

  it('E7: is told at once where nobody is there to accept it, and not again when somebody does', async () => {
    hasTechnician = false
    await bench.order('A26000123')
    await send('A26000123', 'HGB|6.8|g/dL|LL')
    expect(await alerts()).toMatchObject([{ value: '6.8' }])
    must(await decide((await only()).report, 'accept'))
    expect(await alerts()).toHaveLength(1)
  })

  it('E7: that was taken back and accepted again as it was is told once; rejected in between, it is told again', async () => {
    await bench.order('A26000123')
    await send('A26000123', 'HGB|6.8|g/dL')
    const accepted = must(await decide((await only()).report, 'accept'))
    const back = must(await decide(accepted.report, 'take-back'))
    const again = must(await decide(back.report, 'accept'))
    expect(await alerts()).toHaveLength(1)
    const rejected = must(await decide(must(await decide(again.report, 'take-back')).report, 'reject', [], 'another tube'))
    must(await decide(must(await decide(rejected.report, 'take-back')).report, 'accept'))
    expect(await alerts()).toHaveLength(2)
  })

  it('E7: is told by the limits of the practice and not by the usual ones, where it set its own', async () => {
    hasTechnician = false
    await bench.order('A26000123')
    await bench.order('A26000124')
    must(await desk().lab.saveRule({ test: '718-7', name: 'Haemoglobin', accept: 'unflagged', unit: 'g/dL', critical: { low: 5 } }, bench.by))
    await send('A26000123', 'HGB|6.8|g/dL')
    expect(await alerts()).toEqual([])
    await send('A26000124', 'HGB|5|g/dL')
    expect(await alerts()).toMatchObject([{ value: '5', limit: 5 }])
  })

  it('tells nobody of a value that nobody can have', async () => {
    hasTechnician = false
    await bench.order('A26000123')
    expect(await send('A26000123', 'HGB|300|g/dL|HH')).toMatchObject({ state: 'waiting' })
    expect(await alerts()).toEqual([])
  })

  it('is rejected with a reason, and no longer a result', async () => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    must(await decide((await only()).report, 'reject', [], 'clotted'))
    expect(await chart(patient)).toMatchObject([{ state: 'rejected', decision: { why: 'clotted' }, results: [{ status: 'cancelled' }] }])
    expect(await desk().lab.list()).toEqual([])
  })

  it('is measured again, and what comes then takes its place without a question', async () => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|51|10*3/uL', 'HGB|12.8|g/dL')
    const waiting = await only()
    const [wbc] = waiting.results
    const after = must(await decide(waiting.report, 're-run', [wbc!.id]))
    expect((await records().find('ServiceRequest'))[0]!.resource.status).toBe('active')
    expect(after.results).toMatchObject([{ state: 're-run' }, { state: 'waiting' }])
    await send('A26000123', 'WBC|5.1|10*3/uL||||20261121093000')
    const again = await only()
    expect(again.results.map(({ line, state, holds }) => [line.text, state, ...holds])).toEqual([['5.1', 'waiting', 'by-rule'], ['12.8', 'waiting', 'by-rule']])
    must(await decide(again.report, 'accept'))
    expect(await chart(patient)).toMatchObject([{ state: 'verified', results: [{ text: '5.1' }, { text: '12.8' }] }])
    expect((await records().find('ServiceRequest'))[0]!.resource.status).toBe('completed')
  })

  it('can be taken back after it was accepted, and corrected is said when it is accepted again', async () => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    const accepted = must(await decide((await only()).report, 'accept'))
    must(await decide(accepted.report, 'take-back'))
    expect(await chart(patient)).toMatchObject([{ state: 'unverified' }])
    must(await decide((await only()).report, 'accept'))
    expect(await chart(patient)).toMatchObject([{ state: 'verified', isCorrection: true }])
  })

  it('is decided about once, by whoever comes first', async () => {
    await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    const { report } = await only()
    const both = await Promise.all([decide(report, 'accept'), decide(report, 'reject', [], 'clotted')])
    expect(both).toMatchObject([{ ok: true }, { ok: false, problem: { kind: 'conflict' } }])
    expect(await decide(both[0].ok ? both[0].value.report : '', 'accept')).toMatchObject({ problem: { kind: 'already-filed' } })
    expect(await decide('01HV00000000000000000000XX', 'accept')).toMatchObject({ problem: { kind: 'not-found' } })
    expect(await decide(both[0].ok ? both[0].value.report : '', 'take-back', ['01HV00000000000000000000XX'])).toMatchObject({ problem: { kind: 'already-filed' } })
  })

  it.each(['accept', 're-run'] as const)('is decided about (%s) as a whole or not at all, whenever the power goes', async (decision) => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    const { report } = await only()
    const power = powerAfter(1)
    await decide(report, decision).catch(() => undefined)
    power.back()
    const isDecided = (await records().count('Observation')) > 1
    expect((await chart(patient))[0]!.state !== 'unverified').toBe(isDecided)
  })

  it('waits after a restart too, and for reports of before there was such a list', async () => {
    await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    for (const { id } of await bench.replica.local.list('lab-waiting')) await bench.replica.local.remove('lab-waiting', id)
    await bench.reopen()
    expect(await only()).toMatchObject({ accession: 'A26000123' })
  })

  it('is held against the patient’s last value, and never against another patient’s', async () => {
    hasTechnician = false
    await bench.order('A26000001', 'Mensah')
    await send('A26000001', 'MCV|70|fL||||20261119090000')
    const patient = await bench.order('A26000002')
    await send('A26000002', 'MCV|88|fL||||20261120090000')
    expect(await desk().lab.list()).toEqual([])
    await records().add('ServiceRequest', { ...(await records().find('ServiceRequest', { where: { identifier: 'A26000002' } }))[0]!.resource, id: undefined!, status: 'active', identifier: [{ system: 'urn:outpost:accession', value: 'A26000003' }] }, 'system')
    await send('A26000003', 'MCV|70|fL||||20261121090000')
    expect(await only()).toMatchObject({ patient, results: [{ holds: ['delta'], delta: { change: -18, isExceeded: true, earlier: { value: 88 } } }] })
  })

  it('is never held against a value that was rejected or corrected since', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    const orderAgain = async (accession: string) => {
      const [order] = await records().find('ServiceRequest', { where: { identifier: 'A26000123' } })
      await records().add('ServiceRequest', { ...order!.resource, id: undefined!, status: 'active', identifier: [{ system: 'urn:outpost:accession', value: accession }] }, 'system')
    }
    await send('A26000123', 'MCV|60|fL||||20261119090000')
    const accepted = standingReports(await records().find('DiagnosticReport', { where: { subject: patient } }))[0]!
    const back = must(await decide(accepted.id, 'take-back'))
    must(await decide(back.report, 'reject', [], 'clotted'))
    await orderAgain('A26000124')
    await send('A26000124', 'MCV|88|fL||||20261120090000')
    expect(await desk().lab.list()).toEqual([])
    await send('A26000124', 'MCV|90|fL||C||20261120090000')
    await orderAgain('A26000125')
    await send('A26000125', 'MCV|70|fL||||20261121090000')
    expect((await only()).results).toMatchObject([{ holds: ['delta'], delta: { earlier: { value: 90 } } }])
  })
})

describe('the tray', () => {
  it('takes a second result of an accepted test, and a person puts it in the place of the first', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL', 'HGB|12.8|g/dL')
    expect(await send('A26000123', 'WBC|5.6|10*3/uL||||20261121100000')).toMatchObject({ state: 'waiting', reason: 'duplicate' })
    const [item] = await desk().tray('waiting')
    must(await desk().fileTrayItem(item!.id, 'A26000123', bench.by))
    expect((await only()).results).toMatchObject([{ line: { text: '5.6' }, holds: ['replaces'] }, { line: { text: '12.8' }, state: 'accepted' }])
    expect(await chart(patient)).toHaveLength(1)
  })

  it('takes nothing that is on one chart already for another, though the power went before it was noted down', async () => {
    const [patient, other] = [await bench.order('A26000123'), await bench.order('A26000124', 'Mensah')]
    await send('', 'WBC|5.1|10*3/uL')
    const [item] = await desk().tray('waiting')
    const power = powerAfter(1)
    await desk().fileTrayItem(item!.id, 'A26000123', bench.by).catch(() => undefined)
    power.back()
    expect(await desk().fileTrayItem(item!.id, 'A26000124', bench.by)).toMatchObject({ problem: { kind: 'already-filed' } })
    expect(await chart(other)).toEqual([])
    expect(await chart(patient)).toMatchObject([{ results: [{ text: '5.1' }] }])
    expect(await desk().tray('waiting')).toEqual([])
    expect(await desk().tray('filed')).toHaveLength(1)
  })

  it('lets nothing take the place of what somebody took back, unless a person accepts it', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    const [accepted] = await chart(patient)
    must(await decide(accepted!.id, 'take-back'))
    await send('A26000123', 'WBC|51|10*3/uL')
    expect((await only()).results).toMatchObject([{ line: { text: '51' }, holds: ['replaces'] }])
  })

  it('names what an analyser took back as that, not as a code that nobody explained', async () => {
    const lab = openLab({ replica: bench.replica, now: Date.now, hasTechnician: () => Promise.resolve(false) })
    const { judge } = await lab.judge()
    const holds = (status: 'final' | 'cancelled') => judge({ line: { code: 'WBC', name: 'White cells', text: '5.1', status }, trouble: 'withdrawn' }, { at: '2026-11-21T09:00:00.000Z', earlier: undefined, replaces: false }).holds
    expect([holds('final'), holds('cancelled')]).toEqual([['analyser-doubts'], ['analyser-doubts']])
    lab.close()
  })

  it('lets results of other tests join the order without a question', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    expect(await send('A26000123', 'HGB|12.8|g/dL')).toMatchObject({ state: 'matched' })
    expect(await chart(patient)).toHaveLength(2)
  })

  it('takes a second result of an accepted test in whichever report of the order that stands', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL')
    await send('A26000123', 'HGB|12.8|g/dL|L')
    expect(await send('A26000123', 'WBC|5.6|10*3/uL', 'HGB|12.9|g/dL')).toMatchObject({ state: 'waiting', reason: 'duplicate' })
    expect(await chart(patient)).toHaveLength(2)
  })

  it('puts one result in the place of each, where they stand in two reports', async () => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL', 'PLT|210|10*3/uL')
    await send('A26000123', 'HGB|12.8|g/dL')
    await send('A26000123', 'WBC|5.6|10*3/uL', 'HGB|12.9|g/dL')
    expect((await chart(patient)).map(({ results }) => results.map(({ code, text }) => `${code} ${text}`).sort())).toEqual([['HGB 12.9', 'PLT 210', 'WBC 5.6']])
    expect(await desk().lab.list()).toHaveLength(1)
    must(await decide((await only()).report, 'accept'))
    expect(await send('A26000123', 'WBC|5.7|10*3/uL', 'HGB|12.7|g/dL')).toMatchObject({ state: 'waiting', reason: 'duplicate' })
  })

  it('leaves one result where one workstation accepted what another had put something in the place of, once that is accepted', async () => {
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL', 'PLT|210|10*3/uL')
    const [first] = await records().find('DiagnosticReport')
    const sent = await resultsOf(bench.replica, first!)
    await send('A26000123', 'WBC|5.6|10*3/uL')
    const newer = await only()
    // The other workstation knew nothing of the second result; its decision comes by sync.
    const decision = { state: 'accepted', by: bench.by.practitioner, at: '2026-11-21T09:30:00.000Z', holds: [] } as const
    const accepted = await records().addAll(sent.map(({ resource }) => ({ type: 'Observation' as const, resource: decidedObservation(resource, decision) })), 'another')
    const { id: _id, ...report } = first!.resource
    await records().add('DiagnosticReport', replacingReport(withVerification({ ...report, status: 'final', result: accepted.map(({ id }) => ({ reference: `Observation/${id}` })) }, decision), first!.id), 'another')
    expect(await chart(patient)).toHaveLength(2)
    must(await decide(newer.report, 'accept', [newer.results.find(({ line }) => line.code === 'WBC')!.id]))
    expect((await chart(patient)).map(({ results, state }) => [state, ...results.map(({ code, text, status }) => `${code} ${text} ${status}`).sort()])).toEqual([['verified', 'PLT 210 final', 'WBC 5.6 corrected']])
  })

  it('lets no test take the place of another that only has the same code', async () => {
    const patient = await bench.order('A26000123')
    must(await desk().lab.saveMapping({ profile: 'sysmex-xn', code: 'GLU', kind: 'test', name: 'Glucose', loinc: '14749-6', unit: 'mmol/L', units: { 'mmol/L': 'mmol/L' } }, bench.by))
    await send('A26000123', 'GLU|5.1|mmol/L')
    must(await desk().lab.saveMapping({ profile: 'sysmex-xn', code: 'GLU', kind: 'test', name: 'Glucose in urine', loinc: '15076-3', unit: 'mmol/L', units: { 'mmol/L': 'mmol/L' } }, bench.by))
    await send('A26000123', 'GLU|0.3|mmol/L')
    expect((await chart(patient)).flatMap(({ results }) => results.map(({ name, text }) => [name, text]))).toEqual([['Glucose', '5.1'], ['Glucose in urine', '0.3']])
  })

  it('takes a correction in the place of what it corrects, and keeps the other results of the report', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL', 'HGB|12.8|g/dL')
    await send('A26000123', 'WBC|5.3|10*3/uL||C')
    expect(await chart(patient)).toMatchObject([{ state: 'verified', isCorrection: true, results: [{ text: '5.3', status: 'corrected' }, { text: '12.8', status: 'final' }] }])
  })

  it('takes what nobody can have; a named person files it, and it waits to be verified', async () => {
    hasTechnician = false
    await bench.order('A26000123')
    expect(await send('A26000123', 'HGB|128|g/dL')).toMatchObject({ state: 'waiting', reason: 'impossible-value' })
    const [item] = await desk().tray('waiting')
    must(await desk().fileTrayItem(item!.id, 'A26000123', bench.by))
    expect((await only()).results).toMatchObject([{ holds: ['impossible'] }])
  })
})

describe('codes and units that nobody has explained', () => {
  const mapping = { profile: 'sysmex-xn', code: 'GLU', kind: 'test' as const, name: 'Glucose', loinc: '14749-6', unit: 'mmol/L' }

  it('are listed with an example; explaining one files this and the next, converted, with what was sent', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await bench.order('A26000124')
    await send('A26000123', 'GLU|95|mg/dL|||70 - 110')
    expect(await desk().tray('waiting')).toMatchObject([{ reason: 'unmapped-code' }])
    expect(await desk().lab.unmapped()).toMatchObject([{ profile: 'sysmex-xn', code: 'GLU', missing: 'test', unit: 'mg/dL', results: 1, example: { text: '95' } }])
    expect(await desk().lab.saveMapping({ ...mapping, units: { 'mg/dL': 'mg/dL' } }, bench.by)).toMatchObject({ ok: true, value: { filed: 1 } })
    expect(await desk().tray('waiting')).toEqual([])
    expect(await desk().lab.unmapped()).toEqual([])
    expect(await chart(patient)).toMatchObject([{ state: 'verified', results: [{ name: 'Glucose', text: '5.27', value: 5.27, unit: 'mmol/L', range: '3.89 - 6.11', sent: '95 mg/dL (70 - 110)' }] }])
    expect(await send('A26000124', 'GLU|180|mg/dL')).toMatchObject({ state: 'matched' })
  })

  it('are refused where mass and amount cannot become each other', async () => {
    const { loinc: _loinc, ...unknown } = mapping
    expect(await desk().lab.saveMapping({ ...unknown, name: 'Something', units: { 'mg/dL': 'mg/dL' } }, bench.by)).toMatchObject({ problem: { kind: 'molar-mass-unknown' } })
    expect(await desk().lab.saveMapping({ ...unknown, substance: 'glucose', units: { 'mg/dL': 'mg/dL' } }, bench.by)).toMatchObject({ ok: true })
    expect(await desk().lab.saveMapping({ ...mapping, units: { 'mg/dL': 'fL' } }, bench.by)).toMatchObject({ problem: { kind: 'unit-other-quantity' } })
    expect(await desk().lab.saveMapping({ ...mapping, units: { x: 'furlong' } }, bench.by)).toMatchObject({ problem: { kind: 'unit-unknown' } })
    expect(await desk().lab.saveMapping({ ...mapping, profile: 'nothing', units: {} }, bench.by)).toMatchObject({ problem: { kind: 'profile-unknown' } })
  })

  it('of a known test need only their unit; the rest stays as the profile has it', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'HGB|128|g/L')
    expect(await desk().lab.unmapped()).toMatchObject([{ code: 'HGB', missing: 'unit', unit: 'g/L', expected: { name: 'Haemoglobin', unit: 'g/dL' } }])
    must(await desk().lab.saveMapping({ profile: 'sysmex-xn', code: 'HGB', kind: 'test', name: 'Another name', unit: 'mmol/L', units: { 'g/L': 'g/L' } }, bench.by))
    expect(await chart(patient)).toMatchObject([{ results: [{ name: 'Haemoglobin', text: '12.8', unit: 'g/dL', sent: '128 g/L' }] }])
  })

  it('in a unit that was not explained still wait, and a mapping that was taken away no longer counts', async () => {
    await bench.order('A26000123')
    must(await desk().lab.saveMapping({ ...mapping, units: { 'mg/dL': 'mg/dL' } }, bench.by))
    expect(await send('A26000123', 'GLU|5.5|mmol/l')).toMatchObject({ reason: 'other-unit' })
    must(await desk().lab.removeMapping({ profile: 'sysmex-xn', code: 'GLU' }, bench.by))
    expect((await desk().lab.settings()).mappings).toEqual([])
    expect(await send('A26000123', 'GLU|95|mg/dL')).toMatchObject({ reason: 'unmapped-code' })
    expect(await desk().lab.removeMapping({ profile: 'sysmex-xn', code: 'GLU' }, bench.by)).toMatchObject({ problem: { kind: 'not-found' } })
  })

  it('keep their test and its molar mass when a second unit is explained', async () => {
    await bench.order('A26000123')
    const { loinc: _loinc, ...urea } = { ...mapping, name: 'Urea', substance: 'urea' }
    must(await desk().lab.saveMapping({ ...urea, units: { 'mg/dL': 'mg/dL' } }, bench.by))
    await send('A26000123', 'GLU|5.5|mmol/l')
    expect(await desk().lab.unmapped()).toMatchObject([{ missing: 'unit', unit: 'mmol/l', expected: { name: 'Urea', unit: 'mmol/L' } }])
    must(await desk().lab.saveMapping({ profile: 'sysmex-xn', code: 'GLU', kind: 'test', name: 'Urea', unit: 'mmol/L', units: { 'mmol/l': 'mmol/L' } }, bench.by))
    expect((await desk().lab.settings()).mappings).toEqual([{ ...urea, units: { 'mg/dL': 'mg/dL', 'mmol/l': 'mmol/L' } }])
  })

  it('that are no results are left out, and the rest is filed', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'WBC|5.1|10*3/uL', 'SHIPNAME|x')
    must(await desk().lab.saveMapping({ profile: 'sysmex-xn', code: 'SHIPNAME', kind: 'left-out', name: 'no result', unit: '1', units: {} }, bench.by))
    expect(await chart(patient)).toMatchObject([{ results: [{ code: 'WBC' }] }])
  })

  it('are looked at once when many words and orders come by sync together', async () => {
    hasTechnician = false
    await send('A26000123', 'GLU|95|mg/dL')
    let looked = 0
    const { local } = bench.replica
    const { list } = local
    local.list = ((kind: string, ...rest: [object]) => {
      if (kind === 'inbox') looked++
      return list(kind, ...rest)
    }) as typeof list
    await records().addAll(Array.from({ length: 50 }, (_each, index) => ({ type: 'Basic' as const, resource: mappingRecord({ ...mapping, code: `X${index}`, units: {} }, '2026-11-21T09:00:00.000Z') })), 'another')
    const patient = await bench.order('A26000123')
    const [order] = await records().find('ServiceRequest')
    await records().addAll(Array.from({ length: 50 }, (_each, index) => ({ type: 'ServiceRequest' as const, resource: { ...order!.resource, id: undefined!, identifier: [{ system: 'urn:outpost:accession', value: `A2600020${index}` }] } })), 'another')
    await desk().lab.saveMapping({ ...mapping, units: { 'mg/dL': 'mg/dL' } }, bench.by)
    await until(async () => (await chart(patient)).length === 1)
    expect(looked).toBeLessThan(20)
    local.list = list
  })

  it('are filed when another workstation explains them', async () => {
    hasTechnician = false
    const patient = await bench.order('A26000123')
    await send('A26000123', 'GLU|95|mg/dL')
    await records().add('Basic', mappingRecord({ ...mapping, units: { 'mg/dL': 'mg/dL' } }, '2026-11-21T09:00:00.000Z'), 'another')
    await until(async () => (await chart(patient)).length === 1)
  })
})

describe('what the practice says of its laboratory', () => {
  it('says what its policy comes to, and for which tests there can be rules', async () => {
    expect(await desk().lab.settings()).toMatchObject({ policy: { accept: 'by-staff' }, hasTechnician: true, rules: [], clocks: [] })
    must(await desk().lab.setPolicy({ accept: 'unflagged' }, bench.by))
    must(await desk().lab.saveRule({ test: '718-7', name: 'Haemoglobin', accept: 'never', delta: { percent: 10, days: 3 } }, bench.by))
    must(await desk().lab.saveRule({ test: '718-7', name: 'Haemoglobin', accept: 'unflagged', low: 7, unit: 'g/dL' }, bench.by))
    await bench.reopen()
    expect(await desk().lab.settings()).toMatchObject({ policy: { accept: 'unflagged' }, rules: [{ test: '718-7', accept: 'unflagged', low: 7 }] })
    expect((await desk().lab.settings()).rules[0]).not.toHaveProperty('delta')
  })
})

describe('the clock of an analyser', () => {
  it('that is 40 minutes behind is named, both times are kept, and the right one orders', async () => {
    const patient = await bench.order('A26000123')
    const at = new Date()
    const told = (minutesAgo: number) => {
      const time = new Date(at.getTime() - minutesAgo * 60_000)
      return writeDateTime({ year: time.getFullYear(), month: time.getMonth() + 1, day: time.getDate(), hour: time.getHours(), minute: time.getMinutes(), second: time.getSeconds() })
    }
    const lab = openLab({ replica: bench.replica, now: Date.now, hasTechnician: () => Promise.resolve(true) })
    const inbox = openInbox({ replica: bench.replica, lab, now: Date.now, trayChanged: () => undefined })
    const text = message('A26000123', [`WBC|5.1|10*3/uL||F||${told(45)}`], told(40))
    await inbox.store({ id: '01HV00000000000000CAPTURE1', device: 'counter', profile: 'sysmex-xn', at: at.toISOString(), text, complete: true }, 'Blood counter')
    await inbox.settle()
    await inbox.close()
    expect(Math.round((await lab.clocks.offsetOf('counter') ?? 0) / 60_000)).toBe(-40)
    lab.close()
    const waiting = await only()
    expect(waiting).toMatchObject({ patient, clock: { aheadMinutes: -40 } })
    expect(Math.round((at.getTime() - Date.parse(waiting.measuredAt)) / 60_000)).toBe(5)
    expect(Math.round((at.getTime() - Date.parse(waiting.clock!.told)) / 60_000)).toBe(45)
  })
})

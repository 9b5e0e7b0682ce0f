import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { imagingOrderOf } from '../../../shared/records/imaging-order/imagingOrder'
import { encodeText } from '../../../shared/standards/astm'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { runDeviceHost } from '..'
import { captureSystem } from '.'
import { inboxKind } from './item'
import { openBench, until, type Bench } from './testing/bench'

let bench: Bench
let host: ReturnType<typeof runDeviceHost>
const attach = () => {
  host = runDeviceHost()
  bench.desk.attach(host.link)
}
beforeEach(async () => {
  bench = await openBench()
  attach()
})
afterEach(async () => {
  await bench.close()
  await host.close()
})

const capture = (name: string) => readFile(join(__dirname, '../profiles/sysmex-xn/captures', name)).then((bytes) => Uint8Array.from(bytes))
const replay = async (bytes: Uint8Array) => {
  const answer = await bench.desk.replay('sysmex-xn', bytes)
  if (!answer.ok) throw new Error(answer.problem.kind)
  return answer.value
}
/** A bare message: the sample's number, then result records as `code|value|unit|flag|status|time`. */
const message = (accession: string, results: readonly string[], more = '') =>
  encodeText(
    [
      'H|\\^&|||XN', `P|1${more}`, `O|1||^^${accession}^M`,
      ...results.map((result, index) => {
        const [code, value, unit, flag = '', status = 'F', time = '20261121090000'] = result.split('|')
        return `R|${index + 1}|^^^^${code}^1|${value}|${unit}||${flag}||${status}||||${time}`
      }),
      'L|1|N', '',
    ].join('\r'),
  )
const { records, local } = { records: () => bench.replica.records, local: () => bench.replica.local }
const observations = (subject: string) => records().find('Observation', { where: { subject } })

describe('results that come in', () => {
  it('are filed by their accession number, with who sent them and where their bytes are', async () => {
    const patient = await bench.order('A26000123')
    expect(await replay(await capture('blood-count.astm'))).toMatchObject({ messages: 1, refusedFrames: 0, samples: [{ accession: 'A26000123', state: 'matched', results: 12 }] })
    const [report] = await records().find('DiagnosticReport')
    expect(report!.search).toMatchObject({ subject: patient, identifier: 'A26000123', status: 'preliminary' })
    const reference = report!.resource.identifier!.find(({ system }) => system === captureSystem)!.value!
    expect(reference).toMatch(/^[0-9A-Z]{26}$/)
    const found = await observations(patient)
    const wbc = found.find((each) => each.search.code === '6690-2')!
    expect(wbc.resource.valueQuantity).toMatchObject({ value: 12.41, unit: '10*3/uL', code: '10*3/uL' })
    expect(wbc.resource.effectiveDateTime).toBe(new Date(2026, 10, 21, 9, 15, 30).toISOString())
    const mono = found.find((each) => each.search.code === '742-7')!
    expect([wbc, mono, found.find((each) => each.search.code === '777-3')!].map(({ resource }) => resource.status)).toEqual(['preliminary', 'preliminary', 'final'])
    expect(mono.resource.valueQuantity).toBeUndefined()
    expect(mono.resource.valueString).toBe('----')
    expect((await records().find('ServiceRequest'))[0]!.resource.status).toBe('completed')
  })

  it('with a number that no order has wait in the tray, even when the name is that of a patient', async () => {
    await bench.order('A26000123', 'Okonkwo')
    await replay(message('A26000999', ['WBC|5.1|10*3/uL'], '||||Ada^Okonkwo||19800504|F'))
    expect(await records().count('DiagnosticReport')).toBe(0)
    expect(await bench.desk.tray('waiting')).toMatchObject([{ reason: 'accession-unknown', accession: 'A26000999', analyserSays: 'Ada Okonkwo · 1980-05-04 · F', results: [{ code: 'WBC', value: 5.1 }] }])
  })

  it('with the number of an imaging order wait in the tray: no blood is what was asked for', async () => {
    const patient = await bench.order('A26000123')
    const told = { subject: patient, accession: 'A26000124', studyInstanceUid: '2.25.1', modality: 'US', bodyPart: 'Kidney', reason: 'Pain', priority: 'routine', requester: 'doctor', authoredOn: '2026-11-21T09:00:00.000Z' } as const
    const order = await records().add('ServiceRequest', imagingOrderOf(told), 'doctor')
    await replay(message('A26000124', ['WBC|5.1|10*3/uL']))
    expect(await bench.desk.tray('waiting')).toMatchObject([{ reason: 'accession-unknown', accession: 'A26000124' }])
    expect((await records().get('ServiceRequest', order.id))?.resource.status).toBe('active')
  })

  it.each([
    ['without a number', '', ['WBC|5.1|10*3/uL'], 'accession-missing'],
    ['with a test that the profile does not know', 'A26000123', ['WBC|5.1|10*3/uL', 'NEW|1|x'], 'unmapped-code'],
    ['in a unit that is not expected', 'A26000123', ['HGB|128|g/L'], 'other-unit'],
    ['without a unit', 'A26000123', ['HGB|12.8|'], 'other-unit'],
    ['as a correction of nothing', 'A26000123', ['WBC|5.1|10*3/uL||C'], 'correction-of-unknown'],
    ['of a control', 'QC-12', ['WBC|5.1|10*3/uL'], 'quality-control'],
    ['with nearly the right number', 'a26000123', ['WBC|5.1|10*3/uL'], 'accession-unknown'],
    ['with a number that begins right', 'A2600012', ['WBC|5.1|10*3/uL'], 'accession-unknown'],
  ])('%s wait in the tray', async (_what, accession, results, reason) => {
    await bench.order('A26000123')
    await replay(message(accession, results))
    expect(await bench.desk.tray('waiting')).toMatchObject([{ reason }])
    expect(await records().count('Observation')).toBe(0)
  })

  it('for a withdrawn order wait in the tray', async () => {
    await bench.order('A26000123')
    const [order] = await records().find('ServiceRequest')
    await records().revise('ServiceRequest', order!.id, (resource) => ({ ...resource, status: 'revoked' }), bench.by.practitioner)
    await replay(message('A26000123', ['WBC|5.1|10*3/uL']))
    expect(await bench.desk.tray('waiting')).toMatchObject([{ reason: 'order-revoked' }])
  })

  it('that come again, also marked as a repeat, are stored once; other values are another report', async () => {
    await bench.order('A26000123')
    await replay(message('A26000123', ['WBC|5.1|10*3/uL']))
    expect((await replay(message('A26000123', ['WBC|5.1|10*3/uL||R']))).samples).toMatchObject([{ state: 'repeat' }])
    expect((await replay(message('A26000123', ['WBC|5.1|10*3/uL']))).samples).toMatchObject([{ state: 'repeat' }])
    expect(await records().count('DiagnosticReport')).toBe(1)
    await replay(message('A26000123', ['WBC|5.3|10*3/uL||C']))
    expect((await records().find('DiagnosticReport')).map((report) => report.resource.status).toSorted()).toEqual(['corrected', 'final'])
  })

  it('that nothing tells apart are both kept: two tubes without number and time may be two patients', async () => {
    const bare = message('', ['GLU|5.5|mmol/L||F|'])
    await replay(bare)
    await replay(bare)
    expect(await bench.desk.tray('waiting')).toHaveLength(2)
  })

  it('are filed when their order arrives later, from another workstation', async () => {
    await replay(message('A26000123', ['WBC|5.1|10*3/uL']))
    expect(await bench.desk.tray('waiting')).toHaveLength(1)
    const patient = await bench.order('A26000123')
    await until(async () => (await observations(patient)).length === 1)
    expect(await bench.desk.tray('waiting')).toEqual([])
  })

  it('are filed once when the practice host died between the chart and the tray', async () => {
    await bench.order('A26000123')
    await replay(message('A26000123', ['WBC|5.1|10*3/uL', 'HGB|12.8|g/dL']))
    const [item] = await local().list(inboxKind)
    await local().put(inboxKind, item!.id, item!.value, 'new')
    await bench.reopen()
    expect(await records().count('DiagnosticReport')).toBe(1)
    expect(await records().count('Observation')).toBe(2)
    expect((await local().list(inboxKind))[0]!.state).toBe('matched')
  })

  it('of a damaged message wait in the tray', async () => {
    await replay(encodeText('R|1|^^^^WBC^1|5.2|10*3/uL\rO|1||^^A26000123^M\rL|1|N\r'))
    const [item] = await bench.desk.tray('waiting')
    expect(item?.reason).toBe('unreadable')
  })

  it('never bring the inbox down, whatever the bytes (seed 77)', async () => {
    const random = randomFrom(77)
    const good = await capture('two-tubes.astm')
    for (let round = 0; round < 60; round++) {
      const bytes = good.slice()
      for (let change = 0; change < 1 + random() * 6; change++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      const answer = await bench.desk.replay('sysmex-xn', random() < 0.3 ? bytes.slice(0, Math.floor(random() * bytes.length) + 1) : bytes)
      expect(answer.ok).toBe(true)
    }
    const patient = await bench.order('A26000123')
    await replay(await capture('blood-count.astm'))
    expect((await observations(patient)).length).toBe(12)
  })
})

describe('the tray', () => {
  it('lets a named person file a result onto an order, once', async () => {
    const patient = await bench.order('A26000123')
    await replay(message('', ['WBC|5.1|10*3/uL']))
    const [item] = await bench.desk.tray('waiting')
    expect(await bench.desk.fileTrayItem(item!.id, 'A26000999', bench.by)).toMatchObject({ problem: { kind: 'accession-unknown' } })
    const both = await Promise.all([bench.desk.fileTrayItem(item!.id, ' A26000123 ', bench.by), bench.desk.fileTrayItem(item!.id, 'A26000123', bench.by)])
    expect(both).toMatchObject([{ ok: true, value: { state: 'filed', decidedBy: 'Lena Technician' } }, { ok: false, problem: { kind: 'already-filed' } }])
    expect(await observations(patient)).toHaveLength(1)
    const [report] = await records().find('DiagnosticReport')
    expect(report).toMatchObject({ author: bench.by.practitioner, resource: { performer: [{ reference: `Practitioner/${bench.by.practitioner}` }] } })
  })

  it('never lets a control sample onto a patient', async () => {
    await bench.order('A26000123')
    await replay(await capture('control-sample.astm'))
    const [item] = await bench.desk.tray('waiting')
    expect(await bench.desk.fileTrayItem(item!.id, 'A26000123', bench.by)).toMatchObject({ problem: { kind: 'quality-control' } })
    expect(await bench.desk.rejectTrayItem(item!.id, 'control', bench.by)).toMatchObject({ ok: true, value: { state: 'rejected', rejectedBecause: 'control' } })
    expect(await bench.desk.tray('rejected')).toHaveLength(1)
    expect(await bench.desk.fileTrayItem(item!.id, 'A26000123', bench.by)).toMatchObject({ problem: { kind: 'already-filed' } })
  })

  it('shows a rejected result again when the analyser sends it again, but not when it is only delivered again', async () => {
    const sent = message('A26000999', ['WBC|5.1|10*3/uL'])
    await replay(sent)
    const [item] = await bench.desk.tray('waiting')
    await bench.desk.rejectTrayItem(item!.id, 'wrong tube', bench.by)
    await bench.reopen()
    await host.close()
    attach()
    expect(await bench.desk.tray('waiting')).toEqual([])
    expect((await replay(sent)).samples).toMatchObject([{ state: 'waiting' }])
  })

  it('knows no item that is not there', async () => {
    expect(await bench.desk.fileTrayItem('nothing', 'A26000123', bench.by)).toMatchObject({ problem: { kind: 'not-found' } })
  })

  it('tells how many wait', async () => {
    const told: number[] = []
    await bench.close()
    await host.close()
    bench = await openBench({ trayChanged: (waiting) => told.push(waiting) })
    attach()
    await replay(message('', ['WBC|5.1|10*3/uL']))
    expect(told.at(-1)).toBe(1)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeText, parseMessages } from '../../../shared/standards/astm'
import { orderOf, recollectOrder, type OrderTold } from '../../../shared/records/service-request/order'
import { specimenOf } from '../../../shared/records/specimen/specimen'
import { createDeviceStation, memoryLinks, runDeviceHost, simulatedLine, virtualAnalyser, type DeviceStation, type Link } from '..'
import { openBench, until, type Bench } from './testing/bench'

let bench: Bench
let host: ReturnType<typeof runDeviceHost>
let patient = ''
beforeEach(async () => {
  bench = await openBench()
  host = runDeviceHost()
  bench.desk.attach(host.link)
  patient = (await bench.replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Okonkwo' }] }, 'system')).id
})
afterEach(async () => {
  await bench.close()
  await host.close()
})

const records = () => bench.replica.records
const test = (code: string, loinc: string) => ({ code, name: code, loinc })
const count = { code: 'FBC', specimen: 'blood-edta', tests: [test('WBC', '6690-2'), test('HGB', '718-7')] }
const order = (told: Partial<OrderTold> & Pick<OrderTold, 'test'>) =>
  records().add('ServiceRequest', orderOf({ subject: patient, accession: 'A26000123', requester: bench.by.practitioner, authoredOn: '2026-11-21T08:00:00.000Z', requisition: 'one press', ...told }), bench.by.practitioner)
const message = (accession: string, results: readonly string[]) =>
  encodeText(['H|\\^&|||XN', 'P|1', `O|1||^^${accession}^M`,
    ...results.map((result, index) => {
      const [code, value, unit] = result.split('|')
      return `R|${index + 1}|^^^^${code}^1|${value}|${unit}||||F||||20261121090000`
    }), 'L|1|N', ''].join('\r'))
const replay = (capture: Uint8Array) => bench.desk.replay('sysmex-xn', capture)
const statusOf = async (id: string) => (await records().get('ServiceRequest', id))!.resource.status

describe('a tube that several orders share', () => {
  it('E3: files an analyser’s results on the order that asks for them, and the other one goes on waiting', async () => {
    const [malaria, blood] = [await order({ test: 'Malaria, rapid test', item: { code: 'MALARIA-RDT', specimen: 'blood-edta', tests: [test('MALARIA-RDT', '70569-9')] } }), await order({ test: 'Full blood count', item: count })]
    await replay(message('A26000123', ['WBC|5.1|10*3/uL', 'HGB|12.5|g/dL']))
    const [report] = await records().find('DiagnosticReport')
    expect(report!.resource.basedOn).toEqual([{ reference: `ServiceRequest/${blood.id}` }])
    expect([await statusOf(blood.id), await statusOf(malaria.id)]).toEqual(['completed', 'active'])
  })

  it('leaves an order open of which the analyser measured only a part, and completes it with the rest', async () => {
    const { id } = await order({ test: 'Full blood count', item: count })
    await replay(message('A26000123', ['WBC|5.1|10*3/uL']))
    expect(await statusOf(id)).toBe('active')
    await replay(message('A26000123', ['HGB|12.5|g/dL']))
    expect(await statusOf(id)).toBe('completed')
  })

  it('is nobody’s where the orders were made apart, or of two people', async () => {
    await order({ test: 'Full blood count', item: count })
    await order({ test: 'Full blood count', item: count, requisition: 'another press' })
    await replay(message('A26000123', ['WBC|5.1|10*3/uL']))
    const other = (await records().add('Patient', { resourceType: 'Patient', name: [{ family: 'Otieno' }] }, 'system')).id
    for (const subject of [patient, other]) await order({ test: 'Full blood count', item: count, accession: 'A26000124', subject })
    await replay(message('A26000124', ['WBC|5.1|10*3/uL']))
    expect(await records().count('DiagnosticReport')).toBe(0)
    expect((await bench.desk.tray('waiting')).map(({ reason }) => reason)).toEqual(['accession-unknown', 'accession-unknown'])
  })

  it('E3: once it was rejected, what an analyser still sends of it waits in the tray, and what it sends of the new tube is filed', async () => {
    const { id } = await order({ test: 'Full blood count', item: count })
    // Its own record does not say so yet: the power went in between, or it comes later by sync.
    await records().add('Specimen', specimenOf({ accession: 'A26000123', subject: patient, kind: 'blood-edta', orders: [id], collected: { at: '2026-11-21T08:30:00.000Z', by: 'lena' } }), 'lena')
    await records().revise('ServiceRequest', id, (before) => recollectOrder(before, { at: '2026-11-21T09:00:00.000Z', by: 'lena', rejected: 'A26000123', reason: 'clotted' }, 'A26000130'), 'lena')
    await replay(message('A26000123', ['WBC|5.1|10*3/uL', 'HGB|12.5|g/dL']))
    expect(await records().count('DiagnosticReport')).toBe(0)
    expect(await bench.desk.tray('waiting')).toMatchObject([{ reason: 'accession-unknown', accession: 'A26000123' }])
    await replay(message('A26000130', ['WBC|6.2|10*3/uL', 'HGB|12.5|g/dL']))
    expect(await statusOf(id)).toBe('completed')
  })

  it('is found by its own record when another workstation gave its order another number', async () => {
    const { id } = await order({ test: 'Full blood count', item: count, accession: 'A26000130' })
    await records().add('Specimen', specimenOf({ accession: 'B26000007', subject: patient, kind: 'blood-edta', orders: [id], collected: { at: '2026-11-21T09:00:00.000Z', by: 'lena' } }), 'lena')
    await replay(message('B26000007', ['WBC|6.2|10*3/uL', 'HGB|12.5|g/dL']))
    expect(await statusOf(id)).toBe('completed')
  })

  it('tells an analyser that asks by barcode all that its orders want of it, and no others', async () => {
    await order({ test: 'Our own name for a count', item: count })
    await order({ test: 'Platelets', item: { code: 'PLT', specimen: 'blood-edta', tests: [test('PLT', '777-3'), test('CD4', '24467-3')] } })
    const line = simulatedLine()
    const station: DeviceStation = createDeviceStation({ transportOf: () => line.near })
    const [near, far] = memoryLinks()
    station.attach(far as Link)
    bench.desk.attach(near as Link)
    await bench.desk.pair({ name: 'Analyser', profile: 'sysmex-xn', path: 'a cable', place: '' }, bench.by)
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    const analyser = await virtualAnalyser(line.far)
    await analyser.send(encodeText(`H|\\^&|||    XN-350^00-00||||||||E1394-97\rQ|1|2^1^${'A26000123'.padStart(22)}^B||||20261121090000\rL|1|N\r`))
    await until(() => analyser.heard.length === 1)
    const [asked] = parseMessages(analyser.heard[0]!)[0]!.patients.flatMap(({ orders }) => orders)
    expect(asked!.record!.repeats(5).map((parts) => parts[4]).sort()).toEqual(['HGB', 'PLT', 'WBC'])
    await analyser.close()
    await station.close()
  })
})

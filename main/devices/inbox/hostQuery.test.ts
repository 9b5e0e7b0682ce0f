import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeText, parseMessages } from '../../../shared/standards/astm'
import { parseMessage, writeBlock } from '../../../shared/standards/hl7'
import { orderOf } from '../../../shared/records/service-request/order'
import { createDeviceStation, memoryLinks, simulatedLine, virtualAnalyser, virtualHl7Analyser, type DeviceStation, type Link } from '..'
import { openBench, until, type Bench } from './testing/bench'

let bench: Bench
let station: DeviceStation
let line: ReturnType<typeof simulatedLine>
beforeEach(async () => {
  bench = await openBench()
  line = simulatedLine()
  station = createDeviceStation({ transportOf: () => line.near })
  const [near, far] = memoryLinks()
  station.attach(far as Link)
  bench.desk.attach(near as Link)
})
afterEach(async () => {
  await station.close()
  await bench.close()
})

const pair = async (profile: string) => {
  await bench.desk.pair({ name: 'Analyser', profile, path: 'a cable', place: '' }, bench.by)
  await until(() => bench.desk.listDevices()[0]?.state === 'open')
}
const order = async (accession: string, test: string) => {
  const patient = await bench.replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Okonkwo' }] }, 'system')
  await bench.replica.records.add('ServiceRequest', orderOf({ subject: patient.id, test, accession, requester: bench.by.practitioner, authoredOn: '2026-11-21T08:00:00.000Z' }), bench.by.practitioner)
}
const query = (number: string) => encodeText(`H|\\^&|||    XN-350^00-00||||||||E1394-97\rQ|1|2^1^${number.padStart(22)}^B||||20261121090000\rL|1|N\r`)

describe('an analyser asks by barcode what to measure', () => {
  it('and hears the three tests that were ordered, no others, with the number as it asked for it', async () => {
    await order('A26000123', 'WBC, haemoglobin + Plt')
    await order('A26000124', 'Full blood count')
    await pair('sysmex-xn')
    const analyser = await virtualAnalyser(line.far)
    await analyser.send(query('A26000123'))
    await until(() => analyser.heard.length === 1)
    const [message] = parseMessages(analyser.heard[0]!)
    expect(message!.faults).toEqual([])
    const [asked, ...more] = message!.patients.flatMap(({ orders }) => orders)
    expect(more).toEqual([])
    expect(asked!.record!.repeats(3)).toEqual([['2', '1', 'A26000123'.padStart(22), 'B']])
    expect(asked!.record!.repeats(5)).toEqual([['', '', '', '', 'WBC'], ['', '', '', '', 'HGB'], ['', '', '', '', 'PLT']])
    expect([asked!.record!.rawField(12), asked!.record!.rawField(26), message!.terminator!.rawField(3)]).toEqual(['N', 'Q', 'F'])
    expect(analyser.heard[0]).not.toContain('Okonkwo')
    expect(await bench.desk.tray('waiting')).toEqual([])
    await analyser.close()
  })

  it('and hears "no information" for a number that no order has, or an order that is another analyser’s', async () => {
    await order('A26000125', 'Glucose')
    await pair('sysmex-xn')
    const analyser = await virtualAnalyser(line.far)
    for (const number of ['A1', 'A26000125']) await analyser.send(query(number))
    await until(() => analyser.heard.length === 2)
    for (const answer of analyser.heard) expect(answer).toMatch(/^H\|.*\rL\|1\|I\r$/)
    await analyser.close()
  })

  it('and hears nothing while the practice host is away, so that it asks again; what it measures meanwhile still arrives', async () => {
    await order('A26000123', 'Full blood count')
    await pair('sysmex-xn')
    await bench.reopen()
    const analyser = await virtualAnalyser(line.far)
    await analyser.send(query('A26000123'))
    await new Promise((later) => setTimeout(later, 200))
    expect(analyser.heard).toEqual([])
    await analyser.close()
  })

  it('over HL7 in the old form (QRY, QCK, DSR) and in the new one (QBP, RSP)', async () => {
    await order('A26000123', 'White cells; Plateletcrit')
    await order('A26000124', 'Plateletcrit')
    await pair('mindray-bc')
    const analyser = virtualHl7Analyser(line.far)
    const header = (type: string, id: string) => `MSH|^~\\&|BC-5380|Mindray|||20261121090000||${type}|${id}|P|2.3.1||||||UNICODE\r`
    await analyser.sendRaw(writeBlock(encodeText(`${header('QRY^Q02', '7')}QRD|20261121090000|R|D|7|||RD|A26000123|OTH|||T\r`)))
    await analyser.sendRaw(writeBlock(encodeText(`${header('QBP^Q11', '8')}QPD|WOS^Work order step|T1|A26000124\rRCP|I\r`)))
    await until(() => analyser.answers.length === 3)
    const [taken, display, response] = analyser.answers.map((answer) => parseMessage(answer))
    expect([taken!.type.code, taken!.text('QAK-2'), taken!.text('MSA-2')]).toEqual(['QCK', 'OK', '7'])
    expect([display!.type.code, display!.text('QRD-8'), display!.all('DSP').filter((line) => Number(line.text({ field: 1 })) >= 29).map((line) => line.text({ field: 3, component: 1 }))]).toEqual(['DSR', 'A26000123', ['6690-2', '10002']])
    expect([response!.type, response!.text('MSA-2'), response!.text('QPD-2'), response!.text('SPM-2.1'), response!.all('OBR').map((line) => line.text({ field: 4 }))]).toEqual([{ code: 'RSP', event: 'Q11' }, '8', 'T1', 'A26000124', ['10002']])
    await analyser.close()
  })
})

describe('the host and an analyser want the line at once', () => {
  it('the host gives way, takes the result, and sends its worklist afterwards', async () => {
    await order('A26000123', 'WBC')
    await order('A26000124', 'Full blood count')
    await pair('sysmex-xn')
    // The analyser asks, ends its transfer, and at once has a result to send: both say ENQ.
    const analyser = await virtualAnalyser(line.far, { waits: { contentionMs: 50, replyMs: 1_000 } })
    const { bloodCount } = await import('..')
    const asking = analyser.send(query('A26000123'))
    const sending = analyser.send(bloodCount('A26000124', new Date(2026, 10, 21, 9, 0), () => 0.5))
    await Promise.all([asking, sending])
    await until(async () => (await bench.replica.records.count('DiagnosticReport')) === 1)
    await until(() => analyser.heard.length === 1, 30_000)
    await analyser.close()
  })
})

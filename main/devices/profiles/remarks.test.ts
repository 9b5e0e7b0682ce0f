import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { observationOfResult, resultLineOf } from '../../../shared/records/observation/result'
import { entriesOf } from '../station/replay'
import { profileOf, readCapture, type AnalyserProfile } from '.'

const samplesOf = (id: string, bytes: Uint8Array) => {
  const profile = profileOf(id) as AnalyserProfile
  return entriesOf(bytes, profile).entries.flatMap(({ message }) => (message ? readCapture(message.text, profile).flatMap(({ samples }) => samples) : []))
}
const own = (id: string, name: string) => new Uint8Array(readFileSync(join(__dirname, id, 'captures', name)))

describe('what an analyser remarks', () => {
  it('below a result (C) stays with that result, below the order with the tube', () => {
    const [sample] = samplesOf('horiba-yumizen', own('horiba-yumizen', 'count.astm'))
    expect(sample!.comment).toBe('SUSPICION ANEMIA')
    expect(sample!.results.map(({ line }) => [line.code, line.comment])).toEqual([['WBC', undefined], ['HGB', 'REVIEW CHECK_SLIDE'], ['PLT', undefined]])
  })

  it('below an OBX (NTE) stays with that result, each repetition a line; below OBR with the tube', () => {
    const message = ['MSH|^~\\&|BC|Mindray|||20261121091530||ORU^R01|1|P|2.3.1||||||UNICODE', 'PID|1', 'OBR|1||A26000123|00001^Automated Count^99MRC', 'NTE|1||Slightly clotted', 'OBX|1|NM|777-3^PLT^LN||88|10*9/L|100-300|L|||F', 'NTE|1||Clumps seen~Repeat in citrate', 'OBX|2|NM|718-7^HGB^LN||134|g/L|110-160|N|||F', ''].join('\r')
    const [sample] = samplesOf('mindray-bc', new TextEncoder().encode(message))
    expect(sample!.comment).toBe('Slightly clotted')
    expect(sample!.results.map(({ line }) => line.comment)).toEqual(['Clumps seen\nRepeat in citrate', undefined])
  })

  it('is on the chart with its result, and read back from there', () => {
    const line = { code: 'PLT', name: 'Platelets', text: '88', value: 88, unit: '10*9/L', status: 'final', comment: 'Clumps seen' } as const
    const observation = observationOfResult(line, { subject: 'P', effective: '2026-11-21T09:15:30Z', origin: { kind: 'device', device: 'Counter', profile: 'mindray-bc', deviceId: 'D' } })
    expect(observation.note).toEqual([{ text: 'Clumps seen' }])
    expect(resultLineOf(observation)).toEqual(line)
  })

  it('keeps curves (M) and curves in results (ED) beside the sample, never among the results', () => {
    const [horiba] = samplesOf('horiba-yumizen', own('horiba-yumizen', 'count.astm'))
    expect(horiba!.curves).toMatchObject([{ name: 'RBC/PLT PltAlongRes', encoding: 'FLOATLE-stream/deflate:base64' }])
    const [roche] = samplesOf('cobas-c111', own('cobas-c111', 'albumin.astm'))
    expect(roche!.curves).toMatchObject([{ name: 'RR', encoding: 'numbers' }])
  })
})

describe('messages of no patient', () => {
  it.each([['Q', true], ['T', true], ['D', true], ['P', false]] as const)('MSH-11 %s: a control’s, whatever number stands on the tube: %s', (processing, expected) => {
    const text = [`MSH|^~\\&|BC|Mindray|||20261121091530||ORU^R01|1|${processing}|2.3.1||||||UNICODE`, 'PID|1', 'OBR|1||A26000123|00001^Automated Count^99MRC', 'OBX|1|NM|718-7^HGB^LN||134|g/L|110-160|N|||F', ''].join('\r')
    expect(samplesOf('mindray-bc', new TextEncoder().encode(text)).map(({ isQualityControl }) => isQualityControl)).toEqual([expected])
  })

  it.each(['Q', 'T', 'D'])('H.12 %s: results are a control’s, whatever number stands on the tube', (processing) => {
    const text = ['H|\\^&|||H550|||||||' + processing + '|LIS2-A2|20261121091530', 'P|1', 'O|1|A26000123||^^^DIF', 'R|1|^^^WBC|7.42|10*3/uL||N||F', 'L|1|N', ''].join('\r')
    expect(samplesOf('horiba-yumizen', new TextEncoder().encode(text)).map(({ isQualityControl }) => isQualityControl)).toEqual([true])
  })
})

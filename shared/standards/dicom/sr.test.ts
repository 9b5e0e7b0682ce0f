import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeItem, contentItem, dicomObject, measuredItem, reportFile } from '../../testing/dicomObjects'
import { readTreeAtOnce } from './dataSetTree'
import { formOf, openFile } from './file'
import { isReport, readReport, type ReportItem, type StructuredReport } from './sr'

const read = (bytes: Uint8Array, limit = 10_000): StructuredReport => {
  const opening = openFile(bytes)
  if (!opening) throw new Error('not DICOM')
  const { dataSet } = readTreeAtOnce(bytes, opening.dataSetAt, { form: formOf(opening.transferSyntaxUid), limit: 100_000 })
  expect(isReport(dataSet)).toBe(true)
  return readReport(bytes, dataSet, limit)
}
const flat = (item: ReportItem): readonly ReportItem[] => [item, ...item.children.flatMap(flat)]

describe('D16: a structured report', () => {
  const bytes = reportFile(
    'Imaging Measurement Report',
    [
      contentItem('PNAME', 'HAS OBS CONTEXT', 'Observer', ['0040a123', 'PN', 'Cooper^Harold^^Dr']),
      contentItem('CONTAINER', 'CONTAINS', 'Measurements', ['0040a050', 'CS', 'CONTINUOUS'], [
        '0040a730', 'SQ',
        [
          measuredItem('Area', '1.70', ['cm2', 'square centimeter'], ['0040a730', 'SQ', [contentItem('CODE', 'HAS PROPERTIES', 'Normality', ['0040a168', 'SQ', [codeItem('17621005', 'SCT', 'Normal')]])]]),
          contentItem('NUM', 'CONTAINS', 'Volume', ['0040a301', 'SQ', [codeItem('114006', 'DCM', 'Measurement failure')]]),
          contentItem('TEXT', 'CONTAINS', 'Finding', ['0040a160', 'UT', 'Grüße\r\nfrom two lines']),
        ],
      ]),
      contentItem('DATETIME', 'CONTAINS', 'Seen', ['0040a120', 'DT', '20150819112153.5+0200']),
      contentItem('DATE', 'CONTAINS', 'Day', ['0040a121', 'DA', '20150819']),
      contentItem('TIME', 'CONTAINS', 'Hour', ['0040a122', 'TM', '1121']),
      contentItem('UIDREF', 'CONTAINS', 'Series', ['0040a124', 'UI', '2.25.9']),
      contentItem('IMAGE', 'CONTAINS', undefined, ['00081199', 'SQ', [dicomObject(['00081150', 'UI', '1.2.840.10008.5.1.4.1.1.2'], ['00081155', 'UI', '2.25.10'], ['00081160', 'IS', '3\\5'])]]),
      contentItem('WAVEFORM', 'CONTAINS', undefined, ['00081199', 'SQ', [dicomObject(['00081155', 'UI', '2.25.11'], ['0040a0b0', 'US', Uint8Array.of(1, 0, 2, 0)])]]),
      contentItem('SCOORD', 'CONTAINS', 'Outline', ['00700023', 'CS', 'POLYLINE'], ['00700022', 'UN', new Uint8Array(0)]),
      contentItem('TCOORD', 'CONTAINS', 'When', ['0040a130', 'CS', 'POINT'], ['0040a138', 'DS', '1.5\\2']),
      dicomObject(['0040a010', 'CS', 'INFERRED FROM'], ['0040db73', 'UL', Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0)]),
      contentItem('HOLOGRAM', 'CONTAINS', 'Something of tomorrow'),
    ],
    ['0040a491', 'CS', 'COMPLETE'],
    ['0040a493', 'CS', 'VERIFIED'],
    ['0040a073', 'SQ', [dicomObject(['0040a027', 'LO', 'Hospital'], ['0040a030', 'DT', '20150819120000'], ['0040a075', 'PN', 'Riesmeier^Jörg'])]],
    ['00080023', 'DA', '20150819'],
    ['00080033', 'TM', '112153'],
  )

  it('is a tree of what was said, each value as its type has it', () => {
    const report = read(bytes)
    expect(report).toMatchObject({
      title: { meaning: 'Imaging Measurement Report', value: '126000', scheme: 'DCM' },
      completion: 'COMPLETE', verification: 'VERIFIED', preliminary: false, written: '2015-08-19T11:21:53', isCut: false,
      verifiers: [{ name: 'RIESMEIER, Jörg', organisation: 'Hospital', at: '2015-08-19T12:00:00' }],
    })
    const values = Object.fromEntries(flat(report.root).map(({ place, value }) => [place, value]))
    expect(values).toMatchObject({
      '1': { type: 'CONTAINER', continuous: false },
      '1.1': { type: 'PNAME', text: 'COOPER, Dr Harold' },
      '1.2': { type: 'CONTAINER', continuous: true },
      // A digit that was written is a digit that was meant.
      '1.2.1': { type: 'NUM', value: '1.70', unit: { value: 'cm2', scheme: 'UCUM' } },
      '1.2.1.1': { type: 'CODE', code: { meaning: 'Normal' } },
      '1.2.2': { type: 'NUM', qualifier: { meaning: 'Measurement failure' } },
      '1.2.3': { type: 'TEXT', text: 'Grüße\nfrom two lines' },
      '1.3': { type: 'DATETIME', text: '2015-08-19T11:21:53' },
      '1.4': { type: 'DATE', text: '2015-08-19' },
      '1.5': { type: 'TIME', text: '11:21:00' },
      '1.6': { type: 'UIDREF', text: '2.25.9' },
      '1.7': { type: 'IMAGE', references: [{ sopInstanceUid: '2.25.10', frames: [3, 5] }] },
      '1.8': { type: 'WAVEFORM', channels: [1, 2] },
      '1.9': { type: 'SCOORD', shape: 'POLYLINE', numbers: 0 },
      '1.10': { type: 'TCOORD', shape: 'POINT', at: '1.5, 2' },
      '1.11': { type: 'reference', place: '1.2' },
      '1.12': { type: 'unknown', name: 'HOLOGRAM' },
    })
    expect('value' in (values['1.2.2'] ?? {})).toBe(false)
  })

  it('says so when it does not say whether it is complete, and when it is longer than is read', () => {
    const silent = read(reportFile('x', [contentItem('TEXT', 'CONTAINS', 'a', ['0040a160', 'UT', 'b'])]))
    expect(silent).toMatchObject({ completion: 'unknown', verification: 'unknown', isCut: false })
    const long = read(reportFile('x', Array.from({ length: 50 }, () => contentItem('TEXT', 'CONTAINS', 'a', ['0040a160', 'UT', 'b']))), 10)
    expect(long.isCut).toBe(true)
    expect(flat(long.root)).toHaveLength(10)
    const exact = read(reportFile('x', Array.from({ length: 9 }, () => contentItem('TEXT', 'CONTAINS', 'a', ['0040a160', 'UT', 'b']))), 10)
    expect(exact.isCut).toBe(false)
  })
})

const corpus = resolve(__dirname, '../../../../shared/fixtures/dicom/documents')
const dsrdump = ['/usr/bin/dsrdump'].find(existsSync)

/** Value types in the order of the tree, as dcmtk prints them. */
const typesByDcmtk = (file: string): readonly string[] =>
  execFileSync(dsrdump ?? '', ['+Pl', file], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'latin1' })
    .split('\n')
    .flatMap((line) => {
      const [, type, reference] = /^ *<(?:(?:contains|has [a-z ]+|inferred from|selected from) )?(?:([A-Z0-9]+):|([\d.]+)>)/.exec(line) ?? []
      return type !== undefined ? [type] : reference !== undefined ? ['reference'] : []
    })

describe.skipIf(!existsSync(corpus))('D16: the reports of ../shared/fixtures/dicom (skipped when the folder is absent)', () => {
  it.each(['sr.dcm', 'sr_document.dcm', 'test-SR.dcm', 'dcmqi_sr.dcm', 'synthetic-ko-3-of-ct-stack.dcm', 'reportsi.dcm'])('%s reads as a tree', (name) => {
    const report = read(new Uint8Array(readFileSync(resolve(corpus, name))))
    expect(report.root.children.length).toBeGreaterThan(0)
    expect(flat(report.root).filter(({ value }) => value.type === 'unknown')).toEqual([])
  })

  it.skipIf(!dsrdump).each(['sr.dcm', 'sr_document.dcm', 'test-SR.dcm', 'dcmqi_sr.dcm'])('%s has the items that dcmtk finds, in the same order', (name) => {
    const ours = flat(read(new Uint8Array(readFileSync(resolve(corpus, name)))).root).map(({ value }) => value.type)
    expect(ours).toEqual(typesByDcmtk(resolve(corpus, name)))
  })

  it('sr_document.dcm gives its area with number and unit', () => {
    const items = flat(read(new Uint8Array(readFileSync(resolve(corpus, 'sr_document.dcm')))).root)
    expect(items.find(({ concept }) => concept?.meaning === 'Area of defined region')?.value).toEqual({
      type: 'NUM', value: '1.7', unit: { value: 'cm2', scheme: 'UCUM', meaning: 'square centimeter' },
    })
  })
})

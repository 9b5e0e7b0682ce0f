import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { replayed } from '../testing/replayed'
import { pagesOf } from '../station/replay'
import { profileOf, readCapture, type TextProfile } from '.'
import { textAnalyser } from './textShape'

const text = (id: string) => profileOf(id) as TextProfile
const bytes = (path: string) => new Uint8Array(readFileSync(path))
const own = (id: string, name: string) => bytes(join(__dirname, id, 'captures', name))
/** Samples of a capture as they come over a line. */
const samples = (id: string, file: Uint8Array) => pagesOf(file, text(id)).flatMap((effect) => (effect.do === 'commit' ? readCapture(effect.page, text(id)) : [])).flatMap((message) => message.samples)
const lines = (id: string, name: string) => samples(id, own(id, name)).map(({ accession, isQualityControl, results }) => [accession, isQualityControl, ...results.map(({ line, trouble }) => [line.code, line.value ?? line.text, line.unit, line.flag, trouble].filter((part) => part !== undefined).join(' '))])
const when = { year: 2026, month: 11, day: 21, hour: 9, minute: 15, second: 0 }

describe('analysers that print', () => {
  it('Spotchem EL: three electrolytes on one line, and never the words of the next field for a missing number', () => {
    expect(lines('spotchem-el', 'plasma.txt')).toEqual([['A26000123', false, 'Na 141 mmol/L', 'K 4.2 mmol/L', 'Cl 103 mmol/L']])
    expect(lines('spotchem-el', 'no-number.txt')).toEqual([['', false, 'Na *** mmol/L', 'K 6.8 mmol/L', 'Cl 101 mmol/L']])
    expect(samples('spotchem-el', own('spotchem-el', 'plasma.txt'))[0]!.results[0]!.measured).toEqual(when)
  })

  it('urine strips: grades as text, pH and density as numbers, each strip of the page with its own number', () => {
    expect(lines('urine-strip-printer', 'two-strips.txt')).toEqual([
      ['A26000123', false, 'LEU +1   70 CELL/uL *', 'NIT neg', 'URO norm', 'PRO +-   0.15 g/L *', 'pH 6', 'BLD neg', 'SG 1.02', 'KET neg', 'BIL neg', 'GLU +2   14 mmol/L *'],
      ['', false, 'LEU neg', 'pH 7.5', 'SG 1.03'],
    ])
    const [first] = samples('urine-strip-printer', own('urine-strip-printer', 'two-strips.txt'))
    expect(first).toMatchObject({ analyserSays: 'Ada Okonkwo' })
    expect(first!.results[0]).toMatchObject({ measured: when, loinc: '5799-2' })
  })

  it('mini VIDAS: what the assay says in words, with its index beside it; a quantity with its unit', () => {
    expect(samples('mini-vidas', own('mini-vidas', 'qualitative.bin'))).toMatchObject([
      { accession: 'A26000123', analyserSays: 'Okonkwo Ada', results: [{ line: { code: 'HBCT', text: 'Positive', comment: '0.05' }, measured: { hour: 18, minute: 35 } }] },
    ])
    expect(samples('mini-vidas', own('mini-vidas', 'quantitative.bin'))).toMatchObject([{ accession: 'A26000124', results: [{ line: { code: 'TSH', value: 2.41, unit: 'u[IU]/mL' } }] }])
  })

  it('mini VIDAS: a page with a wrong sum is refused, and taken when it is sent again', () => {
    const good = own('mini-vidas', 'qualitative.bin')
    const bad = Uint8Array.from(good, (byte, at) => (at === 40 ? byte ^ 1 : byte))
    const effects = pagesOf(Uint8Array.from([...bad, ...good]), text('mini-vidas'))
    expect(effects.map((effect) => (effect.do === 'write' ? effect.bytes[0] : effect.do === 'interrupted' ? effect.why : effect.do))).toEqual([6, 'sum', 0x15, 6, 'commit'])
  })

  it.each([
    ['two strips run together, because no line begins the next one', ' ID: A1\r\n pH    6.0\r\n ID: A2\r\n pH    8.0\r\n'],
    ['the number stands below a result, which may be of the strip before', ' pH    6.0\r\n ID: A2\r\n LEU   neg\r\n'],
    ['a number has no results, and results have no number', ' ID: A1\r\n No.000012\r\n pH    6.0\r\n'],
    ['two kinds of number are printed', ' ID: A1\r\n Sample: A2\r\n pH    6.0\r\n'],
  ])('a page is not filed when %s', (_, page) => {
    const [message] = readCapture(new TextEncoder().encode(page), text('urine-strip-printer'))
    expect(message!.isReadable).toBe(false)
    // People see it in the tray.
    expect(message!.samples.flatMap(({ results }) => results).length).toBeGreaterThan(0)
  })

  it('a page is filed when the same number is printed twice, or a heading looks like a result', () => {
    expect(readCapture(new TextEncoder().encode(' ID: A1\r\n pH    6.0\r\n ID: A1\r\n'), text('urine-strip-printer'))).toMatchObject([{ isReadable: true, samples: [{ accession: 'A1' }] }])
    expect(readCapture(own('lines-generic', 'page.txt'), text('lines-generic'))).toMatchObject([{ isReadable: true }])
  })

  it('a table: rows of one tube are one sample, and units that are only spelled otherwise are the same', () => {
    expect(lines('cobas-c111-export', 'day.csv')).toEqual([
      ['A26000123', false, 'GLU2 0.93 g/L', 'ASTL 27.5 U/L'],
      ['A26000124', false, 'ALTL 340.6 U/L >RR'],
      ['CP', true, 'GLU2 1.1 g/L'],
    ])
  })

  it('a page or table that nobody mapped goes to the tray with its codes, values and units', () => {
    expect(lines('lines-generic', 'page.txt')).toEqual([['A26000123', false, 'LABTECH 2000 unknown-test', 'GLU 5.6 mmol/L unknown-test', 'CREA 142 umol/L * unknown-test', 'CRP 5 mg/L unknown-test', 'HB 12.9 g/dL unknown-test', 'UREA 5,6 mmol/L unknown-test', 'EPI 5-10 /HPF unknown-test']])
    expect(lines('csv-generic', 'rows.csv')).toEqual([
      ['A26000123', false, 'GLU 5.6 mmol/L unknown-test', 'CRP 5 mg/L unknown-test'],
      ['A26000124', false, 'GLU 7,1 mmol/L unknown-test'],
    ])
  })

  it('fixed columns: points that are not written, and nothing at all of a page that lost a byte', () => {
    const profile = textAnalyser.parse({
      id: 'fixed', maker: 'M', model: 'F', category: 'analyser', protocol: 'text', protocolName: 'Fixed', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }, reportTitle: 'Count',
      framing: { start: 2, end: 26 },
      layout: { kind: 'columns', sampleId: { from: 1, length: 8 }, measured: { from: 9, length: 12, format: 'MMddyyyyHHmm' }, results: [{ code: 'WBC', from: 21, length: 4, decimals: 1 }, { code: 'HGB', from: 25, length: 3 }, { code: 'PLT', from: 28, length: 4 }] },
      qualityControl: { samples: ['^QC'] },
      tests: { WBC: { name: 'White cells', unit: '10*9/L' }, HGB: { name: 'Haemoglobin', unit: 'g/L' }, PLT: { name: 'Platelets', unit: '10*9/L' } },
    })
    const read = (page: string) => readCapture(new TextEncoder().encode(page), profile)
    expect(read('A00000123112120260915007213 ***'.replace(' ***', '4****'))).toMatchObject([
      { isReadable: true, samples: [{ accession: '00000123', results: [{ line: { value: 7.2 }, measured: when }, { line: { value: 134 } }, { line: { text: '****' } }] }] },
    ])
    expect(read('A0000012311212026091500721340')).toEqual([{ samples: [], isReadable: false }])
    // A sign or a limit before the digits takes no point away; what is no number of digits has no value.
    const white = (digits: string) => {
      const { text, value, comparator } = read(`A00000123112120260915${digits}1340250`)[0]!.samples[0]!.results[0]!.line
      return [text, value, comparator]
    }
    expect(white('-012')).toEqual(['-1.2', -1.2, undefined])
    expect(white('>999')).toEqual(['>99.9', 99.9, '>'])
    expect(white('< 05')).toEqual(['<0.5', 0.5, '<'])
    expect(white('   7')).toEqual(['0.7', 0.7, undefined])
    expect(white('1 72')).toEqual(['1 72', undefined, undefined])
    expect(white('7.2 ')).toEqual(['7.2', undefined, undefined])
    expect(white('1e2 ')).toEqual(['1e2', undefined, undefined])
  })

  it.each(['spotchem-el/plasma.txt', 'urine-strip-printer/two-strips.txt', 'mini-vidas/qualitative.bin', 'cobas-c111-export/day.csv'])('%s is the same byte by byte, whole, and in random pieces (seed 9)', (path) => {
    const [id, name] = path.split('/') as [string, string]
    const file = own(id, name)
    const random = randomFrom(9)
    const whole = replayed(file, text(id), () => file.length)
    expect(whole.messages).toHaveLength(1)
    expect(replayed(file, text(id), () => 1)).toEqual(whole)
    expect(replayed(file, text(id), () => 1 + Math.floor(random() * 20))).toEqual(whole)
  })

  const corpus = join(__dirname, '../../../../shared/fixtures/devices/other')
  it.skipIf(!existsSync(corpus))('a real Spotchem and a real c111 export (../shared/fixtures/devices/other; skipped where the folder is absent)', () => {
    expect(samples('spotchem-el', bytes(join(corpus, 'senaite_arkray_spotchem_el_raw.txt')))).toMatchObject([{ accession: '1DC042FP', results: [{ line: { code: 'Na', value: 131 } }, { line: { code: 'K', value: 9.7 } }, { line: { code: 'Cl', value: 96 } }] }])
    const [glucose, ...more] = samples('cobas-c111-export', bytes(join(corpus, 'openelis_cobas_c111_export.csv')))
    expect(glucose).toMatchObject({ accession: '03', results: [{ line: { code: 'GLU2', value: 1.3, unit: 'g/L', flag: '>RR' }, measured: { year: 2016, month: 4, day: 10 } }] })
    expect(more.map(({ accession, isQualityControl }) => [accession, isQualityControl])).toEqual([['252', false], ['CP', true]])
    expect(more.flatMap(({ results }) => results).some(({ trouble }) => trouble)).toBe(false)
  })
})

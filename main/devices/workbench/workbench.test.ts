import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { MarkRole, ProfileDraft } from '../../../shared/contract'
import { encodeText } from '../../../shared/standards/astm'
import { openProfileFolder } from '../inbox/profileFolder'
import { putOwnProfiles, readCapture, readProfile } from '../profiles'
import { keepProfile, readDraft, studyRecording } from '.'
import { checkedProfile } from './reading'

const strips = () => readFile(join(__dirname, '../profiles/urine-strip-printer/captures/two-strips.txt')).then((bytes) => Uint8Array.from(bytes))
const name = { id: 'our-analyser', maker: 'Acme', model: 'Strip 3', reportTitle: 'Urine', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } } as const

/** Marks the piece `text` on the first line that holds `line`. */
const marking = (recording: Uint8Array, draft: ProfileDraft) => {
  const { pages } = studyRecording(recording, draft)
  return (line: string, text: string, as: MarkRole, more: { readonly code?: string; readonly decimals?: number } = {}): ProfileDraft['marks'][number] => {
    for (const [page, { lines }] of pages.entries()) {
      const at = lines.findIndex((each) => each.text.includes(line))
      if (at < 0) continue
      const from = lines[at]!.text.indexOf(text)
      if (from < 0) throw new Error(`${text} does not stand there`)
      return { page, line: at, from, to: from + text.length, as, ...more }
    }
    throw new Error(`no line holds ${line}`)
  }
}
const test = (code: string, unit = '1', more: Partial<ProfileDraft['tests'][number]> = {}) => ({ code, name: code, unit, ...more })
const said = ({ samples }: ReturnType<typeof readDraft>) => samples.map(({ accession, results }) => [accession, ...results.map(({ code, text, unit, trouble }) => [code, text, unit, trouble].filter((part) => part !== undefined && part !== '').join(' '))])

describe('an analyser that prints and that nobody knows', () => {
  it('is learned from a handful of marks on its page: every line that looks like the marked ones is read', async () => {
    const recording = await strips()
    const { draft, pages } = studyRecording(recording)
    expect(draft).toMatchObject({ protocol: 'text', layout: 'lines' })
    expect(pages[0]!.lines.length).toBeGreaterThan(10)
    const flagged = pages[0]!.lines.find(({ text }) => text.startsWith('*LEU'))!
    expect(flagged.parts.map(({ from, to }) => flagged.text.slice(from, to))).toEqual(['*', 'LEU', '+1', '70', 'CELL/uL'])
    const mark = marking(recording, draft)
    const marked: ProfileDraft = {
      ...draft,
      marks: [mark('ID:', 'A26000123', 'sample'), mark('No.', 'No.000012', 'begin'), mark('NIT', 'NIT', 'test'), mark('NIT', 'neg', 'value'), mark('pH', 'pH', 'test'), mark('pH', '6.0', 'value')],
    }
    const first = readDraft(recording, marked)
    expect(first.faults).toEqual(['codes-open'])
    expect(first.codes.map(({ code, isKnown }) => [code, isKnown])).toEqual(['LEU', 'NIT', 'URO', 'PRO', 'pH', 'BLD', 'SG', 'KET', 'BIL', 'GLU'].map((code) => [code, false]))
    const known = readDraft(recording, { ...marked, tests: first.codes.map(({ code }) => test(code)) })
    expect(known.faults).toEqual([])
    expect(known.samples.map(({ accession, results }) => [accession, ...results.map(({ code, text, flag }) => `${code} ${text} ${flag ?? ''}`.trim())])).toEqual([
      ['A26000123', 'LEU +1   70 CELL/uL *', 'NIT neg', 'URO norm', 'PRO +-   0.15 g/L *', 'pH 6.0', 'BLD neg', 'SG 1.020', 'KET neg', 'BIL neg', 'GLU +2   14 mmol/L *'],
      ['', 'LEU neg', 'pH 7.5', 'SG >=1.030'],
    ])
    expect(known.readLines).toContainEqual({ page: 0, line: 4 })
  })

  it('of which a code is new later is not filed: the code is unknown, not left out', async () => {
    const recording = encodeText('ID: A1\r\nGLU 5.5 mmol/L\r\n')
    const { draft } = studyRecording(recording)
    const mark = marking(recording, draft)
    const marked = { ...draft, marks: [mark('ID:', 'A1', 'sample'), mark('GLU', 'GLU', 'test'), mark('GLU', '5.5', 'value'), mark('GLU', 'mmol/L', 'unit')], tests: [test('GLU', 'mmol/L')] }
    expect(said(readDraft(recording, marked))).toEqual([['A1', 'GLU 5.5 mmol/L']])
    const checked = checkedProfile(recording, marked)
    if ('kind' in checked) throw new Error(checked.reason)
    const later = (page: string) => readCapture(encodeText(page), checked.profile).flatMap(({ samples }) => samples.flatMap(({ accession, results }) => results.map(({ line, trouble }) => [accession, line.code, line.text, line.unit, trouble])))
    expect(later('ID: A2\r\n*GLU  15.9 mmol/L\r\nNEW 1.0 g/L\r\n')).toEqual([['A2', 'GLU', '15.9', 'mmol/L', undefined], ['A2', 'NEW', '1.0', 'g/L', 'unknown-test']])
    expect(later('ID: A2\r\nGLU 99 mg/dL\r\n')).toEqual([['A2', 'GLU', '99', 'mg/dL', 'other-unit']])
  })

  it.each(['12_34', '24:0451', '#451', 'A[1]', '^7^', 'A\\1', '24/11-7', '@%&~7'])('is learned whatever signs stand in its numbers on tubes: %s', (number) => {
    const recording = encodeText(`ID: ${number}\r\nGLU 5.5 mmol/L\r\n`)
    const { draft } = studyRecording(recording)
    const mark = marking(recording, draft)
    const marked = { ...draft, layout: 'lines' as const, marks: [mark('ID:', number, 'sample'), mark('GLU', 'GLU', 'test'), mark('GLU', '5.5', 'value'), mark('GLU', 'mmol/L', 'unit')], tests: [test('GLU', 'mmol/L')] }
    expect(said(readDraft(recording, marked))).toEqual([[number, 'GLU 5.5 mmol/L']])
  })

  it('that prints several results on a line, between STX and ETX, is read by marks on one of them', () => {
    const recording = encodeText('\x0226/11/21 09:15 ID# A26000123 [Plasma] Na  141  mmol/L K  H  5.9  mmol/L Cl  101  mmol/L \x03')
    const { draft } = studyRecording(recording)
    expect(draft.framing).toEqual({ start: 2, end: 3, answer: 'none' })
    const mark = marking(recording, draft)
    const marks = [mark('ID#', 'A26000123', 'sample'), mark('Na', 'Na', 'test'), mark('Na', '141', 'value'), mark('Na', 'mmol/L', 'unit'), mark('ID#', '26/11/21 09:15', 'time')]
    const unclear = readDraft(recording, { ...draft, marks })
    expect(unclear.faults).toEqual(['time-format', 'codes-open'])
    expect(unclear.timeFormats).toContain('yy/MM/dd HH:mm')
    // Without a mark on it, the sign of a high value passes for a test: it shows.
    expect(unclear.codes.map(({ code }) => code)).toEqual(['Na', 'H', 'Cl'])
    const value = mark('K', '5.9', 'value')
    const more = [mark('K', 'K', 'test'), mark('K', 'H', 'flag'), value, { ...value, from: value.to + 2, to: value.to + 8, as: 'unit' as const }]
    const reading = readDraft(recording, { ...draft, timeFormat: 'yy/MM/dd HH:mm', tests: ['Na', 'K', 'Cl'].map((code) => test(code, 'mmol/L')), marks: [...marks, ...more] })
    expect(said(reading)).toEqual([['A26000123', 'Na 141 mmol/L', 'K 5.9 mmol/L', 'Cl 101 mmol/L']])
    expect(reading.samples[0]!.results.map(({ flag }) => flag)).toEqual([undefined, 'H', undefined])
    expect(reading.samples[0]!.measured).toMatch(/^202611210915/)
  })

  it('whose table was exported is read by its columns, one row for each result', async () => {
    const recording = encodeText('"Sample";"Test";"Date";"Result";"Unit"\r\n"A26000123";"GLU2";"2026-11-21 09:15";"0,95";"g/l"\r\n"A26000124";"ALTL";"2026-11-21 09:16";"24";"U/L"\r\n')
    const { draft } = studyRecording(recording)
    expect(draft).toMatchObject({ layout: 'table', separator: ';', hasHeadings: true, decimalComma: true })
    const mark = marking(recording, draft)
    const marked: ProfileDraft = {
      ...draft,
      timeFormat: 'yyyy-MM-dd HH:mm',
      marks: [mark('GLU2', 'A26000123', 'sample'), mark('GLU2', 'GLU2', 'test'), mark('GLU2', '0,95', 'value'), mark('GLU2', 'g/l', 'unit'), mark('GLU2', '2026-11-21 09:15', 'time')],
      tests: [test('GLU2', 'g/L', { sentUnit: 'g/l' }), test('ALTL', 'U/L')],
    }
    const reading = readDraft(recording, marked)
    expect(reading.faults).toEqual([])
    expect(said(reading)).toEqual([['A26000123', 'GLU2 0.95 g/L'], ['A26000124', 'ALTL 24 U/L']])
  })

  it('whose table has a column for each test is read by its headings', () => {
    const recording = encodeText('Barcode,WBC,HGB\r\nA1,5.1,12.8\r\nA2,7.0,9.9\r\n')
    const { draft } = studyRecording(recording)
    const mark = marking(recording, draft)
    const marks = [mark('A1', 'A1', 'sample'), mark('A1', '5.1', 'value'), mark('A1', '12.8', 'value')]
    const unknown = readDraft(recording, { ...draft, marks })
    expect(unknown.codes.map(({ code, isKnown }) => [code, isKnown])).toEqual([['WBC', false], ['HGB', false]])
    expect(said(readDraft(recording, { ...draft, marks, tests: [test('WBC', '10*3/uL'), test('HGB', 'g/dL')] }))).toEqual([['A1', 'WBC 5.1 10*3/uL', 'HGB 12.8 g/dL'], ['A2', 'WBC 7.0 10*3/uL', 'HGB 9.9 g/dL']])
  })

  it('that sends columns without separators is read by their places and the point that is not written', () => {
    const recording = encodeText('\x02A0000001230051012801\x03')
    const { draft } = studyRecording(recording)
    const mark = marking(recording, draft)
    const at = (from: number, to: number, as: MarkRole, more: object = {}) => ({ ...mark('A', 'A', as), from, to, ...more })
    const marked: ProfileDraft = { ...draft, layout: 'columns', marks: [at(0, 11, 'sample'), at(11, 14, 'value', { code: 'WBC', decimals: 1 }), at(14, 18, 'value', { code: 'HGB', decimals: 1 })], tests: [test('WBC', '10*3/uL'), test('HGB', 'g/dL')] }
    expect(said(readDraft(recording, marked))).toEqual([['A0000001230', 'WBC 5.1 10*3/uL', 'HGB 12.8 g/dL']])
  })

  it('that speaks ASTM needs no marks, only what its codes mean', () => {
    const recording = encodeText('H|\\^&|||Unknown^1\rP|1\rO|1|A26000123||^^^GLU\rR|1|^^^GLU|5.5|mmol/L|||||F\rL|1|N\r')
    const { draft } = studyRecording(recording)
    expect(draft.protocol).toBe('astm')
    const found = readDraft(recording, draft)
    expect(found).toMatchObject({ faults: ['codes-open'], codes: [{ code: 'GLU', values: ['5.5'], units: ['mmol/L'], isKnown: false }] })
    expect(said(readDraft(recording, { ...draft, tests: [test('GLU', 'mmol/L')] }))).toEqual([['A26000123', 'GLU 5.5 mmol/L']])
  })

  it('tells what is still missing', async () => {
    const recording = await strips()
    const { draft } = studyRecording(recording)
    const mark = marking(recording, draft)
    expect(readDraft(recording, draft).faults).toEqual(['no-sample', 'no-value'])
    expect(readDraft(recording, { ...draft, marks: [mark('ID:', 'A26000123', 'sample')] }).faults).toEqual(['no-value'])
    const marks = [mark('ID:', 'A26000123', 'sample'), mark('NIT', 'NIT', 'test'), mark('NIT', 'neg', 'value')]
    expect(readDraft(recording, { ...draft, marks }).faults).toContain('codes-open')
    const twoTubes = encodeText('ID: A1\r\nGLU 5.5\r\nID: A2\r\nGLU 6.1\r\n')
    const on = marking(twoTubes, draft)
    expect(readDraft(twoTubes, { ...draft, tests: [test('GLU')], marks: [on('A1', 'A1', 'sample'), on('GLU', 'GLU', 'test'), on('GLU', '5.5', 'value')] }).faults).toEqual(['samples-mixed'])
  })
})

describe('a profile that was learned', () => {
  let folder: string
  afterEach(async () => {
    putOwnProfiles([])
    await rm(folder, { recursive: true, force: true })
  })
  const learned = async () => {
    folder = await mkdtemp(join(tmpdir(), 'outpost-workbench-'))
    const recording = encodeText('ID: A26000123\r\nName: Amara Okonkwo\r\nGLU 5.5 mmol/L\r\nNa 141 mmol/L\r\n')
    const { draft } = studyRecording(recording)
    const mark = marking(recording, draft)
    const marks = [mark('ID:', 'A26000123', 'sample'), mark('GLU', 'GLU', 'test'), mark('GLU', '5.5', 'value'), mark('GLU', 'mmol/L', 'unit')]
    return { recording, draft: { ...draft, marks, tests: [test('GLU', 'mmol/L', { name: 'Glucose', loinc: '2345-7' }), test('Na', 'mmol/L')] } }
  }

  it('lies in the practice’s folder with its recording as its own test, and is taken without a fault', async () => {
    const { recording, draft } = await learned()
    const kept = await keepProfile(folder, recording, draft, name, Date.parse('2026-11-21T09:00:00Z'))
    expect(kept).toMatchObject({ ok: true, value: { isTested: true } })
    const found = await openProfileFolder(folder).read()
    expect(found.faults).toEqual([])
    const profile = readProfile(found.files[0]!)
    if ('kind' in profile || profile.category !== 'analyser') throw new Error('no profile')
    const [later] = readCapture(encodeText('ID: A26000777\r\nGLU 6.1 mmol/L\r\nNa 139 mmol/L\r\n'), profile)
    expect(later).toMatchObject({ isReadable: true, samples: [{ accession: 'A26000777', results: [{ line: { code: 'GLU', value: 6.1, unit: 'mmol/L' }, loinc: '2345-7' }, { line: { code: 'Na', value: 139 } }] }] })
  })

  it('keeps nothing of a patient: no name, and no number that was on a tube', async () => {
    const { recording, draft } = await learned()
    await keepProfile(folder, recording, draft, name, Date.now())
    for (const file of await readdir(folder, { recursive: true })) {
      const text = await readFile(join(folder, file), 'utf8').catch(() => '')
      expect(text, file).not.toMatch(/Amara|Okonkwo|A26000123/)
    }
  })

  it('learns no name that stands before the number on the tube, and finds the next patient’s number all the same', async () => {
    folder = await mkdtemp(join(tmpdir(), 'outpost-workbench-'))
    const recording = encodeText('Okonkwo, Ada  A26000123\r\nGLU 5.5 mmol/L\r\n')
    const { draft } = studyRecording(recording)
    const mark = marking(recording, draft)
    const marked = { ...draft, marks: [mark('A26000123', 'A26000123', 'sample'), mark('GLU', 'GLU', 'test'), mark('GLU', '5.5', 'value'), mark('GLU', 'mmol/L', 'unit')], tests: [test('GLU', 'mmol/L')] }
    expect(await keepProfile(folder, recording, marked, name, Date.now())).toMatchObject({ ok: true })
    const found = await openProfileFolder(folder).read()
    expect(JSON.stringify(found)).not.toMatch(/Okonkwo|Ada|A26000123/)
    const profile = readProfile(found.files[0]!)
    if ('kind' in profile || profile.category !== 'analyser') throw new Error('no profile')
    expect(readCapture(encodeText('Bello, Chidinma  A26000777\r\nGLU 6.1 mmol/L\r\n'), profile)[0]).toMatchObject({ samples: [{ accession: 'A26000777', results: [{ line: { value: 6.1 } }] }] })
  })

  it('never takes the place of another one', async () => {
    const { recording, draft } = await learned()
    expect(await keepProfile(folder, recording, draft, { ...name, id: 'sysmex-xn' }, Date.now())).toMatchObject({ ok: false, problem: { kind: 'profile-taken' } })
    await keepProfile(folder, recording, draft, name, Date.now())
    expect(await keepProfile(folder, recording, draft, name, Date.now())).toMatchObject({ ok: false, problem: { kind: 'profile-taken' } })
    expect(await keepProfile(folder, recording, { ...draft, marks: [] }, { ...name, id: 'empty' }, Date.now())).toMatchObject({ ok: false })
    expect((await readdir(folder)).sort()).toEqual(['our-analyser'])
  })
})

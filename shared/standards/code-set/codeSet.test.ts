import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type CodeFileKind, type CodeRow, kindOfCodeFile, readCodeFile } from '.'

const read = (text: string, kind: CodeFileKind = kindOfCodeFile(text)) => {
  const rows: CodeRow[] = []
  const reading = readCodeFile(kind, text)
  for (let step = reading.next(); ; step = reading.next()) {
    if (step.done) return { kind, rows, about: step.value }
    rows.push(step.value)
  }
}
const words = (text: string) => read(text).rows.map((row) => ('fault' in row ? `${row.row}!${row.fault}` : `${row.code}=${row.display}`))

describe('a table of codes', () => {
  it.each([
    ['tabs', 'A00\tCholera\nA01\tTyphoid'],
    ['commas', 'A00,Cholera\r\nA01,Typhoid\r\n'],
    ['semicolons and headings', 'Code;Libellé\nA00;Cholera\nA01;Typhoid'],
    ['headings in another order', 'ID,Description,x\nA00,Cholera,1\nA01,Typhoid,2'],
    ['a byte order mark', '\uFEFFcode,display\nA00,Cholera\nA01,Typhoid'],
    ['empty lines', '\nA00|Cholera\n\n\nA01|Typhoid\n\n'],
    ['quotes', '"A00","Cholera"\n"A01","Typhoid"'],
  ])('with %s', (_what, text) => {
    expect(words(text)).toEqual(['A00=Cholera', 'A01=Typhoid'])
  })

  it('has separators, quotes and line ends within quotes, and other words in a column of their own', () => {
    expect(read('code,display,synonyms\nB54,"Malaria, ""the"" one\nin two lines",paludisme|fever\nA00,Cholera,').rows).toEqual([
      { row: 2, code: 'B54', display: 'Malaria, "the" one in two lines', terms: ['paludisme', 'fever'] },
      { row: 4, code: 'A00', display: 'Cholera', terms: [] },
    ])
  })

  it('tells each row that is none, with its line, and reads the others', () => {
    expect(words(`A00,Cholera\n,No code\nA01,\nA02,${'x'.repeat(500)}\n"A03,never closed\nA04,Shigella`)).toEqual(['A00=Cholera', '2!code', '3!display', '4!long', '5!broken', 'A04=Shigella'])
  })
})

describe('the order file of ICD-10-CM', () => {
  const order = '00005 A01     0 Typhoid and paratyphoid fevers                               Typhoid and paratyphoid fevers\r\n00007 A0100   1 Typhoid fever, unspecified                                   Typhoid fever, unspecified\r\nbroken\r\n'

  it('is known by its columns, and its codes get their point', () => {
    expect(kindOfCodeFile(order)).toBe('order')
    expect(words(order)).toEqual(['A01=Typhoid and paratyphoid fevers', 'A01.00=Typhoid fever, unspecified', '3!broken'])
    expect(read(order).about.system).toBe('http://hl7.org/fhir/sid/icd-10-cm')
  })
})

describe('ClaML', () => {
  const claml = `<?xml version="1.0"?><ClaML version="2.0.0"><Title name="CIM-10" date="2024" version="2024">CIM-10 FR &amp; co</Title>
    <Class code="I" kind="chapter"><Rubric kind="preferred"><Label>Chapter</Label></Rubric></Class>
    <Class code="A01.0" kind="category"><SuperClass code="A01"/><Rubric id="x" kind="preferred"><Label xml:lang="fr">Fièvre typho&#239;de</Label></Rubric>
      <Rubric kind="inclusion"><Label>Infection à <Reference>Salmonella</Reference> typhi</Label></Rubric><Rubric kind="exclusion"><Label>not this</Label></Rubric></Class>
    <Class kind='category' code='B54'><Rubric kind='preferred'><Label>Paludisme</Label></Rubric></Class>`

  it('has categories with their words; chapters, and what is excluded, are none', () => {
    const { kind, rows, about } = read(`${claml}</ClaML>`)
    expect(kind).toBe('claml')
    expect(rows).toEqual([
      { row: 2, code: 'A01.0', display: 'Fièvre typhoïde', terms: ['Infection à Salmonella typhi'] },
      { row: 3, code: 'B54', display: 'Paludisme', terms: [] },
    ])
    expect(about).toEqual({ title: 'CIM-10 FR & co', version: '2024' })
  })

  it('that breaks off is read as far as it goes', () => {
    expect(words(`${claml}<Class code="C00" kind="category"><Rubric kind="preferred"><Label>Lip`)).toEqual(['A01.0=Fièvre typhoïde', 'B54=Paludisme', '4!broken'])
  })

  it('expands no entity of its own', () => {
    expect(words('<!DOCTYPE x [<!ENTITY a "bomb"><!ENTITY b "&a;&a;">]><ClaML><Class code="A" kind="category"><Rubric kind="preferred"><Label>&b; &#0; &#xD800;</Label></Rubric></Class></ClaML>')).toEqual(['A=&b; &#0; &#xD800;'])
  })
})

describe('a hostile ClaML', () => {
  it.each([
    ['classes that never end', '<Class code="A">'.repeat(1_000)],
    ['classes that all end in one place', `${'<Class code="A">'.repeat(1_000)}</Class>`],
    ['tags that never end', `${'<Class '.repeat(1_000)}>`],
    ['rubrics that all end in one place', `<Class code="A">${'<Rubric kind="inclusion">'.repeat(1_000)}</Rubric></Class>`],
  ])('of %s is gone over a few times, not once for each', (_what, inner) => {
    const text = `<ClaML>${inner}`
    let signs = 0
    const { indexOf } = String.prototype
    const counted = vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, word: string, from = 0) {
      const found = indexOf.call(this, word, from)
      signs += (found < 0 ? this.length : found) - from
      return found
    })
    try {
      read(text)
    } finally {
      counted.mockRestore()
    }
    expect(signs).toBeGreaterThan(0)
    expect(signs / text.length).toBeLessThan(20)
  })

  it('of open brackets without end is no label and no title, and is read at once', () => {
    // Gone over once for each of them these would take minutes.
    expect(words(`<ClaML><Class code="A"><Rubric kind="preferred"><Label>${'<'.repeat(1_000_000)}</Rubric></Class>`)).toEqual(['1!long'])
    expect(read(`<ClaML>${'<Title '.repeat(28_000)}`).about).toEqual({})
  })
})

describe('a CodeSystem of FHIR', () => {
  it('has its concepts, those below others too, and says what it is', () => {
    const system = {
      resourceType: 'CodeSystem', url: 'http://hl7.org/fhir/sid/icd-10', version: '2019', title: 'ICD-10', copyright: 'WHO',
      concept: [{ code: 'A01', display: 'Typhoid and paratyphoid', designation: [{ value: 'Enteric fever' }], concept: [{ code: 'A01.0', display: 'Typhoid' }] }, { code: 'A02' }, { display: 'x' }, null, 7],
    }
    const { rows, about } = read(JSON.stringify(system))
    expect(rows).toEqual([
      { row: 1, code: 'A01', display: 'Typhoid and paratyphoid', terms: ['Enteric fever'] }, { row: 2, code: 'A01.0', display: 'Typhoid', terms: [] },
      { row: 3, fault: 'display' }, { row: 4, fault: 'code' }, { row: 5, fault: 'code' }, { row: 6, fault: 'code' },
    ])
    expect(about).toEqual({ system: 'http://hl7.org/fhir/sid/icd-10', version: '2019', title: 'ICD-10', licence: 'WHO' })
  })

  it.each(['{', '{}', '{"resourceType":"Patient"}', '{"resourceType":"CodeSystem","concept":"x"}'])('that is none is told: %s', (text) => {
    expect(read(text).rows.every((row) => 'fault' in row)).toBe(true)
  })

  it('may nest deeper than calls can', () => {
    const depth = 4_000
    const text = `{"resourceType":"CodeSystem","concept":[${'{"code":"a","display":"b","concept":['.repeat(depth)}${']}'.repeat(depth)}]}`
    expect(read(text).rows.length).toBe(depth)
  })
})

it('any text, and any piece of a good one, is read to its end without a fault of the reader', () => {
  const good = ['code,display\n"A0","x ""y"""\n', '<ClaML><Class code="A" kind="category"><Rubric kind="preferred"><Label>x</Label></Rubric></Class></ClaML>', '{"resourceType":"CodeSystem","concept":[{"code":"A","display":"x"}]}', '00001 A00     0 Cholera']
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.nat(), fc.string({ maxLength: 40 }), fc.constantFrom<CodeFileKind>('table', 'order', 'claml', 'fhir'), (text, cut, between, kind) => {
      const place = cut % (text.length + 1)
      expect(read(text.slice(0, place) + between + text.slice(place), kind).rows.length).toBeLessThan(100)
    }),
    { seed: 20261122, numRuns: 300 },
  )
})

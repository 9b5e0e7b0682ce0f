import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtIn } from './builtIn'
import { patternFault } from './pattern'
import { readCapture } from './readCapture'
import type { AnalyserProfile } from './schema'
import { openShelf } from './shelf'

const xn = JSON.parse(readFileSync(join(__dirname, 'sysmex-xn/profile.json'), 'utf8')) as Record<string, unknown>
const file = (name: string, change: object) => ({ file: name, text: JSON.stringify({ ...xn, id: 'our-counter', ...change }) })

describe('profiles that a practice wrote itself', () => {
  it('stand beside those of the product', () => {
    const shelf = openShelf(builtIn())
    expect(shelf.putOwn([file('counter.json', { model: 'Our counter' })])).toEqual([])
    expect(shelf.find('our-counter')).toMatchObject({ model: 'Our counter' })
    expect(shelf.all()).toHaveLength(builtIn().length + 1)
    shelf.putOwn([])
    expect(shelf.find('our-counter')).toBeUndefined()
  })

  it('that are faulty disable themselves alone, and say where the fault is', () => {
    const shelf = openShelf(builtIn())
    const faults = shelf.putOwn([
      { file: 'a-broken.json', text: '{ "id": ' },
      file('b-unit.json', { id: 'no-unit', tests: { WBC: { name: 'White cells' } } }),
      file('c-taken.json', { id: 'sysmex-xn' }),
      file('d-good.json', {}),
      file('e-twice.json', {}),
      file('f-slow.json', { id: 'slow-one', ignored: ['(a+)+$'] }),
      file('g-protocol.json', { id: 'other-one', protocol: 'telex' }),
    ])
    expect(faults.map(({ file: name, kind, at }) => [name, kind, at])).toEqual([
      ['a-broken.json', 'unreadable', undefined],
      ['b-unit.json', 'wrong-shape', 'tests.WBC.unit'],
      ['c-taken.json', 'id-taken', 'id'],
      ['e-twice.json', 'id-taken', 'id'],
      ['f-slow.json', 'wrong-shape', 'ignored.0'],
      ['g-protocol.json', 'wrong-shape', 'protocol'],
    ])
    expect(shelf.find('our-counter')).toBeDefined()
    expect(shelf.find('sysmex-xn')).toMatchObject({ maker: 'Sysmex' })
  })

  it('cannot hold the host up by a pattern that takes for ever', () => {
    expect(['(a+)+$', '(?:a|aa)*b', '(\\s*\\w+)*!', '(.*,){5,}x'].map(patternFault)).toEqual(Array(4).fill('a repeat within a repeat may take for ever'))
    expect(patternFault('.*.*.*.*.*=')).toBe('takes too long on a long line')
    // Slow only on a line that begins as it does, or that is made of what it asks for.
    expect(['^ID: .*.*.*.*=', '^(?:Sample|ID) +.*.*.*.*=', '^.*ab.*ab.*ab.*ab!', '^\\x1ert.*\\.\\..*\\.\\..*\\.\\..*!'].map(patternFault)).toEqual(Array(4).fill('takes too long on a long line'))
    expect(patternFault('(')).toBe('not a regular expression')
    expect(['^QC', '^ID: *(?<id>[0-9]+)(?!\\S)', '^.*ab!', '^(Neutropenia|Lymphopenia)$', '(?<id>[0-9A-Z]+)(?: +(?<unit>\\S+))?', '[(+*]+\\+'].map(patternFault)).toEqual(Array(6).fill(undefined))
  })

  it.each([
    ['an ASTM analyser', xn, (long: string) => `H|\\^&|||XN\rP|1\rO|1|^^A1^B||^^^^WBC\rR|1|^^^^${long}|7|10*3/uL||N||F\rL|1|N\r`],
    ['an HL7 analyser', JSON.parse(readFileSync(join(__dirname, 'mindray-bc/profile.json'), 'utf8')) as Record<string, unknown>, (long: string) => `MSH|^~\\&|||||20261121091530||ORU^R01|1|P|2.3.1\rPID|1\rOBR|1||${long}|${long}\rOBX|1|NM|${long}^^LN||7|10*9/L||N|||F\r`],
  ])('that %s uses are matched against the beginning of a code only, however long it is', (_, shipped, message) => {
    const pattern = '^.*x.*y'
    const qualityControl = { ...(shipped['qualityControl'] as object), samples: [pattern], ...(shipped['protocol'] === 'hl7' ? { services: [pattern] } : {}) }
    const shelf = openShelf(builtIn())
    expect(shelf.putOwn([{ file: 'hostile.json', text: JSON.stringify({ ...shipped, id: 'our-counter', codePattern: '^.*x.*(?<code>y)', ignored: [pattern], findings: [pattern], qualityControl }) }])).toEqual([])
    const begun = performance.now()
    const [read] = readCapture(new TextEncoder().encode(message('x'.repeat(40_000))), shelf.find('our-counter') as AnalyserProfile)
    expect(performance.now() - begun).toBeLessThan(500)
    // The code itself stays as it was sent.
    expect(read!.samples[0]!.results[0]!.line.code).toHaveLength(40_000)
  })
})

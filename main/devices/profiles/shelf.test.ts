import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtIn } from './builtIn'
import { patternFault } from './pattern'
import { openShelf } from './shelf'

const xn = JSON.parse(readFileSync(join(__dirname, 'sysmex-xn/profile.json'), 'utf8')) as Record<string, unknown>
const file = (name: string, change: object) => ({ file: name, text: JSON.stringify({ ...xn, id: 'our-counter', ...change }) })

describe('profiles that a practice wrote itself', () => {
  it('stand beside those of the product', () => {
    const shelf = openShelf(builtIn)
    expect(shelf.putOwn([file('counter.json', { model: 'Our counter' })])).toEqual([])
    expect(shelf.find('our-counter')).toMatchObject({ model: 'Our counter' })
    expect(shelf.all()).toHaveLength(builtIn.length + 1)
    shelf.putOwn([])
    expect(shelf.find('our-counter')).toBeUndefined()
  })

  it('that are faulty disable themselves alone, and say where the fault is', () => {
    const shelf = openShelf(builtIn)
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
    expect(patternFault('(')).toBe('not a regular expression')
    expect(['^QC', '^(Neutropenia|Lymphopenia)$', '(?<id>[0-9A-Z]+)(?: +(?<unit>\\S+))?', '[(+*]+\\+'].map(patternFault)).toEqual(Array(4).fill(undefined))
  })
})

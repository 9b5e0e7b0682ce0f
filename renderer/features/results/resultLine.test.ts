import { describe, expect, it } from 'vitest'
import type { ResultLine } from '../../../shared/contract'
import { flagOf, insideOf, outsideCount, splitAtPoint } from './resultLine'

const line = (more: Partial<ResultLine>): ResultLine => ({ code: 'HGB', name: 'Haemoglobin', text: '6.9', status: 'final', ...more })

describe('a result line', () => {
  it('reads the flags of HL7 table 0078; what it does not know is abnormal, never normal', () => {
    expect([undefined, '', 'N', 'L', 'H', 'LL', 'HH', '>', 'A', 'whatever'].map((flag) => flagOf(line({ flag })))).toEqual([
      undefined, undefined, undefined, 'low', 'high', 'critical-low', 'critical-high', 'high', 'abnormal', 'abnormal',
    ])
  })

  it('splits at the decimal point so that a column aligns on it', () => {
    expect(splitAtPoint('13.20')).toEqual(['13', '.20'])
    expect(splitAtPoint('> 300')).toEqual(['> 300', ''])
    expect(splitAtPoint('<0,5')).toEqual(['<0', ',5'])
    expect(splitAtPoint('----')).toEqual(['----', ''])
    expect(splitAtPoint('1:80')).toEqual(['1:80', ''])
  })

  it('calls nothing normal where no range was given', () => {
    expect(insideOf([line({ value: 6.9 })])).toBe('norange')
    expect(insideOf([line({ value: 6.9, range: '4 - 10' })])).toBe('inside')
    // One that has a range says nothing of those beside it.
    expect(insideOf([line({ value: 6.9, range: '4 - 10' }), line({ value: 40 })])).toBe('partly')
    expect(insideOf([line({ value: 6.9, range: '4 - 10', status: 'cancelled' }), line({ value: 40 })])).toBe('norange')
    expect(outsideCount([line({ flag: 'L' }), line({ flag: 'N' })])).toBe(1)
    expect(outsideCount([line({ flag: 'L', status: 'cancelled' })])).toBe(0)
  })

  it('that is outside its range is so, though the analyser flags nothing', () => {
    const within = (more: Partial<ResultLine>) => flagOf(line({ value: 6.9, range: '4 - 10', ...more }))
    expect([within({}), within({ value: 12 }), within({ value: 3 }), within({ value: 12, flag: 'N' }), within({ value: 10, comparator: '>' }), within({ value: 4, comparator: '<' }), within({ value: 12, comparator: '<' }), within({ range: 'see note' })]).toEqual([
      undefined, 'high', 'low', undefined, 'high', 'low', undefined, undefined,
    ])
    expect(outsideCount([line({ value: 12, range: '< 10' })])).toBe(1)
  })
})

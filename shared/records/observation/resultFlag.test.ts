import { describe, expect, it } from 'vitest'
import { numberTyped } from './numberTyped'
import type { ResultLine } from './result'
import { severityOf } from './resultFlag'

const line = (told: Partial<ResultLine>): ResultLine => ({ code: 'K', name: 'Potassium', text: '4.1', value: 4.1, unit: 'mmol/L', status: 'final', ...told })

describe('how urgently a report wants to be read', () => {
  it('E12: is critical where a value is flagged so or had to be told, abnormal outside, normal only where everything has a range and is inside', () => {
    const ranged = line({ range: '3.5-5.1' })
    expect(severityOf([ranged])).toBe('normal')
    expect(severityOf([line({ flag: 'N' })])).toBe('normal')
    expect(severityOf([ranged, line({ range: '3.5-4' })])).toBe('abnormal')
    expect(severityOf([ranged, line({ flag: 'HH' })])).toBe('critical')
    expect(severityOf([ranged], () => true)).toBe('critical')
  })

  it('E12: unknown is never normal: no range, no result, and nothing but cancelled ones', () => {
    expect(severityOf([line({ range: '3.5-5.1' }), line({})])).toBe('unjudged')
    expect(severityOf([])).toBe('unjudged')
    // A number that another program wrote as words was held against no range; words only against themselves.
    const { value: _value, ...words } = line({ range: '3.5-5.1', text: '7.9' })
    expect(['7.9', '1,200', '7.9 mmol/L', 'positive', '1+'].map((text) => severityOf([{ ...words, text }]))).toEqual(['unjudged', 'unjudged', 'unjudged', 'unjudged', 'unjudged'])
    expect([severityOf([{ ...words, flag: 'N' }]), severityOf([{ ...words, text: 'Negative', range: 'negative' }]), severityOf([{ ...words, text: 'positive', range: 'negative' }])]).toEqual(['normal', 'normal', 'unjudged'])
    // A range that says no numbers, and a value of which nobody can say that it is inside.
    expect([severityOf([line({ value: 9, range: 'see note' })]), severityOf([line({ value: 9, range: '-' })]), severityOf([line({ value: 300, comparator: '>', range: '150 - 410' })]), severityOf([line({ value: 5, comparator: '<', range: '0 - 10' })])]).toEqual([
      'unjudged', 'unjudged', 'unjudged', 'normal',
    ])
    expect(severityOf([line({ flag: 'HH', status: 'cancelled' })], () => true)).toBe('unjudged')
  })
})

describe('a number that is typed for a result', () => {
  it('E24: is read with point or comma and with a sign before it, and nothing else is', () => {
    expect(['6.8', '6,8', ' 7 ', '-2', '> 300', '<=0,5', '≥ 9'].map(numberTyped)).toEqual([
      { text: '6.8', value: 6.8 }, { text: '6.8', value: 6.8 }, { text: '7', value: 7 }, { text: '-2', value: -2 }, { text: '> 300', value: 300, comparator: '>' }, { text: '<= 0.5', value: 0.5, comparator: '<=' }, { text: '>= 9', value: 9, comparator: '>=' },
    ])
    expect(['', 'low', '6.8 mmol/L', '6..8', '1e5', '6 8', '>', `${'9'.repeat(400)}`].map(numberTyped)).toEqual(Array.from({ length: 8 }, () => undefined))
  })
})

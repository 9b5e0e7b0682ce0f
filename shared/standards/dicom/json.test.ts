import { describe, expect, it } from 'vitest'
import { jsonDataSets, jsonItems, jsonNumber, jsonText, jsonTexts } from './json'

describe('what a DICOMweb server answers', () => {
  const study = {
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Ada ', Ideographic: 'x' }] },
    '00080061': { vr: 'CS', Value: ['CT', 'SR', null, ''] },
    '00201208': { vr: 'IS', Value: ['300'] },
    '00280010': { vr: 'US', Value: [512] },
    '0020000D': { vr: 'UI', Value: ['1.2.3'] },
    '00080050': { vr: 'SH' },
    '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3.4'] } }, 'nonsense'] },
  }
  it('reads as names, numbers, lists and sequences', () => {
    expect(jsonText(study, '00100010')).toBe('Müller^Ada')
    expect(jsonTexts(study, '00080061')).toEqual(['CT', 'SR'])
    expect(jsonNumber(study, '00201208')).toBe(300)
    expect(jsonNumber(study, '00280010')).toBe(512)
    expect(jsonText(study, '0020000d')).toBe('1.2.3')
    expect(jsonText(study, '00080050')).toBe('')
    expect(jsonItems(study, '00081199').map((item) => jsonText(item, '00081155'))).toEqual(['1.2.3.4'])
  })

  it('reads as absent where it is not as the standard has it, and never throws', () => {
    for (const odd of [null, 7, 'x', {}, { Value: 'x' }, { Value: [{}] }, { Value: [[]] }, { vr: 'PN', Value: [{ Alphabetic: 5 }] }]) {
      const dataSet = { '00100010': odd }
      expect(jsonText(dataSet, '00100010')).toBe('')
      expect(jsonNumber(dataSet, '00100010')).toBeUndefined()
      expect(jsonTexts(dataSet, '00100010')).toEqual([])
    }
    expect(jsonText({}, '__proto__')).toBe('')
    expect(jsonDataSets({ error: 'no' })).toEqual([])
    expect(jsonDataSets([1, null, [], { a: 1 }])).toEqual([{ a: 1 }])
  })
})

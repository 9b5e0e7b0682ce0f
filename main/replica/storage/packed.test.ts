import { describe, expect, it } from 'vitest'
import { packed, unpackedText } from './packed'

const copy = (text: string): string =>
  JSON.stringify({ id: '0|01', itemId: '01', isCheckpoint: '0', docData: { resource: { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '718-7' }] }, note: [{ text }] } } })

describe('a packed document', () => {
  it('is what it was, in every script, at every length', () => {
    for (const text of ['', 'a', 'Núñez', 'محمد', '王', '😀', 'x'.repeat(100_000), 'mokoena '.repeat(9000)]) {
      const json = copy(text)
      const stored = packed(json)
      expect(unpackedText(typeof stored === 'string' ? Buffer.from(stored) : stored)).toBe(json)
    }
  })

  it('takes less than half the room, and stays as it is when it would take more', () => {
    expect((packed(copy('seen in the ward')) as Buffer).length).toBeLessThan(copy('seen in the ward').length / 2)
    expect(packed('{"id":"1|checkpoint"}')).toBe('{"id":"1|checkpoint"}')
  })

  it('can be read although it was packed by the first version of this form', () => {
    expect(unpackedText(Buffer.from('{"id":"plain"}'))).toBe('{"id":"plain"}')
    expect(unpackedText(Buffer.from(firstVersion, 'base64'))).toBe(copy('seen in the ward'))
  })
})

/** What `packed` made of it when the form was new: its words must never change. */
const firstVersion = 'AYMZU2NgiGaTDjanIFlPfqiSF+Pmhha65kq1sbU6GHmgODU1TyEzT6EkI1WhPLEoBaSqthYA'

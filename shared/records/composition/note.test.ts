import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { narrativeOf, noteFacts, noteOf, textOfNarrative } from './note'

describe('the narrative of a note', () => {
  it('is XHTML that says exactly what was typed', () => {
    expect(narrativeOf('BP < 90 & "falling"\n\t</pre>')).toBe('<div xmlns="http://www.w3.org/1999/xhtml"><pre>BP &lt; 90 &amp; "falling"\n\t&lt;/pre&gt;</pre></div>')
  })

  it('reads back any text but the characters that XML cannot carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('&lt;', '\r\n', '&amp;lt;', '</pre></div>', ''), (text, awkward) => {
        // oxlint-disable-next-line no-control-regex
        const possible = `${text}${awkward}`.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
        expect(textOfNarrative(narrativeOf(possible))).toBe(possible)
      }),
      { seed: 20_261, numRuns: 1000 },
    )
  })

  it('shows where a character was that XML cannot carry', () => {
    expect(textOfNarrative(narrativeOf('a\u0000b\ud800c'))).toBe('a\ufffdb\ufffdc')
  })

  it('of somebody else’s system is read without its markup', () => {
    expect(textOfNarrative('<div xmlns="http://www.w3.org/1999/xhtml"><p>Seen &amp; well</p></div>')).toBe('Seen & well')
  })

  it('tells who wrote it and when', () => {
    const note = noteOf({ subject: 'p', encounter: 'e', author: 'd', date: '2026-11-21T10:00:00Z', text: 'Well' })
    expect(noteFacts(note)).toEqual({ text: 'Well', sections: [{ text: 'Well' }], by: 'd', at: '2026-11-21T10:00:00Z' })
  })
})

describe('A12: a structured note', () => {
  const told = { subject: 'p', encounter: 'e', author: 'd', date: '2026-11-21T10:00:00Z' }
  it('keeps S, O, A and P apart, in this order, and leaves out what nobody wrote', () => {
    const note = noteOf({ ...told, soap: { plan: 'Fluids\n<2 L>', subjective: 'Cough', assessment: ' ', objective: 'RR 28' } })
    expect(note.section?.map(({ title, code }) => [title, code?.coding?.[0]?.code])).toEqual([['Subjective', '61150-9'], ['Objective', '61149-1'], ['Plan of treatment', '18776-5']])
    expect(noteFacts(note).sections).toEqual([{ part: 'subjective', text: 'Cough' }, { part: 'objective', text: 'RR 28' }, { part: 'plan', text: 'Fluids\n<2 L>' }])
  })

  it('A14: is added to by another one that says which, and why', () => {
    const facts = noteFacts(noteOf({ ...told, text: 'Left, not right', appends: { note: '01HV000000000000000000000N', reason: 'wrong side' } }))
    expect(facts.appends).toEqual({ note: '01HV000000000000000000000N', reason: 'wrong side' })
  })
})

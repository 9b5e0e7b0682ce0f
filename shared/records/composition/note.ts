import type { Composition } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'

const opening = '<div xmlns="http://www.w3.org/1999/xhtml"><pre>'
const closing = '</pre></div>'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
const characters: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#13;': '\r' }

/** Control characters that XHTML cannot carry at all (XML 1.0 §2.2), and halves of a pair. */
// oxlint-disable-next-line no-control-regex
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Free text as a FHIR narrative: every character stands for itself, spaces and line breaks kept. */
export const narrativeOf = (text: string): string =>
  `${opening}${text.replace(notXml, '\ufffd').replace(/[&<>\r]/g, (each) => escapes[each] ?? each)}${closing}`

/** The text of a narrative that {@link narrativeOf} wrote; of a foreign one, its text without markup. */
export const textOfNarrative = (div: string): string => {
  const inner = div.startsWith(opening) && div.endsWith(closing) ? div.slice(opening.length, -closing.length) : div.replace(/<[^>]*>/g, ' ').trim()
  return inner.replace(/&(?:amp|lt|gt|#13);/g, (each) => characters[each] ?? each)
}

/** A note on a visit (LOINC 34109-9, Note). */
export const noteOf = (told: { readonly subject: string; readonly encounter: string; readonly author: string; readonly date: string; readonly text: string }): Composition => ({
  resourceType: 'Composition',
  status: 'final',
  type: { coding: [{ system: systems.loinc, code: '34109-9', display: 'Note' }] },
  subject: referenceTo('Patient', told.subject),
  encounter: referenceTo('Encounter', told.encounter),
  date: told.date,
  author: [referenceTo('Practitioner', told.author)],
  title: 'Note',
  section: [{ text: { status: 'additional', div: narrativeOf(told.text) } }],
})

/** What a chart shows of a note; `by` is a practitioner id. */
export const noteFacts = (note: Composition) => ({
  text: (note.section ?? []).map((each) => textOfNarrative(each.text?.div ?? '')).join('\n\n'),
  by: idIn(note.author[0], 'Practitioner') ?? '',
  at: note.date,
})

import type { Composition } from 'fhir/r4'
import { extensions, idIn, referenceTo, systems } from '../systems'

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

/** The parts of a structured note, in the order in which they are written and read. */
export const soapParts = ['subjective', 'objective', 'assessment', 'plan'] as const

/** See {@link soapParts}. */
export type SoapPart = (typeof soapParts)[number]

/** LOINC codes of the sections. */
const soapCodes: Readonly<Record<SoapPart, { readonly code: string; readonly display: string }>> = {
  subjective: { code: '61150-9', display: 'Subjective' },
  objective: { code: '61149-1', display: 'Objective' },
  assessment: { code: '51848-0', display: 'Assessment' },
  plan: { code: '18776-5', display: 'Plan of treatment' },
}

/** A note on a visit, as it is written. */
export interface WrittenNote {
  /** Patient id. */
  readonly subject: string
  readonly encounter: string
  /** Practitioner id. */
  readonly author: string
  /** ISO instant. */
  readonly date: string
  /** Without structure. */
  readonly text?: string
  readonly soap?: Readonly<Partial<Record<SoapPart, string>>>
  /** The signed note that this one adds to, and why. */
  readonly appends?: { readonly note: string; readonly reason: string }
}

const isWritten = (text: string | undefined): text is string => text !== undefined && text.trim() !== ''

/** A note on a visit (LOINC 34109-9, Note). It is signed as it is written: never changed, only added to. */
export const noteOf = ({ subject, encounter, author, date, text, soap = {}, appends }: WrittenNote): Composition => ({
  resourceType: 'Composition',
  status: 'final',
  type: { coding: [{ system: systems.loinc, code: '34109-9', display: 'Note' }] },
  subject: referenceTo('Patient', subject),
  encounter: referenceTo('Encounter', encounter),
  date,
  author: [referenceTo('Practitioner', author)],
  title: 'Note',
  ...(appends === undefined ? {} : {
    relatesTo: [{ code: 'appends' as const, targetReference: referenceTo('Composition', appends.note) }],
    extension: [{ url: extensions.addendumReason, valueString: appends.reason }],
  }),
  section: [
    ...soapParts.flatMap((part) => {
      const written = soap[part]
      return isWritten(written) ? [{ title: soapCodes[part].display, code: { coding: [{ system: systems.loinc, ...soapCodes[part] }] }, text: { status: 'additional' as const, div: narrativeOf(written) } }] : []
    }),
    ...(isWritten(text) ? [{ text: { status: 'additional' as const, div: narrativeOf(text) } }] : []),
  ],
})

/** One section of a note; without a part: free text. */
export interface NoteSection {
  readonly part?: SoapPart
  readonly text: string
}

/** What a chart shows of a note; `by` is a practitioner id. */
export const noteFacts = (note: Composition) => {
  const sections = (note.section ?? []).map((each): NoteSection => {
    const part = soapParts.find((one) => each.code?.coding?.some(({ system, code }) => system === systems.loinc && code === soapCodes[one].code))
    return { ...(part === undefined ? {} : { part }), text: textOfNarrative(each.text?.div ?? '') }
  })
  const appends = note.relatesTo?.find(({ code }) => code === 'appends')?.targetReference
  const target = idIn(appends, 'Composition')
  return {
    text: sections.map(({ text }) => text).join('\n\n'),
    sections,
    by: idIn(note.author[0], 'Practitioner') ?? '',
    at: note.date,
    ...(target === undefined ? {} : { appends: { note: target, reason: note.extension?.find(({ url }) => url === extensions.addendumReason)?.valueString ?? '' } }),
  }
}

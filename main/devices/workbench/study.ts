import type { ProfileDraft, RecordingStudy, StudiedLine } from '../../../shared/contract'
import { control, decodeText } from '../../../shared/standards/astm'
import { cellsOf } from './learnTable'
import { learnable, linesOfPage, pagesOfRecording } from './pages'

/** What is shown of a recording. */
const most = { pages: 20, lines: 400, characters: 1_000 } as const

const separators = [';', '\t', ',', '|'] as const

/** How often a byte comes. */
const countOf = (bytes: Uint8Array, wanted: number): number => bytes.reduce((sum, byte) => sum + (byte === wanted ? 1 : 0), 0)

const protocolOf = (text: string): ProfileDraft['protocol'] => {
  if (/(?:^|[\x0b\r\n])MSH[|^~]/.test(text)) return 'hl7'
  return /(?:^|[\x02\r\n])[0-7]?H[|!~][^\r\n]*[\r\n\x03\x17]/.test(text) ? 'astm' : 'text'
}

const framingOf = (recording: Uint8Array): ProfileDraft['framing'] => {
  const [starts, ends] = [countOf(recording, control.STX), countOf(recording, control.ETX)]
  const answer = recording.includes(control.ENQ) ? 'ack' : 'none'
  if (starts > 0 && ends > 0) return { start: control.STX, end: control.ETX, answer }
  // A page that ends by a form feed.
  if (recording.at(-1) === 0x0c) return { end: 0x0c, answer }
  return { answer }
}

/** A table has a separator in every row, as often in each of them. */
const separatorOf = (lines: readonly string[]): string | undefined => {
  const rows = lines.filter((line) => line.trim() !== '').slice(0, 50)
  return separators.find((separator) => {
    const counts = rows.map((row) => cellsOf(row, separator).length - 1)
    return rows.length >= 2 && counts[0]! >= 2 && counts.every((count) => count === counts[0])
  })
}

const partsOf = (text: string, { layout, separator }: ProfileDraft): StudiedLine['parts'] => {
  if (layout === 'table') return cellsOf(text, separator)
  const parts: { from: number; to: number }[] = []
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    // What stands before a colon names what stands behind it.
    const [, label, rest] = /^([^:=]+[:=])(.+)$/.exec(word) ?? []
    const isTime = /^\d+:\d/.test(word)
    // A sign before a word says that its value is out of range; it is no part of the word.
    const sign = /^[*!]+(?=[A-Za-z])/.exec(word)?.[0].length ?? 0
    if (sign > 0) {
      parts.push({ from: index, to: index + sign }, { from: index + sign, to: index + word.length })
      continue
    }
    if (label !== undefined && rest !== undefined && !isTime) parts.push({ from: index, to: index + label.length }, { from: index + label.length, to: index + word.length })
    else parts.push({ from: index, to: index + word.length })
  }
  return parts
}

/** What a recording looks like; `given`: as this draft says, else as the bytes themselves tell. */
export const studyRecording = (whole: Uint8Array, given?: ProfileDraft): RecordingStudy => {
  const draft = given ?? firstDraft(whole)
  const recording = learnable(whole, draft.protocol)
  // Records and segments are lines for people, too.
  const pages = draft.protocol === 'text' ? pagesOfRecording(recording, draft.framing) : [decodeText(recording)]
  let left: number = most.lines
  const shown = pages.slice(0, most.pages).map((page) => {
    const lines = linesOfPage(page)
    const taken = lines.slice(0, left)
    left -= taken.length
    return { lines: taken.map(({ text }) => text.slice(0, most.characters)).map((text) => ({ text, parts: partsOf(text, draft) })) }
  })
  const isCut = recording.length < whole.length || pages.length > most.pages || pages.slice(0, most.pages).reduce((sum, page) => sum + linesOfPage(page).length, 0) > most.lines
  return { draft, pages: shown, isCut }
}

const firstDraft = (whole: Uint8Array): ProfileDraft => {
  const protocol = protocolOf(decodeText(whole.subarray(0, 4_096)))
  const recording = learnable(whole, protocol)
  const framing = protocol === 'text' ? framingOf(recording) : { answer: 'none' as const }
  const [page = ''] = protocol === 'text' ? pagesOfRecording(recording, framing) : []
  const lines = linesOfPage(page).map(({ text }) => text)
  const separator = separatorOf(lines)
  const heading = separator === undefined ? [] : cellsOf(lines[0] ?? '', separator).map(({ from, to }) => lines[0]!.slice(from, to))
  return {
    protocol,
    framing,
    layout: separator === undefined ? 'lines' : 'table',
    separator: separator ?? ';',
    // Headings are words; a first row with numbers is a result already.
    hasHeadings: heading.length > 0 && heading.every((cell) => !/^[<>]?-?\d+(?:[.,]\d+)?$/.test(cell)),
    decimalComma: separator === ';' && /;"?\d+,\d+"?(?:;|$)/m.test(page),
    marks: [],
    printsNoUnits: false,
    tests: [],
    ignored: [],
    controls: ['QC', 'CTRL', 'CONTROL'],
  }
}

import type { ProfileDraft, SerialSettings } from '../../../shared/contract'
import { profileOf } from '../profiles'
import { linesOfPage, pagesOfRecording } from './pages'
import { beginsWith, learnLines, type MarkedPiece } from './learnLines'
import { learnTable } from './learnTable'
import { literal } from './shape'

/** How a profile that was learned here is called. */
export interface DraftName {
  readonly id: string
  readonly maker: string
  readonly model: string
  readonly reportTitle: string
  readonly serial: SerialSettings
}

/** Marks with what they mark; those that lie outside of the recording are left out. */
export const piecesOf = (recording: Uint8Array, draft: ProfileDraft): (MarkedPiece & { /** Characters from the beginning of its page. */ readonly pageAt: number })[] => {
  const pages = pagesOfRecording(recording, draft.framing).map(linesOfPage)
  return draft.marks.flatMap((mark) => {
    const line = pages[mark.page]?.[mark.line]
    const text = line?.text.slice(mark.from, mark.to) ?? ''
    return line && text.trim() !== '' ? [{ ...mark, text, lineText: line.text, pageAt: line.at + mark.from }] : []
  })
}

const learnColumns = (pieces: ReturnType<typeof piecesOf>, timeFormat: string | undefined) => {
  const span = ({ pageAt, from, to }: (typeof pieces)[number]) => ({ from: pageAt, length: to - from })
  const [sample] = pieces.filter(({ as }) => as === 'sample')
  const [time] = pieces.filter(({ as }) => as === 'time')
  return {
    kind: 'columns' as const,
    sampleId: sample ? span(sample) : { from: 0, length: 1 },
    results: pieces.filter(({ as, code }) => as === 'value' && code !== undefined).map((piece) => ({ ...span(piece), code: piece.code!, decimals: piece.decimals ?? 0 })),
    ...(time && timeFormat !== undefined ? { measured: { ...span(time), format: timeFormat } } : {}),
  }
}

const layoutOf = (recording: Uint8Array, draft: ProfileDraft) => {
  const pieces = piecesOf(recording, draft)
  if (draft.layout === 'columns') return learnColumns(pieces, draft.timeFormat)
  if (draft.layout === 'lines') return learnLines(pieces, draft.timeFormat, draft.printsNoUnits)
  return learnTable(pieces, headingsOf(recording, draft), draft)
}

/** The first line that says anything: where a table has headings, it is they. */
export const headingsOf = (recording: Uint8Array, draft: ProfileDraft): string =>
  linesOfPage(pagesOfRecording(recording, draft.framing)[0] ?? '').find(({ text }) => text.trim() !== '')?.text ?? ''

/** The profile that a draft makes, as its file is to hold it; not yet checked. */
export const profileFromDraft = (recording: Uint8Array, draft: ProfileDraft, { id, maker, model, reportTitle, serial }: DraftName): Readonly<Record<string, unknown>> => {
  const tests = Object.fromEntries(draft.tests.map(({ code, name, loinc, unit }) => [code, { ...(loinc === undefined ? {} : { loinc }), name, unit }]))
  const units = Object.fromEntries(draft.tests.flatMap(({ unit, sentUnit }) => (sentUnit === undefined || sentUnit === unit ? [] : [[sentUnit, unit] as const])))
  const shared = {
    id, maker, model, category: 'analyser', serial, reportTitle, tests, units,
    unsure: ['learned from a recording: compare the first results with the display of the analyser'],
    ignored: draft.ignored.map((code) => `^${literal(code)}$`),
  }
  const samples = draft.controls.map(beginsWith)
  if (draft.protocol !== 'text') {
    // What stands where in a message, the standard says; what the codes mean, only the practice knows.
    const generic = profileOf(`${draft.protocol}-generic`) as unknown as { readonly qualityControl: object }
    return { ...generic, ...shared, qualityControl: { ...generic.qualityControl, samples } }
  }
  const { start, end, answer } = draft.framing
  return {
    ...shared,
    protocol: 'text',
    protocolName: draft.layout === 'table' ? 'Table' : 'Printed page',
    framing: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }), answer, limit: 512 * 1024 },
    layout: layoutOf(recording, draft),
    qualityControl: { samples, lines: [] },
  }
}

import type { DraftFault, DraftReading, ProfileDraft } from '../../../shared/contract'
import { writeDateTime } from '../../../shared/standards/hl7'
import { interpretText, parseByFormat, readCapture, readProfile, type AnalyserProfile, type Profile, type ProfileFault } from '../profiles'
import { decodeText } from '../../../shared/standards/astm'
import { entriesOf } from '../station'
import { headingsOf, piecesOf, profileFromDraft, type DraftName } from './draft'
import { wideHeadings } from './learnTable'
import { learnable, linesOfPage, pagesOfRecording } from './pages'

/** Ways of writing times that analysers have. */
const timeFormats = [
  'yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd HH:mm:ss', 'yyyy/MM/dd HH:mm', 'dd.MM.yyyy HH:mm:ss', 'dd.MM.yyyy HH:mm', 'dd/MM/yyyy HH:mm:ss', 'dd/MM/yyyy HH:mm',
  'MM/dd/yyyy HH:mm:ss', 'MM/dd/yyyy HH:mm', 'dd-MM-yyyy HH:mm', 'MM-dd-yyyy HH:mm', 'yy/MM/dd HH:mm', 'dd/MM/yy HH:mm', 'MM/dd/yy HH:mm', 'dd-MM-yy HH:mm', 'dd MMM yyyy HH:mm', 'yyyyMMddHHmmss', 'yyyyMMdd HH:mm', 'yyyyMMdd HHmmss', 'ddMMyyHHmm',
  'yyyy-MM-dd', 'yyyy/MM/dd', 'dd.MM.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy', 'dd-MM-yyyy', 'yy/MM/dd', 'dd/MM/yy', 'MM/dd/yy', 'yyyyMMdd',
] as const

/** Samples of an answer, and values of a code that are shown. */
const most = { samples: 50, values: 3 } as const

const nameless: DraftName = { id: 'draft', maker: 'Draft', model: 'Draft', reportTitle: 'Draft', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } }

/** The checked profile of a draft, or what is wrong with it. */
export const checkedProfile = (recording: Uint8Array, draft: ProfileDraft, name: DraftName = nameless): { readonly profile: AnalyserProfile; readonly text: string } | ProfileFault => {
  const text = `${JSON.stringify(profileFromDraft(recording, draft, name), undefined, 2)}\n`
  const read: Profile | ProfileFault = readProfile({ file: `${name.id}/profile.json`, text })
  if ('kind' in read) return read
  return read.category === 'analyser' ? { profile: read, text } : { file: read.id, kind: 'wrong-shape', reason: 'no analyser' }
}

/** Several times on one line or page are parts of one: a date here, a time there. */
const markedTimes = (recording: Uint8Array, draft: ProfileDraft): string => {
  const times = piecesOf(recording, draft).filter(({ as }) => as === 'time')
  const [first] = times
  return times.filter(({ page, line }) => page === first?.page && (draft.layout !== 'table' || line === first.line)).map(({ text }) => text.trim()).join(' ')
}

/** Lines of which a pattern reads something. */
const readLines = (recording: Uint8Array, draft: ProfileDraft, profile: AnalyserProfile): DraftReading['readLines'] => {
  if (profile.protocol !== 'text' || profile.layout.kind !== 'lines') return []
  const { sampleId, results, measured } = profile.layout
  const patterns = [...sampleId, ...results.map(({ pattern }) => pattern), ...(measured?.patterns ?? [])].map((pattern) => new RegExp(pattern, 'u'))
  return pagesOfRecording(recording, draft.framing).flatMap((text, page) => linesOfPage(text).flatMap((line, at) => (patterns.some((pattern) => pattern.test(line.text.slice(0, 1_000))) ? [{ page, line: at }] : [])))
}

/** What a draft makes of its recording. */
export const readDraft = (whole: Uint8Array, draft: ProfileDraft): DraftReading => {
  const recording = learnable(whole, draft.protocol)
  const { marks } = draft
  const faults: DraftFault[] = []
  const isText = draft.protocol === 'text'
  if (isText && !marks.some(({ as }) => as === 'sample')) faults.push('no-sample')
  const values = marks.filter(({ as }) => as === 'value')
  if (isText && values.length === 0) faults.push('no-value')
  const time = isText ? markedTimes(recording, draft) : ''
  const fitting = time === '' ? [] : timeFormats.filter((format) => parseByFormat(time, format) !== undefined)
  if (time !== '' && (draft.timeFormat === undefined || parseByFormat(time, draft.timeFormat) === undefined)) faults.push('time-format')
  const none: DraftReading = { faults, timeFormats: fitting, codes: [], samples: [], readLines: [], read: 0, unread: 0 }
  if (faults.includes('no-sample') || faults.includes('no-value')) return none
  // Codes that are left out are found all the same, so that a person can take them back.
  const columns = isText && draft.layout === 'table' ? wideHeadings(piecesOf(recording, draft), headingsOf(recording, draft), draft) : []
  const isTest = (code: string) => draft.tests.some((test) => test.code === code)
  const unnamed = [...new Set(columns)].filter((code) => code !== '' && !isTest(code)).map((code) => ({ code, name: code, unit: '1' }))
  const checked = checkedProfile(recording, { ...draft, tests: [...draft.tests, ...unnamed], ignored: [] })
  if ('kind' in checked) return { ...none, faults: [...faults, isText && values.every(({ code }) => code === undefined) && !marks.some(({ as }) => as === 'test') ? 'no-code' : 'unusable'] }
  const { profile } = checked
  const texts = entriesOf(recording, profile).entries.flatMap(({ message }) => message ?? [])
  const messages = texts.flatMap(({ text, complete }) => readCapture(text, profile).map((read) => ({ ...read, isReadable: read.isReadable && complete })))
  const isMixed = profile.protocol === 'text' && texts.some(({ text }) => interpretText(decodeText(text), profile).problems.includes('samples-mixed'))
  const codes = new Map<string, { values: Set<string>; units: Set<string>; isKnown: boolean }>()
  for (const { line, trouble } of messages.flatMap(({ samples }) => samples.flatMap(({ results }) => results))) {
    const found = codes.get(line.code) ?? { values: new Set<string>(), units: new Set<string>(), isKnown: isTest(line.code) }
    found.values.add(line.text)
    if (line.unit !== undefined && (trouble !== undefined || !isTest(line.code))) found.units.add(line.unit)
    codes.set(line.code, found)
  }
  const samples = messages.flatMap((message) => message.samples)
  if (samples.length === 0) faults.push('nothing-read')
  if (isMixed) faults.push('samples-mixed')
  if (codes.has('')) faults.push('no-code')
  if ([...codes].some(([code, { isKnown }]) => code !== '' && !isKnown && !draft.ignored.includes(code))) faults.push('codes-open')
  return {
    faults,
    timeFormats: fitting,
    codes: [...codes].map(([code, { values: said, units, isKnown }]) => ({ code, values: [...said].slice(0, most.values), units: [...units].slice(0, most.values), isKnown, isIgnored: draft.ignored.includes(code) })),
    samples: samples.slice(0, most.samples).map(({ accession, isQualityControl, results }) => {
      const measured = results.find((result) => result.measured)?.measured
      return {
        accession,
        isQualityControl,
        ...(measured ? { measured: writeDateTime(measured) } : {}),
        results: results
          .filter(({ line }) => !draft.ignored.includes(line.code))
          .map(({ line, trouble }) => ({ code: line.code, name: line.name, text: line.text, ...(line.unit === undefined ? {} : { unit: line.unit }), ...(line.flag === undefined ? {} : { flag: line.flag }), ...(trouble ? { trouble } : {}) })),
      }
    }),
    readLines: readLines(recording, draft, profile),
    read: messages.filter(({ isReadable }) => isReadable).length,
    unread: messages.filter(({ isReadable }) => !isReadable).length,
  }
}

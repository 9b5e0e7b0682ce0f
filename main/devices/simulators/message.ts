import { encodeText, escapeText, usualDelimiters } from '../../../shared/standards/astm'
import { type SegmentContent, writeMessage } from '../../../shared/standards/hl7'
import type { AnalyserProfile, AstmProfile, Hl7Profile, TextProfile } from '../profiles'
import { astmTime } from './bloodCount'
import { typicalValue } from './typical'

/** What is wrong with a message on demand. */
export type MessageFault = 'control' | 'unknown-test' | 'other-unit' | 'no-number' | 'correction'

/** What a virtual analyser is to send. */
export interface MessageOptions {
  readonly accession: string
  readonly at: Date
  /** Gives numbers in [0, 1). */
  readonly random: () => number
  readonly fault?: MessageFault
  /** HL7's MSH-10. */
  readonly controlId?: string
}

/** What a profile without tests sends: codes that nobody mapped. */
const anonymous = { GLU: { name: 'Glucose', unit: 'mmol/L' }, CREA: { name: 'Creatinine', unit: 'umol/L' } } as const
/** A virtual analyser measures no more than this in one tube. */
const most = 40

const linesOf = (profile: AnalyserProfile, { random, fault }: MessageOptions) => {
  const tests: readonly (readonly [string, { readonly loinc?: string; readonly unit: string }])[] = Object.entries(Object.keys(profile.tests).length > 0 ? profile.tests : anonymous).slice(0, most)
  const lines = tests.map(([code, { loinc, unit }]) => ({ code, value: typicalValue(loinc, unit, random), unit: unit === '1' || unit === '[pH]' ? '' : unit }))
  if (fault === 'unknown-test') lines.push({ code: 'NEWTEST', value: '1.0', unit: 'mmol/L' })
  return lines.map((line, index) => (fault === 'other-unit' && line.unit !== '' && lines.findIndex(({ unit }) => unit !== '') === index ? { ...line, unit: 'furlong' } : line))
}
/** A number that the profile takes for a control's. */
const controlNumber = 'QC-1'

const astmMessage = (profile: AstmProfile, options: MessageOptions): Uint8Array => {
  const { at, fault } = options
  const text = (words: string) => escapeText(words, usualDelimiters)
  const time = astmTime(at)
  const id = fault === 'no-number' ? '' : text(fault === 'control' ? controlNumber : options.accession)
  const place = profile.sampleId[0]!
  const record = (type: 'P' | 'O' | 'R', fields: Readonly<Record<number, string>>) => {
    const own: Record<number, string> = { 1: type, 2: '1', ...fields }
    if (place.record === type) own[place.field] = '^'.repeat((place.component ?? 1) - 1) + id
    return Array.from({ length: Math.max(...Object.keys(own).map(Number)) }, (_, index) => own[index + 1] ?? '').join('|')
  }
  const component = '^'.repeat(profile.testCode[0]! - 1)
  const results = linesOf(profile, options).map(({ code, value, unit }, index) =>
    record('R', { 2: String(index + 1), 3: component + text(code), 4: value, 5: text(unit), 9: fault === 'correction' ? 'C' : 'F', 13: time }),
  )
  const header = `H|\\^&|||${text(profile.model)}^simulated|||||||P|1|${time}`
  return encodeText([header, record('P', {}), record('O', { 12: fault === 'control' ? 'Q' : 'N', 26: 'F' }), ...results, 'L|1|N'].map((line) => `${line}\r`).join(''))
}

/** Message control ids of one run; a real analyser counts too. */
let lastMessage = 0

const hl7Message = (profile: Hl7Profile, options: MessageOptions): Uint8Array => {
  const { at, fault } = options
  const time = astmTime(at)
  const id = fault === 'no-number' ? undefined : fault === 'control' ? controlNumber : options.accession
  const field = Number(/^OBR-(\d+)/.exec(profile.sampleId.find((place) => place.startsWith('OBR-')) ?? '')?.[1] ?? 3)
  const obr: SegmentContent[number][] = Array.from({ length: 8 }, () => undefined)
  obr[0] = 1
  obr[3] = ['SIM', 'Simulated']
  obr[6] = time
  obr[field - 1] = id
  const codeAt = profile.testCode[0]! - 1
  const results = linesOf(profile, options).map(({ code, value, unit }, index): SegmentContent => {
    const name: (string | undefined)[] = Array.from({ length: codeAt + 1 }, () => undefined)
    // What a profile takes the code out of, written so that it finds it there.
    name[codeAt] = profile.codePattern?.includes('&') ? `SIM&${code}&Simulated` : code
    return ['OBX', index + 1, /^[\d.]+$/.test(value) ? 'NM' : 'ST', name, undefined, value, unit === '' ? undefined : unit, undefined, undefined, undefined, undefined, fault === 'correction' ? 'C' : 'F', undefined, undefined, time]
  })
  return encodeText(
    writeMessage([
      ['MSH', profile.model, profile.maker, undefined, undefined, time, undefined, ['ORU', 'R01'], options.controlId ?? `SIM${Date.now()}${++lastMessage}`, fault === 'control' ? 'Q' : 'P', '2.3.1', undefined, undefined, undefined, undefined, undefined, 'UNICODE UTF-8'],
      ['PID', 1],
      ['OBR', ...obr],
      ...results,
    ]),
  )
}

const two = (number: number) => String(number).padStart(2, '0')
const written = (format: string, at: Date): string =>
  format.replace(/yyyy|yy|MM|dd|HH|mm|ss/g, (token) => {
    switch (token) {
      case 'yyyy':
        return String(at.getFullYear())
      case 'yy':
        return two(at.getFullYear() % 100)
      case 'MM':
        return two(at.getMonth() + 1)
      case 'dd':
        return two(at.getDate())
      case 'HH':
        return two(at.getHours())
      case 'mm':
        return two(at.getMinutes())
      default:
        return two(at.getSeconds())
    }
  })

/** A page of a profile's example: `{id}`, `{time:yyyy-MM-dd HH:mm}`, `{4.2±0.5}` with as many digits as the mean is written with. */
const textPage = (profile: TextProfile, { accession, at, random, fault }: MessageOptions): Uint8Array => {
  const id = fault === 'no-number' ? '' : fault === 'control' ? controlNumber : accession
  const page = (profile.example ?? '').replace(/\{id\}/g, () => id).replace(/\{time:([^}]+)\}/g, (_, format: string) => written(format, at)).replace(/\{(\d+)(\.\d+)?±(\d+(?:\.\d+)?)\}/g, (_, whole: string, decimals: string | undefined, spread: string) =>
    (Number(`${whole}${decimals ?? ''}`) + Number(spread) * (random() * 2 - 1)).toFixed(decimals === undefined ? 0 : decimals.length - 1),
  )
  const unknown = fault === 'other-unit' ? page.replace(/\b(?:mmol|g|U|mg|m?IU)\/(?:L|dL|l|mL|ml)\b/, 'furlong') : page
  return framed(encodeText(unknown), profile)
}

const framed = (page: Uint8Array, { framing: { start, end, checksum, answer } }: TextProfile): Uint8Array => {
  const body = checksum === 'gs-sum' ? [...page, 0x1d] : [...page]
  const sum = checksum === 'gs-sum' ? encodeText((body.reduce((total, byte) => total + byte, 0) & 0xff).toString(16).padStart(2, '0')) : []
  return Uint8Array.from([...(answer === 'ack' ? [0x05] : []), ...(start === undefined ? [] : [start]), ...body, ...sum, ...(checksum === 'none' && end !== undefined ? [end] : []), ...(answer === 'ack' ? [0x03, 0x04] : [])])
}

/** What a virtual analyser of this profile sends for a tube: records, an HL7 message, or a page with its frame. */
export const simulatedMessage = (profile: AnalyserProfile, options: MessageOptions): Uint8Array => {
  switch (profile.protocol) {
    case 'astm':
      return astmMessage(profile, options)
    case 'hl7':
      return hl7Message(profile, options)
    case 'text':
      return textPage(profile, options)
  }
}

import type { Hl7DateTime } from '../../../shared/standards/hl7'
import type { ResultLine } from '../../../shared/records/observation/result'
import { compiled, longestName } from './pattern'
import type { AnalyserProfile } from './schema'
import { spellUnit } from './units'

/** One result of a sample, and what the profile knows of it. The same whatever the analyser speaks. */
export interface SampleResult {
  readonly line: ResultLine
  readonly loinc?: string
  /** UCUM; absent for text and where the profile does not know the test. */
  readonly ucum?: string
  /**
   * `unknown-test`: the profile has no such code. `other-unit`: the analyser is set to a unit that the profile does not
   * expect. `withdrawn`: the analyser takes back a result that it sent before.
   */
  readonly trouble?: 'unknown-test' | 'other-unit' | 'withdrawn'
  /** In the analyser's clock, or with its distance from UTC where it tells that. */
  readonly measured?: Hl7DateTime
}

/** A curve, histogram or picture that came with the results, as it was sent. */
export interface SampleCurve {
  readonly name: string
  /** How it is encoded, in the sender's words: `Application/Octer-stream Base64`, `FLOATLE-stream/deflate:base64`, `numbers`. */
  readonly encoding: string
  readonly content: string
}

/** Results of one tube (one order record). */
export interface Sample {
  /** The number on the tube, without padding; may be empty. */
  readonly accession: string
  readonly isQualityControl: boolean
  /** What the analyser wrote of the patient: for people to read, never to match by. */
  readonly analyserSays: string
  readonly results: readonly SampleResult[]
  readonly curves?: readonly SampleCurve[]
  /** What was remarked of the whole tube: NTE below OBR, C below O. */
  readonly comment?: string
  /** When the analyser sent the message, by its own clock (H.14, MSH-7). */
  readonly sentAt?: Hl7DateTime
}

/** What an analyser says of one test, out of whichever record or segment. */
export interface SaidResult {
  readonly code: string
  /** As the analyser calls it; empty where it only sends a code. */
  readonly name: string
  readonly text: string
  readonly value?: number
  readonly comparator?: NonNullable<ResultLine['comparator']>
  readonly unit: string
  readonly range: string
  readonly flag: string
  readonly status: ResultLine['status']
  /** What the analyser remarks beside the value. */
  readonly comment?: string
  readonly isWithdrawn?: boolean
  readonly measured?: Hl7DateTime
}

/** LIS02-A2, 6.12: H.12 of a message that is of no patient: quality control, training, debugging. HL7, table 0103: MSH-11 likewise. */
export const isNoPatient = /^[QTD]$/i

/** Whether one of the profile's regular expressions fits the beginning of a text, `longest` characters of it. */
export const matches = (patterns: readonly string[], text: string, longest = longestName): boolean => patterns.some((pattern) => compiled(pattern).test(text.slice(0, longest)))

/** The code in what stands where codes stand; all of it where the profile's pattern does not fit its beginning. */
export const codeIn = (sent: string, codePattern: string | undefined): string =>
  codePattern === undefined ? sent : (compiled(codePattern).exec(sent.slice(0, longestName))?.groups?.['code'] ?? sent)

/** What has no dimension may come without a unit. */
const withoutDimension = ['1', '[pH]']

const isUnit = (sent: string, expected: string, profile: AnalyserProfile): boolean =>
  sent.trim() === '' ? withoutDimension.includes(expected) : (Object.hasOwn(profile.units, sent) ? profile.units[sent] : spellUnit(sent)) === expected

/** Puts what an analyser says into the words of the practice; undefined for codes that the profile leaves out. */
export const resultOf = (said: SaidResult, profile: AnalyserProfile): SampleResult | undefined => {
  const { code, value, comparator, unit, range, flag, measured } = said
  if (matches(profile.ignored, code)) return undefined
  const line: ResultLine = {
    code,
    name: said.name === '' ? code : said.name,
    // A remark without a value says what it says by its flag.
    text: said.text !== '' ? said.text : flag,
    status: said.status,
    ...(range === '' ? {} : { range }),
    ...(flag === '' || flag === 'N' ? {} : { flag }),
    ...(said.comment === undefined || said.comment === '' ? {} : { comment: said.comment }),
  }
  const when = measured ? { measured } : {}
  if (said.isWithdrawn) return { line, trouble: 'withdrawn', ...when }
  if (matches(profile.findings, code)) return { line: { ...line, name: said.name === '' ? code.replaceAll('_', ' ') : said.name }, ...when }

  const number = value === undefined ? {} : { value, ...(comparator ? { comparator } : {}) }
  const test = Object.hasOwn(profile.tests, code) ? profile.tests[code] : undefined
  // An analyser that lists a test without a word about it has not measured it.
  if (test && line.text === '') return undefined
  if (!test) return { line: { ...line, ...number, ...(unit === '' ? {} : { unit }) }, trouble: 'unknown-test', ...when }
  const loinc = test.loinc === undefined ? {} : { loinc: test.loinc }
  const isBare = withoutDimension.includes(test.unit)
  const named = { ...line, ...number, name: test.name, ...(unit !== '' ? { unit } : isBare ? {} : { unit: test.unit }) }
  // A number is a measurement only with its unit; a text such as "----" needs none.
  if (value !== undefined && !isUnit(unit, test.unit, profile)) return { line: { ...named, unit }, ...loinc, trouble: 'other-unit', ...when }
  return { line: isBare ? named : { ...named, unit: test.unit }, ...loinc, ucum: test.unit, ...when }
}

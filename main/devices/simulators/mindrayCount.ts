import { type SegmentContent, writeMessage } from '../../../shared/standards/hl7'
import { astmTime } from './bloodCount'

/** Code, name, system, normal value, spread, digits after the point, unit as a BC-5000 sends it, normal range. */
const parameters = [
  ['6690-2', 'WBC', 'LN', 6.8, 2.6, 2, '10*9/L', 4, 10],
  ['751-8', 'NEU#', 'LN', 3.9, 1.2, 2, '10*9/L', 2, 7],
  ['731-0', 'LYM#', 'LN', 2.1, 0.6, 2, '10*9/L', 0.8, 4],
  ['770-8', 'NEU%', 'LN', 58, 9, 1, '%', 50, 70],
  ['736-9', 'LYM%', 'LN', 31, 8, 1, '%', 20, 40],
  ['789-8', 'RBC', 'LN', 4.6, 0.5, 2, '10*12/L', 3.5, 5.5],
  ['718-7', 'HGB', 'LN', 134, 18, 0, 'g/L', 110, 160],
  ['4544-3', 'HCT', 'LN', 40.5, 4.5, 1, '%', 37, 54],
  ['787-2', 'MCV', 'LN', 88, 5, 1, 'fL', 80, 100],
  ['785-6', 'MCH', 'LN', 29.2, 1.8, 1, 'pg', 27, 34],
  ['786-4', 'MCHC', 'LN', 332, 10, 0, 'g/L', 320, 360],
  ['777-3', 'PLT', 'LN', 250, 70, 0, '10*9/L', 100, 300],
  ['10002', 'PCT', '99MRC', 0.21, 0.05, 3, '%', 0.1, 0.28],
] as const

/** Message control ids of one run; a real analyser counts too. */
let lastMessage = 0

/** What {@link mindrayCount} can be told. */
export interface MindrayCountOptions {
  readonly controlId?: string
  /** MSH-11 and OBR-4 of a control run. */
  readonly isControl?: boolean
}

/**
 * A made-up blood count as a Mindray BC analyser sends it over HL7 2.3.1: mode lines, parameters, a suspicion and a
 * histogram; no patient, the number on the tube in OBR-3. `random` gives numbers in [0, 1).
 */
export const mindrayCount = (accession: string, at: Date, random: () => number, { controlId = String(++lastMessage), isControl = false }: MindrayCountOptions = {}): Uint8Array => {
  const time = astmTime(at)
  const spread = () => (random() + random() + random()) / 1.5 - 1
  let line = 0
  const observe = (type: string, code: readonly string[], value: SegmentContent[number], unit?: string, range?: string, flag?: string): SegmentContent => ['OBX', ++line, type, code, undefined, value, unit, range, flag, undefined, undefined, 'F']
  const segments: SegmentContent[] = [
    ['MSH', 'BC-5380', 'Mindray', undefined, undefined, time, undefined, ['ORU', 'R01'], controlId, isControl ? 'Q' : 'P', '2.3.1', undefined, undefined, undefined, undefined, undefined, 'UNICODE'],
    ['PID', 1],
    ['PV1', 1],
    ['OBR', 1, undefined, accession, isControl ? ['00003', 'LJ QCR', '99MRC'] : ['00001', 'Automated Count', '99MRC'], undefined, undefined, time, ...Array.from({ length: 16 }, () => undefined), 'HM'],
    observe('IS', ['08001', 'Take Mode', '99MRC'], 'O'),
    observe('IS', ['08003', 'Test Mode', '99MRC'], 'CBC+5DIFF'),
    ...parameters.map(([code, name, system, mean, deviation, digits, unit, low, high]) => {
      const value = Math.max(0, mean + deviation * spread())
      return observe('NM', [code, name, system], value.toFixed(digits), unit, `${low}-${high}`, value < low ? 'L' : value > high ? 'H' : 'N')
    }),
    observe('IS', ['12011', 'Anemia', '99MRC'], 'T'),
    observe('ED', ['15000', 'WBC Histogram. Binary', '99MRC'], [undefined, 'Application', 'Octer-stream', 'Base64', 'AAECAwQFBgcICQ==']),
  ]
  return new TextEncoder().encode(writeMessage(segments))
}

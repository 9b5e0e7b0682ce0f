import { encodeText, escapeText, usualDelimiters } from '../../../shared/standards/astm'

/** Parameter, normal value, spread, digits after the point, unit as an XN sends it, normal range. */
const parameters = [
  ['WBC', 6.8, 2.6, 2, '10*3/uL', 4, 10],
  ['RBC', 4.6, 0.5, 2, '10*6/uL', 3.8, 5.8],
  ['HGB', 13.4, 1.8, 1, 'g/dL', 11.5, 16.5],
  ['HCT', 40.5, 4.5, 1, '%', 35, 50],
  ['MCV', 88, 5, 1, 'fL', 80, 100],
  ['MCH', 29.2, 1.8, 1, 'pg', 27, 33],
  ['MCHC', 33.2, 1, 1, 'g/dL', 32, 36],
  ['PLT', 250, 70, 0, '10*3/uL', 150, 400],
  ['RDW-CV', 13.1, 1, 1, '%', 11.5, 14.5],
  ['MPV', 10.2, 1, 1, 'fL', 7.5, 12],
  ['NEUT#', 4, 1.4, 2, '10*3/uL', 2, 7],
  ['LYMPH#', 2.1, 0.6, 2, '10*3/uL', 1, 4],
  ['MONO#', 0.5, 0.2, 2, '10*3/uL', 0.2, 1],
] as const

const two = (number: number) => String(number).padStart(2, '0')

/** A date and time in the analyser's own clock, which knows no zone. */
export const astmTime = (at: Date): string =>
  `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`

/**
 * A made-up blood count as a Sysmex XN sends it: no patient, the sample number in O.4, padded to 22.
 * `random` gives numbers in [0, 1).
 */
export const bloodCount = (accession: string, at: Date, random: () => number): Uint8Array => {
  const time = astmTime(at)
  // The sum of three is near enough to the way values spread among people.
  const spread = () => (random() + random() + random()) / 1.5 - 1
  const results = parameters.map(([code, mean, deviation, digits, unit, low, high], index) => {
    const value = Math.max(0, mean + deviation * spread())
    const flag = value < low ? 'L' : value > high ? 'H' : 'N'
    return `R|${index + 1}|^^^^${code}^1|${value.toFixed(digits)}|${unit}||${flag}||F||||${time}`
  })
  const tests = parameters.map(([code]) => `^^^^${code}`).join('\\')
  const sample = escapeText(accession, usualDelimiters).padStart(22)
  const records = [
    'H|\\^&|||    XN-350^00-00^00000^^^^SIM00000||||||||E1394-97',
    'P|1',
    'C|1||',
    `O|1||^^${sample}^M|${tests}|||||||N||||||||||||||F`,
    'C|1||',
    ...results,
    'L|1|N',
  ]
  return encodeText(records.map((record) => `${record}\r`).join(''))
}

import { formatDate } from '../../../../components'
import type { Code, ReportItem, ReportValue } from '../../../../../shared/standards/dicom'
import { d } from '../words'

/** UCUM units whose code reads worse than what people write. */
const written: Readonly<Record<string, string>> = { '1': '', cm2: 'cm²', mm2: 'mm²', m2: 'm²', cm3: 'cm³', mm3: 'mm³', 'cm/s': 'cm/s', '[hnsf\'U]': 'HU', 'mm[Hg]': 'mmHg', Cel: '°C', '{pixels}': 'px', uV: 'µV', us: 'µs' }

/** What a unit is called: by its UCUM code where that is what people write, else by its meaning. */
export const unitWords = ({ value, scheme, meaning }: Code): string => {
  if (scheme !== 'UCUM') return meaning !== '' ? meaning : value
  return written[value] ?? (/^\{.*\}$/.test(value) ? value.slice(1, -1) : value)
}

/** A concept as it is read: its meaning, or its code where it has none. */
export const codeWords = ({ value, scheme, meaning }: Code): string => (meaning !== '' ? meaning : `${scheme} ${value}`.trim())

/** ISO local date, time or both; what is none stands as it is. */
export const momentWords = (text: string): string => {
  const [date = '', clock] = text.split('T')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return text
  return clock === undefined ? formatDate(date) : `${formatDate(date)} ${clock.slice(0, 5)}`
}

const shapes: Readonly<Record<string, number>> = { SCOORD: 2, SCOORD3D: 3 }

/** A value that is one run of text; undefined for containers and for references to instances. */
export const valueWords = (value: ReportValue): string | undefined => {
  switch (value.type) {
    case 'TEXT':
    case 'PNAME':
    case 'UIDREF':
      return value.text
    case 'DATE':
    case 'DATETIME':
      return momentWords(value.text)
    case 'TIME':
      return value.text
    case 'CODE':
      return codeWords(value.code)
    case 'NUM':
      return measurementWords(value)
    case 'SCOORD':
    case 'SCOORD3D':
      return value.numbers === 0 ? d('report.shape.noPoints', { shape: value.shape.toLowerCase() }) : d('report.shape', { shape: value.shape.toLowerCase(), points: Math.floor(value.numbers / (shapes[value.type] ?? 2)) })
    case 'TCOORD':
      return `${value.shape.toLowerCase()} ${value.at}`.trim()
    case 'reference':
      return d('report.reference', { place: value.place })
    case 'unknown':
      return d('report.unknown', { name: value.name === '' ? '?' : value.name })
    default:
      return undefined
  }
}

/** A measured number as it was written, never rounded, with its unit or a word that there is none. */
const measurementWords = ({ value, unit, qualifier }: Extract<ReportValue, { type: 'NUM' }>): string => {
  const why = qualifier ? ` (${codeWords(qualifier)})` : ''
  if (value === undefined) return `${d('report.noValue')}${why}`
  // No-break space: value and unit do not part.
  const [said, asUnit] = unit ? ['', unitWords(unit)] : [` (${d('report.noUnit')})`, '']
  return `${value}${asUnit === '' ? '' : `\u00a0${asUnit}`}${said}${why}`
}

/**
 * Items of the root that say under which circumstances it was written: who, by what, when, of whom, in which language. They stand
 * apart, so that the findings come first.
 */
export const isContext = ({ relationship }: ReportItem): boolean => ['HAS OBS CONTEXT', 'HAS ACQ CONTEXT', 'HAS CONCEPT MOD'].includes(relationship)

/** The library of images that a measurement report refers to (PS3.16 TID 1600): hundreds of lines that nobody reads first. */
export const isImageLibrary = ({ concept }: ReportItem): boolean => concept?.scheme === 'DCM' && concept.value === '111028'

/**
 * Whether a continuous container is one run of sentences: text with numbers and codes in it. Measurement groups call themselves
 * continuous too, and are lists.
 */
export const isRunningText = ({ value, children }: ReportItem): boolean =>
  value.type === 'CONTAINER' &&
  value.continuous &&
  children.some((child) => child.value.type === 'TEXT') &&
  children.every((child) => ['TEXT', 'NUM', 'CODE'].includes(child.value.type) && child.relationship === 'CONTAINS' && child.children.every(({ relationship }) => relationship === 'HAS CONCEPT MOD'))

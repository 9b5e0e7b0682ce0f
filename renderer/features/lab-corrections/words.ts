import { labCorrections } from '../../../resources/locales/en/labCorrections'
import type { PatientSummary, ResultLine } from '../../../shared/contract'
import { formatDate, wording } from '../../components'
import { unitText } from '../results'

/** The wording of corrections. */
export const t = wording(labCorrections)

/** Who somebody is, to be looked at twice: name, number, birth date. */
export const personWords = ({ family, given, number, birthDate }: PatientSummary): string =>
  [[family.toUpperCase(), given].filter(Boolean).join(', '), number, ...(birthDate === undefined ? [] : [formatDate(birthDate)])].join(' · ')

/** `6.8 mmol/L`. */
export const valueWords = ({ text, unit }: Pick<ResultLine, 'text' | 'unit'>): string => `${text} ${unit === undefined ? '' : unitText(unit)}`.trim()

import { labCorrections } from '../../../resources/locales/en/labCorrections'
import type { PatientSummary, ResultLine } from '../../../shared/contract'
import { formatDate, isolated, wording } from '../../components'
import { unitText } from '../results'

/** The wording of corrections. */
export const t = wording(labCorrections)

/** Who somebody is, to be looked at twice: name, number, birth date. */
export const personPieces = ({ family, given, number, birthDate }: PatientSummary): string[] =>
  [[family.toUpperCase(), given].filter(Boolean).join(', '), number, ...(birthDate === undefined ? [] : [formatDate(birthDate)])]

/** {@link personPieces} in one text, for what is said or read aloud. */
export const personWords = (patient: PatientSummary): string => personPieces(patient).map(isolated).join(' · ')

/** `6.8 mmol/L`. */
export const valueWords = ({ text, unit }: Pick<ResultLine, 'text' | 'unit'>): string => `${text} ${unit === undefined ? '' : unitText(unit)}`.trim()

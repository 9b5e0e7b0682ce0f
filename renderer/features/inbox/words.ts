import { inbox } from '../../../resources/locales/en/inbox'
import type { InboxItem, PatientSummary, ResultLine } from '../../../shared/contract'
import { flagOf } from '../../../shared/records/observation/resultFlag'
import { formatDate, formatDayTime, isolated, wording } from '../../components'
import { unitText } from '../results'

/** The wording of the inbox. */
export const t = wording(inbox)

/** What a report is called; another program may have left that out. */
export const titleOf = ({ title }: Pick<InboxItem, 'title'>): string => title || t('untitled')

/** When a report was given out, or that nobody can say. */
export const whenWords = ({ kind, at }: Pick<InboxItem, 'kind' | 'at'>): string => {
  const when = formatDayTime(at)
  return when === '' ? t('at.unknown') : t(kind === 'imaging' ? 'at.report' : 'at', { at: when })
}

/** Who somebody is, to be looked at twice: name, number, birth date. */
export const personPieces = ({ family, given, number, birthDate }: PatientSummary): string[] =>
  [[family.toUpperCase(), given].filter(Boolean).join(', '), number, ...(birthDate === undefined ? [] : [t('born', { date: formatDate(birthDate) })])]

/** {@link personPieces} in one text, for what is said or read aloud. */
export const personWords = (patient: PatientSummary): string => personPieces(patient).map(isolated).join(' · ')

/** `Potassium 6.8 mmol/L ↑`. */
export const lineWords = (line: ResultLine): string => {
  const flag = flagOf(line)
  const sign = flag === undefined || flag === 'abnormal' ? '!' : flag.endsWith('low') ? '↓' : '↑'
  return [line.name, line.text, line.unit === undefined ? '' : unitText(line.unit), sign].filter(Boolean).join(' ')
}

/** How urgent a report is, in one word. */
export const severityWord = ({ kind, severity }: Pick<InboxItem, 'kind' | 'severity'>): string => (kind === 'imaging' ? t('report') : t(`severity.${severity}`))

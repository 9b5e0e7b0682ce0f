import { imagingOrders } from '../../../../resources/locales/en/imagingOrders'
import type { PatientSummary } from '../../../../shared/contract'
import { formatDate, formatDayTime, wording } from '../../../components'

/** The wording of imaging orders. */
export const o = wording(imagingOrders)

/** Who somebody is, to be looked at twice: name, number, birth date. */
export const personWords = ({ family, given, number, birthDate }: PatientSummary): string =>
  [`${family.toUpperCase()}, ${given}`, number, ...(birthDate === undefined ? [] : [formatDate(birthDate)])].join(' · ')

/** An instant on this computer's clock; a time of a file, which names no zone, as it stands there. */
export const stepTime = (at: string): string => (/(Z|[+-]\d\d:\d\d)$/.test(at) ? formatDayTime(at) : `${formatDate(at.slice(0, 10))} ${at.slice(11, 16)}`.trim())

import { labResults } from '../../../resources/locales/en/labResults'
import { wording } from '../../components'

/** The wording of typed results, ranges and reports. */
export const t = wording(labResults)

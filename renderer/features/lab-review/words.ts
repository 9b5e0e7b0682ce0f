import { lab } from '../../../resources/locales/en/lab'
import { wording } from '../../components'

/** The wording of the laboratory. */
export const t = wording(lab)

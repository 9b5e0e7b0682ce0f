import { measure } from '../../../../../resources/locales/en/measure'
import { wording } from '../../../../components'

/** The wording of what is measured and marked. */
export const m = wording(measure)

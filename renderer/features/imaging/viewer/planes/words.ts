import { planes } from '../../../../../resources/locales/en/planes'
import { wording } from '../../../../components'

/** The wording of planes through a stack. */
export const p = wording(planes)

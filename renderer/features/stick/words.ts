import { stick } from '../../../resources/locales/en/stick'
import { wording } from '../../components'

/** The wording of sticks. */
export const t = wording(stick)

import { bluetooth } from '../../../resources/locales/en/bluetooth'
import { wording } from '../../components'

/** The wording of Bluetooth. */
export const t = wording(bluetooth)

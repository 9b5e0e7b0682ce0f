import { labOrders } from '../../../resources/locales/en/labOrders'
import { wording } from '../../components'

/** The wording of laboratory orders. */
export const t = wording(labOrders)

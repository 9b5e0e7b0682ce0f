import { inventory } from '../../../../resources/locales/en/inventory'
import { wording } from '../../../components'

/** The wording of the inventory. */
export const t = wording(inventory)

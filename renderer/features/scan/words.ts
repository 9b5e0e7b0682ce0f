import { scan } from '../../../resources/locales/en/scan'
import { wording } from '../../components'

/** The wording of scanners and wristbands. */
export const t = wording(scan)

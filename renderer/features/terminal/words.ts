import { terminal } from '../../../resources/locales/en/terminal'
import { wording } from '../../components'

/** The wording of lines. */
export const t = wording(terminal)

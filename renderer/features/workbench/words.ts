import { workbench } from '../../../resources/locales/en/workbench'
import { wording } from '../../components'

/** The wording of the workbench. */
export const t = wording(workbench)

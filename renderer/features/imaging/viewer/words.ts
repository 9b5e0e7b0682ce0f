import { viewer } from '../../../../resources/locales/en/viewer'
import { wording } from '../../../components'

/** The wording of the viewer's tools. */
export const v = wording(viewer)

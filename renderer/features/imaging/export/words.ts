import { imagingExport } from '../../../../resources/locales/en/imagingExport'
import { wording } from '../../../components'

/** The wording of exports and sheets. */
export const x = wording(imagingExport)

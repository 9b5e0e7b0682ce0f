import { imagingReport } from '../../../../resources/locales/en/imagingReport'
import { wording } from '../../../components'

/** The wording of reports. */
export const r = wording(imagingReport)

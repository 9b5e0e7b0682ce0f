import { imagingImport } from '../../../../resources/locales/en/imagingImport'
import { wording } from '../../../components'

export { formatSize as sizeWords } from '../../../components'

/** The wording of choosing what is imported. */
export const words = wording(imagingImport)

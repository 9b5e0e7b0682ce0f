import { imagingStorage } from '../../../../resources/locales/en/imagingStorage'
import { wording } from '../../../components'

export { formatSize as sizeWords } from '../../../components'

/** The wording of where images are and what room they take up. */
export const s = wording(imagingStorage)

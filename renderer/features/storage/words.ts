import { storage } from '../../../resources/locales/en/storage'
import { wording } from '../../components'

export { formatSize as sizeWords } from '../../components'

/** The wording of storage. */
export const t = wording(storage)

import { labCatalogue } from '../../../resources/locales/en/labCatalogue'
import { wording } from '../../components'

/** The wording of the catalogue. */
export const t = wording(labCatalogue)

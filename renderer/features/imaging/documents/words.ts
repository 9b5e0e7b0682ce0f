import { imagingDocuments } from '../../../../resources/locales/en/imagingDocuments'
import { wording } from '../../../components'

/** The wording of documents and tags. */
export const d = wording(imagingDocuments)

import { done, refuse, type imagingDocumentRequests } from '../../shared/contract'
import type { Imaging } from '../imaging'
import type { Handlers } from './handler'

/** Files of a study for reading. */
export const imagingDocumentHandlers = ({ imaging }: { readonly imaging: Pick<Imaging, 'fileForReading'> }): Handlers<typeof imagingDocumentRequests> => ({
  async readImagingFile(ask) {
    const file = await imaging.fileForReading(ask)
    if (file === 'not-found') return refuse('not-found')
    return file === 'incomplete' ? refuse('study-incomplete') : done(file)
  },
})

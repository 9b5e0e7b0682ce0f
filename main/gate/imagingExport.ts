import { done, refuse, type imagingExportRequests } from '../../shared/contract'
import type { Imaging } from '../imaging'
import type { Handlers } from './handler'

/** Images that leave as files. */
export const imagingExportHandlers = ({ imaging: { exports } }: { readonly imaging: Imaging }): Handlers<typeof imagingExportRequests> => ({
  async planExport(ask) {
    const plan = await exports.plan(ask)
    return plan === 'not-found' ? refuse('not-found') : done(plan)
  },
  async exportStudies(ask) {
    const started = await exports.start(ask)
    if (started === 'pixel-text') return refuse('conflict', { reason: started })
    return typeof started === 'string' ? refuse(started) : done(started)
  },
  async readExport({ export: id }) {
    const progress = exports.progress(id)
    return progress ? done(progress) : refuse('not-found')
  },
  async cancelExport({ export: id }) {
    const progress = await exports.cancel(id)
    return progress ? done(progress) : refuse('not-found')
  },
  async savePicture(ask) {
    const saved = await exports.savePicture(ask)
    return typeof saved === 'string' ? refuse(saved) : done(saved)
  },
})

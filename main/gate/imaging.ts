import { stat } from 'node:fs/promises'
import { done, refuse, type imagingRequests } from '../../shared/contract'
import type { Imaging } from '../imaging'
import type { Replica } from '../replica'
import type { Handlers } from './handler'

/** What the imaging requests need of the practice. */
export interface ImagingParts {
  readonly imaging: Imaging
  readonly replica: Replica
}

/** Import, studies, tray and pixels. */
export const imagingHandlers = ({ imaging, replica }: ImagingParts): Handlers<typeof imagingRequests> => ({
  async importFolder({ folder, patient }, { session }) {
    if (patient !== undefined && !(await replica.records.get('Patient', patient))) return refuse('not-found')
    const isFolder = await stat(folder).then((found) => found.isDirectory(), () => false)
    if (!isFolder) return refuse('folder-unreadable')
    return done(imaging.startImport({ from: [folder], author: session.practitioner, ...(patient !== undefined && { patient }) }))
  },
  async lookThrough({ from, patient }, { session }) {
    if (patient !== undefined && !(await replica.records.get('Patient', patient))) return refuse('not-found')
    return done(imaging.startImport({ from, author: session.practitioner, asks: true, ...(patient !== undefined && { patient }) }))
  },
  async importChosen({ import: id, studies }) {
    const progress = imaging.choose(id, studies)
    return progress ? done(progress) : refuse('not-found')
  },
  async cancelImport({ import: id }) {
    const progress = await imaging.cancel(id)
    return progress ? done(progress) : refuse('not-found')
  },
  async readImport({ import: id }) {
    const progress = imaging.progress(id)
    return progress ? done(progress) : refuse('not-found')
  },
  async listStudies({ patient }) {
    if (!(await replica.records.get('Patient', patient))) return refuse('not-found')
    return done(await imaging.listStudies(patient))
  },
  async openStudy({ patient, study }, { session }) {
    const opened = await imaging.openStudy({ patient, study, session: session.id })
    if (opened === 'not-found') return refuse('not-found')
    return opened === 'incomplete' ? refuse('study-incomplete') : done(opened)
  },
  async listImagingTray() {
    return done(await imaging.tray())
  },
  async fileStudy({ study, patient }, { session }) {
    const filed = await imaging.fileStudy({ study, patient, by: { practitioner: session.practitioner, name: session.name } })
    return typeof filed === 'string' ? refuse(filed) : done(filed)
  },
})

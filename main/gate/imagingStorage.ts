import { done, refuse, type imagingStorageRequests, type Whereabouts } from '../../shared/contract'
import { patientOf, studyUidOf } from '../../shared/records/imaging-study/study'
import type { Charting } from '../charting'
import type { Imaging } from '../imaging'
import type { Replica } from '../replica'
import type { Handlers } from './handler'

/** What the requests about the archive need of the practice. */
export interface ImagingStorageParts {
  readonly imaging: Imaging
  readonly charting: Charting
  readonly replica: Replica
}

/** Room for images, what becomes of them, and whether they are as they were stored. */
export const imagingStorageHandlers = ({ imaging, charting: { imaging: chart }, replica }: ImagingStorageParts): Handlers<typeof imagingStorageRequests> => ({
  readArchive: async () => done(await imaging.keeping.state()),
  setKeepRule: async (rule) => done(await imaging.keeping.setRule(rule)),
  makeRoom: async () => done(await imaging.keeping.makeRoom()),
  checkArchive: async () => done(await imaging.keeping.check()),
  mendArchive: async () => done(await imaging.keeping.mend()),
  cancelArchiveJob: async () => done(await imaging.keeping.cancel()),
  async dropStudy({ patient, study }) {
    const record = await replica.records.get('ImagingStudy', study)
    if (!record || patientOf(record.resource) !== patient) return refuse('not-found')
    const dropped = await imaging.keeping.drop(studyUidOf(record.resource))
    return typeof dropped === 'string' ? refuse(dropped) : done(dropped)
  },
  async deleteStudy({ study, patient, why }, { session }) {
    // What a signed report rests on stays on its chart.
    if (patient !== undefined && (await chart.reports.restsOn(patient, study))) return refuse('conflict', { reason: 'reported' })
    const outcome = await imaging.deleteStudy({ study, why, by: { practitioner: session.practitioner, name: session.name }, ...(patient !== undefined && { patient }) })
    return outcome === 'deleted' ? done(null) : refuse('not-found')
  },
  async keepThumbnail({ study, picture }) {
    const record = await replica.records.get('ImagingStudy', study)
    if (!record) return refuse('not-found')
    return (await imaging.thumbnails.keep(studyUidOf(record.resource), picture)) ? done(null) : refuse('bad-shape')
  },
  async studyThumbnails({ patient }) {
    if (!(await replica.records.get('Patient', patient))) return refuse('not-found')
    const pictures: Record<string, string> = {}
    for (const { id, studyInstanceUid } of await imaging.listStudies(patient)) {
      const picture = await imaging.thumbnails.of(studyInstanceUid)
      if (picture !== undefined) pictures[id] = picture
    }
    return done(pictures)
  },
  async studyWhereabouts({ patient }) {
    if (!(await replica.records.get('Patient', patient))) return refuse('not-found')
    const where: Record<string, Whereabouts> = {}
    for (const { id, studyInstanceUid } of await imaging.listStudies(patient)) where[id] = await imaging.keeping.whereabouts(studyInstanceUid)
    return done(where)
  },
})

import { done, refuse, type FilesState, type fileRequests, type StudyFetch } from '../../shared/contract'
import { patientOf, studyUidOf } from '../../shared/records/imaging-study/study'
import type { Blobs, BlobsState, WantedSet } from '../blobs'
import { setOfStudy, studyOfSet } from '../imaging'
import type { Replica } from '../replica'
import type { Handlers } from './handler'

const fetchOf = ({ set, state, progress, problem }: WantedSet): StudyFetch => ({
  studyInstanceUid: studyOfSet(set),
  state,
  ...(progress ?? { files: 0, ofFiles: 0, bytes: 0, ofBytes: 0 }),
  ...(problem && { problem }),
})

/** The queues as windows see them. */
export const filesStateOf = ({ wanted, ...state }: BlobsState): FilesState => ({ ...state, fetching: wanted.map(fetchOf) })

/** The requests of `fileRequests`. */
export const fileHandlers = ({ blobs, replica }: { readonly blobs: Blobs; readonly replica: Replica }): Handlers<typeof fileRequests> => {
  const setOf = async (patient: string, study: string): Promise<string | undefined> => {
    const record = await replica.records.get('ImagingStudy', study)
    return record && patientOf(record.resource) === patient ? setOfStudy(studyUidOf(record.resource)) : undefined
  }
  return {
    filesState: async () => done(filesStateOf(blobs.state())),
    setTravelRule: async (rule) => {
      await blobs.setRule(rule)
      return done(filesStateOf(blobs.state()))
    },
    sendFilesNow: async () => {
      blobs.hurry()
      return done(filesStateOf(blobs.state()))
    },
    fetchStudy: async ({ patient, study }) => {
      const set = await setOf(patient, study)
      if (set === undefined) return refuse('not-found')
      if (blobs.state().link === 'none') return refuse('no-server')
      return done(fetchOf(await blobs.fetch(set)))
    },
    cancelFetchStudy: async ({ patient, study }) => {
      const set = await setOf(patient, study)
      if (set === undefined) return refuse('not-found')
      await blobs.cancel(set)
      return done(filesStateOf(blobs.state()))
    },
  }
}

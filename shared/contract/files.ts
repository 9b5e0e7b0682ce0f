import * as z from 'zod'
import { request } from './request'
import { recordId } from './shapes'

/** When images and files may travel from this workstation. */
export interface TravelRule {
  /** `always`; `night`: what is larger than 200 kB waits for the night. Records go at any time. */
  readonly when: 'always' | 'night'
  /** `HH:MM` by this computer's clock; the night may pass midnight. */
  readonly nightFrom: string
  readonly nightTo: string
  /** At most so much either way; 0: as fast as it goes. */
  readonly kilobytesPerSecond: number
}

/** Images of a study that somebody asked for. */
export interface StudyFetch {
  readonly studyInstanceUid: string
  /**
   * `waiting`: for the line, or its turn. `fetching`. `done`: all that the server has is here. `missing`: no workstation has sent any of
   * it yet; asked again by itself. `failed`: some of it does not read, or there is no room for it here.
   */
  readonly state: 'waiting' | 'fetching' | 'done' | 'missing' | 'failed'
  readonly files: number
  /** 0 as long as it is not known. */
  readonly ofFiles: number
  readonly bytes: number
  readonly ofBytes: number
  readonly problem?: 'damaged' | 'disk-full' | 'internal'
}

/** How images and files travel between the workstations of the practice. */
export interface FilesState {
  /** `none`: no server is set up. `waiting`: for the line. `refused`: the server keeps no files for this practice. */
  readonly link: 'none' | 'waiting' | 'ready' | 'refused'
  readonly sending: boolean
  /** Files that wait to be sent, and their bytes; `held` of them wait for the night. */
  readonly toSend: { readonly files: number; readonly bytes: number; readonly held: number }
  /** Measured over the last seconds; absent while nothing moves. */
  readonly bytesPerSecond?: number
  readonly rule: TravelRule
  /** Somebody said that what waits for the night goes now. */
  readonly inHurry: boolean
  /** Files that do not read back on this workstation, so that no other can have them. */
  readonly damaged: number
  readonly fetching: readonly StudyFetch[]
}

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** Images and files on their way. */
export const fileRequests = {
  filesState: request(z.undefined(), 'sync.read').answers<FilesState>(),
  setTravelRule: request(
    z.object({ when: z.enum(['always', 'night']), nightFrom: time, nightTo: time, kilobytesPerSecond: z.int().min(0).max(1_000_000) }),
    'sync.configure',
    'write',
  ).answers<FilesState>(),
  /** What waits for the night goes now. */
  sendFilesNow: request(z.undefined(), 'sync.configure', 'write').answers<FilesState>(),
  /** Fetches the images of a study that lie on another workstation; how it goes comes as `filesChanged`. Problems: `no-server`. */
  fetchStudy: request(z.object({ patient: recordId, study: recordId }), 'imaging.read', 'read').answers<StudyFetch>(),
  cancelFetchStudy: request(z.object({ patient: recordId, study: recordId }), 'imaging.read').answers<FilesState>(),
}

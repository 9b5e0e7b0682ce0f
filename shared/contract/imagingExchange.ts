import * as z from 'zod'
import { request } from './request'
import { idempotencyKey, recordId } from './shapes'

/**
 * Why something between this workstation and another DICOM place did not come about.
 * `unreachable`: nobody answers there. `not-secure`: TLS failed. `rejected`: it does not let us in. `not-offered`: it does
 * not offer the service. `broken-off`: it hung up, or the line was cut. `timed-out`: it said nothing for too long.
 * `protocol`: it broke the protocol. `refused`: it will not have some of the images. `no-room`: it has no room now.
 * `unknown-peer`: it is not in the list any more. `damaged`: a file here cannot be read. `not-found-there`: it knows no such
 * study. `incomplete`: it could not give all of it. `disk-full`: this computer has no room. `training-stays-here`: it is not on this
 * computer, and the practice is for training. `internal`: a fault of ours.
 */
export type ExchangeProblem =
  | 'unreachable' | 'not-secure' | 'rejected' | 'not-offered' | 'broken-off' | 'timed-out' | 'protocol' | 'refused' | 'no-room' | 'unknown-peer' | 'damaged'
  | 'not-found-there' | 'incomplete' | 'disk-full' | 'training-stays-here' | 'internal'

/**
 * Where a send stands. `waiting`: for its time, or for the next attempt. `sending`: now. `sent`: the other place has confirmed
 * every instance. `failed`: a person has to look at it. `cancelled`: a person stopped it; what had been sent is there.
 */
export type SendState = 'waiting' | 'sending' | 'sent' | 'failed' | 'cancelled'

/** A study on its way to another place. */
export interface SendEntry {
  readonly id: string
  readonly patient: string
  /** Id of the study's record. */
  readonly study: string
  readonly studyInstanceUid: string
  /** What the study is: day, modality, description. */
  readonly description: string
  readonly peer: { readonly id: string; readonly name: string }
  readonly when: 'now' | 'night'
  readonly state: SendState
  /** Instances of the study; 0 while nobody has counted. */
  readonly total: number
  /** Of them, confirmed by the other place. */
  readonly sent: number
  /** Of them, not accepted in the last attempt. */
  readonly refused: number
  readonly attempts: number
  /** Who asked for it, and when (ISO instant). */
  readonly by: string
  readonly askedAt: string
  /** The next attempt; of one that waits. */
  readonly nextAt?: string
  readonly problem?: ExchangeProblem
  /** What the other place said, in terms of DICOM. */
  readonly detail?: string
  readonly endedAt?: string
}

/** A send with whose study it is, as the records name the patient now. */
export interface ListedSend extends SendEntry {
  readonly patientName: string
  readonly patientNumber: string
}

/** The outbox, the newest first, and when sends that may wait leave: hours and minutes of the workstation's clock. */
export interface OutboxState {
  readonly sends: readonly ListedSend[]
  readonly night: { readonly from: string; readonly to: string }
}

/** A place that can be asked or sent to. */
export interface ExchangePeer {
  readonly id: string
  readonly name: string
  readonly aeTitle: string
  readonly canReceive: boolean
  readonly canBeQueried: boolean
  readonly hasWorklist: boolean
}

/** A study that another place has of a patient. */
export interface RemoteStudy {
  readonly studyInstanceUid: string
  readonly description: string
  readonly modalities: readonly string[]
  /** ISO local date, or date and time. */
  readonly started?: string
  readonly accession: string
  /** Instances there, as it says. */
  readonly instances?: number
  /** As the other place names the patient: to be looked at before the study is fetched. */
  readonly dicomPatient: { readonly id: string; readonly name: string; readonly birthDate: string }
  /** The study is on this practice's records already. */
  readonly known: boolean
  /** The Patient ID is not this patient's number, or the birth dates disagree: if it is fetched it waits in the tray. */
  readonly mismatch?: 'patient-id' | 'birth-date'
}

/** What another place answered, newest first; `more`: it has more than are listed. With a problem it did not answer to the end. */
export interface RemoteStudies {
  readonly studies: readonly RemoteStudy[]
  readonly more: boolean
  readonly problem?: ExchangeProblem
  readonly detail?: string
}

/** A study that is being fetched from another place. */
export interface PullEntry {
  readonly id: string
  readonly patient: string
  readonly studyInstanceUid: string
  readonly peer: { readonly id: string; readonly name: string }
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly taken: number
  /** Instances there, where it said how many. */
  readonly total?: number
  /** Instances that were not taken in: other content under a UID that is here, or another patient's. */
  readonly refused: number
  /** Where the study is now. */
  readonly place?: 'chart' | 'tray'
  readonly problem?: ExchangeProblem
  readonly detail?: string
}

/** A step that another place's worklist has. */
export interface WorklistEntry {
  readonly accession: string
  readonly patientId: string
  readonly patientName: string
  readonly birthDate: string
  readonly modality: string
  readonly description: string
  /** ISO local date and time. */
  readonly scheduled?: string
  readonly station: string
  readonly studyInstanceUid: string
}

/** What another place's worklist has for a day, in its order; see {@link RemoteStudies}. */
export interface RemoteWorklist {
  readonly steps: readonly WorklistEntry[]
  readonly more: boolean
  readonly problem?: ExchangeProblem
  readonly detail?: string
}

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const uid = z.string().max(64).regex(/^\d+(\.\d+)+$/)
const sendId = z.string().min(8).max(64)

/** Sending studies to other places, and fetching priors from them. */
export const imagingExchangeRequests = {
  /** DICOM places that somebody set up; without addresses. */
  listExchangePeers: request(z.undefined(), 'imaging.read').answers<ExchangePeer[]>(),
  /** Puts a study into the outbox. All of it has to be on this workstation. */
  sendStudy: request(z.object({ key: idempotencyKey, patient: recordId, study: recordId, peer: recordId, when: z.enum(['now', 'night']) }), 'imaging.exchange', 'write').answers<SendEntry>(),
  readOutbox: request(z.undefined(), 'imaging.read').answers<OutboxState>(),
  /** Now, whatever was agreed on: also of one that failed or was cancelled. */
  retrySend: request(z.object({ send: sendId }), 'imaging.exchange', 'write').answers<SendEntry>(),
  cancelSend: request(z.object({ send: sendId }), 'imaging.exchange', 'write').answers<SendEntry>(),
  setSendingNight: request(z.object({ from: timeOfDay, to: timeOfDay }), 'imaging.exchange', 'write').answers<OutboxState>(),
  /** Asks another place for the studies of a patient, by the patient's number. */
  findPriors: request(z.object({ patient: recordId, peer: recordId }), 'imaging.exchange', 'read').answers<RemoteStudies>(),
  /** Fetches a study of the patient; what it names of another one waits in the tray. */
  fetchPrior: request(z.object({ patient: recordId, peer: recordId, studyInstanceUid: uid }), 'imaging.exchange', 'write').answers<PullEntry>(),
  listFetchedPriors: request(z.object({ patient: recordId }), 'imaging.read').answers<PullEntry[]>(),
  cancelFetchPrior: request(z.object({ pull: sendId }), 'imaging.exchange').answers<PullEntry>(),
  /** Reads the worklist of another place for a day. */
  readWorklist: request(z.object({ peer: recordId, day: z.iso.date(), modality: z.string().regex(/^[A-Z]{1,16}$/).optional() }), 'imaging.exchange', 'read').answers<RemoteWorklist>(),
}

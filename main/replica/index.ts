import './webcrypto'
export { compareDigests, type Comparison, type DayDigest, type DayRange, type Digests, type DigestSource, type DocumentDifference, type DocumentDigest, digestOfDocument, openDigests, totalOf } from './digest'
export { daysBack, followRecords, type Follower, type Following } from './following'
export { type FoundPatient, openFinder, type PatientFinder } from './finder'
export { patientOfRecord, readHistory, type RecordVersion, type VersionRead, versionsOf, type Writer } from './history'
export {
  type Candidate, type DiskRoom, diskRoom, dropOldCopies, fetchBack, type FetchedBack, type FolderPart, folderSizes, forgetDocuments, giveRoomBack, type Growth, type KeepingServer,
  lowDiskBytes, openGrowth, openPurged,
  type PatientPlan, planPurge, type Purged, type PurgedLedger, type PurgedOfPatient, type PurgedVersion, type PurgeParts, purgedTypes, type PurgePlan, runPurge,
} from './growth'
export { openReplica } from './replica'
export { inPresentForm } from './migrations'
export { newRecordId, recordIdOfKey } from './records/identifier'
export { stationsSeen } from './records/stationsSeen'
export { ReplicaProblem } from './types'
export type { CollectionName, DocumentChanges, Places, StoredDocument, StoredDocuments } from './types'
export type { LocalDocument, LocalStore, Match, NewRecord, RecordChange, RecordQuery, Records, Replica, ReplicaOptions } from './types'
export { repairReplica, type RepairAsk, type Repaired, type RepairProgress, type RepairSource, settleRepair } from './integrity/repair'
export { rekeyReplica, type RekeyAsk, type RekeyedReplica, takeOver } from './rekey'

export { openReplica } from './replica'
export { newRecordId, recordIdOfKey } from './records/identifier'
export { ReplicaProblem } from './types'
export type { LocalDocument, LocalStore, Match, NewRecord, RecordChange, RecordQuery, Records, Replica, ReplicaOptions } from './types'

export { openSync, type PassResult, type Sync, type SyncOptions } from './sync'
export { readPracticeAt, type FoundPractice } from './practiceAt'
export type { ServerAddress } from './server'

export { rekeyReplica, type RekeyAsk, type RekeyedReplica } from './rekeyReplica'
export type { Contents } from './rows'
export { takeOver } from './takeOver'

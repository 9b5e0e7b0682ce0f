export { ReviewItems } from './ReviewItems'
export { SyncBar } from './SyncBar'
export { SyncScreen } from './SyncScreen'

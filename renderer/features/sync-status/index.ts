export { SyncBar } from './SyncBar'
export { SyncScreen } from './SyncScreen'

export { DiskWarning } from './DiskWarning'
export { OlderRecords } from './OlderRecords'
export { StorageScreen } from './StorageScreen'

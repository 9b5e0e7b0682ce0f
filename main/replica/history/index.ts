export { readHistory, type VersionRead, type Writer } from './recordHistory'
export { patientOfRecord, type RecordVersion, versionsOf } from './versions'

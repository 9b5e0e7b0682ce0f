export { BackupBar } from './BackupBar'
export { BackupScreen } from './BackupScreen'
export { RestorePractice } from './RestorePractice'

export { BedsScreen } from './BedsScreen'
export { PatientChooser } from './PatientChooser'
export { UnknownBeds } from './UnknownBeds'

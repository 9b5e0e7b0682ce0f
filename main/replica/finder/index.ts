export { type FoundPatient, openFinder, type PatientFinder } from './finder'

export { EncountersTab } from './EncountersTab'

export { LabScreen } from './LabScreen'

export { WorkbenchScreen } from './WorkbenchScreen'

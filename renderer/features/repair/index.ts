export { RepairScreen } from './RepairScreen'

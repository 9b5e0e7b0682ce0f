export { UpkeepDialog } from './UpkeepDialog'
export { CalibrationMark, Use } from './Use'

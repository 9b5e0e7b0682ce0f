export { DevicesScreen } from './DevicesScreen'
export { ReadingButton } from './ReadingButton'
export { ResultTray } from './ResultTray'

export { DevicesScreen } from './DevicesScreen'
export { ReadingButton } from './ReadingButton'

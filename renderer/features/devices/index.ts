export { DevicesScreen } from './DevicesScreen'
export { LineSettings } from './wizard/LineSettings'
export { ReadingButton } from './ReadingButton'

/** The practice host's side of the devices: from what the device host delivers to the chart and the tray. */
export { openDeviceDesk, type DeskDeps, type DeviceDesk } from './desk'
export { captureSystem } from './file'
export { replayDevice } from './item'
export type { Decider } from './inbox'
export type { LabDesk } from './lab/desk'
export { orderWithAccession } from './tube'
export { openSerialScanner, type SerialScannerDesk } from './scanner'

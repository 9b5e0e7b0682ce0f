export { ScanWatch } from './ScanWatch'
export { SerialScannerPanel } from './SerialScannerPanel'
export { WristbandButton } from './WristbandButton'

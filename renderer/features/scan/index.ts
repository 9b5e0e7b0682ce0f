export { ScanWatch } from './ScanWatch'
export { WristbandButton } from './WristbandButton'

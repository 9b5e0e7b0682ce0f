/** Imaging orders on a chart, studies on a wrong one, and reports that wait to be read. */
export { MoveBack } from './MoveBack'
export { OrdersPanel } from './OrdersPanel'
export { TrayReason } from './TrayReason'

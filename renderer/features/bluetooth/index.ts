export { BluetoothPanel } from './BluetoothPanel'

export { createDeviceStation, type DeviceStation, type StationOptions } from './station'

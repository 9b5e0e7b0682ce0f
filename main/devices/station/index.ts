export { runDeviceHost } from './inProcess'
export { createDeviceStation, type DeviceStation, type StationOptions } from './station'

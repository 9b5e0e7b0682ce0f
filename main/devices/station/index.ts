export { runDeviceHost } from './inProcess'
export { failedTest, samplesOf, type ExpectedSample, type Expectations } from './ownTests'
export { createDeviceStation, type DeviceStation, type StationOptions } from './station'

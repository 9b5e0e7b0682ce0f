export { runDeviceHost } from './inProcess'
export { failedTest, samplesOf, type ExpectedSample, type Expectations } from './ownTests'
export { entriesOf } from './replay'
export { createDeviceStation, type DeviceStation, type StationOptions } from './station'

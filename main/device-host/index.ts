/** Entry of the device host as Electron's utility process: hands its ports to the station. No logic. */
import { createDeviceStation, linkOverPort } from '../devices'

const station = createDeviceStation()

process.parentPort.on('message', ({ data, ports }) => {
  const port = ports[0]
  if ((data as { kind?: unknown })?.kind === 'link' && port) station.attach(linkOverPort(port))
})

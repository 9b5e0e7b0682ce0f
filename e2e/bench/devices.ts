import { measureHl7 } from './devices/hl7'
import { measureMllp } from './devices/mllp'
import { measurePorts } from './devices/ports'
import { measureSerial } from './devices/serial'

/** What the device side costs: parsing against other people's parsers in one run, how long a device waits for its answer, and sixteen full lines at once. */
export default async () => {
  const hl7 = await measureHl7()
  const mllp = await measureMllp()
  const serial = await measureSerial()
  const ports = await measurePorts()
  return { figures: { ...hl7.figures, ...mllp.figures, ...serial.figures, ...ports.figures }, ratios: { ...hl7.ratios } }
}

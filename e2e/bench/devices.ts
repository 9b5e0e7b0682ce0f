import { measureHl7 } from './devices/hl7'
import { measureMllp } from './devices/mllp'

/** What the device side costs: parsing against other people's parsers in one run, and how long a device waits for its answer. */
export default async () => {
  const hl7 = await measureHl7()
  const mllp = await measureMllp()
  return { figures: { ...hl7.figures, ...mllp.figures }, ratios: { ...hl7.ratios } }
}

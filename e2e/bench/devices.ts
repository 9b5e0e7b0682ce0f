import { measureHl7 } from './devices/hl7'

/** What the device side costs: parsing against other people's parsers, in one run. */
export default async () => {
  const hl7 = await measureHl7()
  return { figures: { ...hl7.figures }, ratios: { ...hl7.ratios } }
}

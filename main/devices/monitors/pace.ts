import type { DeviceEntry, WavePiece } from '../../../shared/contract'
import { profileOf } from '..'
import { stationPace, type FeedPace } from './feed'

/** The profile of a vitals device; undefined for any other, and where nobody knows it. */
export const vitalsProfileOf = ({ profile: id }: Pick<DeviceEntry, 'profile'>) => {
  const profile = profileOf(id)
  return profile?.category === 'vitals' ? profile : undefined
}

/** Whether numbers come every second or so; a cuff or a scale measures when somebody presses its button. */
export const isStream = (device: DeviceEntry): boolean => vitalsProfileOf(device)?.gives === 'stream'

/** Whether it sends messages that may say a bed, as monitors and central stations do over HL7. */
export const sendsMessages = (device: DeviceEntry): boolean => vitalsProfileOf(device)?.protocol === 'vital-hl7'

/** Protocols that carry the pulse wave. */
const curved: ReadonlySet<string> = new Set(['contec-v7', 'contec-old', 'nonin-stream'])

/** The curves that a device sends. */
export const wavesOf = (device: DeviceEntry): readonly WavePiece['code'][] => (curved.has(vitalsProfileOf(device)?.protocol ?? '') ? ['pleth'] : [])

/** How the numbers of a device come that stands at a bed of its own. */
export const paceOf = (device: DeviceEntry): FeedPace => {
  const profile = vitalsProfileOf(device)
  if (sendsMessages(device)) return { ...stationPace, silentMs: 5 * 60_000 }
  // Monitors that are asked every few seconds say so in their profile.
  const sampleMs = profile?.protocol === 'dri' ? profile.seconds * 1_000 : 1_000
  return { sampleMs, gapMs: Math.max(15_000, sampleMs * 3), freshMs: Math.max(10_000, sampleMs * 2) }
}

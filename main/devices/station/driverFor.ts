import type { Profile } from '../profiles'
import { analyserDriver } from './analyserDriver'
import { hl7Driver } from './hl7Driver'
import type { Driver } from './keepOpen'
import { pageDriver } from './pageDriver'
import type { MessageSurroundings } from './surroundings'
import { vitalsDriver, type VitalsDriver, type VitalsDriverOptions } from './vitalsDriver'

/** What a driver of any kind is given. */
export interface AnySurroundings extends Omit<MessageSurroundings<Profile>, 'profile'>, Omit<VitalsDriverOptions, 'profile' | 'captured'> {
  /** See `ReceiverOptions.replyMs`. */
  readonly replyMs?: number
}

/** The driver of a profile's protocol, without the line. */
export function driverFor(profile: Extract<Profile, { category: 'vitals' }>, surroundings: AnySurroundings): VitalsDriver
export function driverFor(profile: Profile, surroundings: AnySurroundings): Driver
export function driverFor(profile: Profile, surroundings: AnySurroundings): Driver {
  if (profile.category === 'vitals') return vitalsDriver({ ...surroundings, profile })
  switch (profile.protocol) {
    case 'hl7':
      return hl7Driver({ ...surroundings, profile })
    case 'text':
      return pageDriver({ ...surroundings, profile })
    case 'astm':
      return analyserDriver({ ...surroundings, profile })
  }
}

import type { AnalyserProfile, Profile } from '../profiles'
import { analyserDriver } from './analyserDriver'
import { hl7Driver } from './hl7Driver'
import type { Driver } from './keepOpen'
import { pageDriver } from './pageDriver'
import type { MessageSurroundings } from './surroundings'
import { vitalsDriver, type VitalsDriverOptions } from './vitalsDriver'

/** What a driver of messages is given, whatever it speaks. */
export interface AnalyserSurroundings extends Omit<MessageSurroundings<Profile>, 'profile'> {
  /** See `ReceiverOptions.replyMs`. */
  readonly replyMs?: number | undefined
}

/** The driver of an analyser's protocol, without the line. */
export const messageDriver = (profile: AnalyserProfile, { replyMs, ...surroundings }: AnalyserSurroundings): Driver => {
  switch (profile.protocol) {
    case 'hl7':
      return hl7Driver({ ...surroundings, profile })
    case 'text':
      return pageDriver({ ...surroundings, profile })
    case 'astm':
      return analyserDriver({ ...surroundings, profile, ...(replyMs === undefined ? {} : { replyMs }) })
  }
}

/** What a driver of any kind is given. */
export interface AnySurroundings extends AnalyserSurroundings, Omit<VitalsDriverOptions, 'profile' | 'captured'> {}

/** The driver of a profile's protocol, without the line. */
export const driverFor = (profile: Profile, surroundings: AnySurroundings): Driver => (profile.category === 'vitals' ? vitalsDriver({ ...surroundings, profile }) : messageDriver(profile, surroundings))

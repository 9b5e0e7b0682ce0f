import { parseMessage } from '../../../shared/standards/hl7'
import { vitalsOf, type Measurement } from '../framers'
import type { VitalsProfile } from './schema'

/** The numbers of each bed in a message of a monitor or central station, from the journal. Nothing where its protocol has no messages. */
export const readVitals = (text: Uint8Array, profile: VitalsProfile): (Measurement & { readonly bed: string })[] =>
  profile.protocol === 'vital-hl7' ? vitalsOf(parseMessage(text), profile) : []

import * as z from 'zod'
import { languages, unitChoices, type Language, type PracticePreferences } from '../records/basic/preferences'
import { request } from './request'
import { recordId } from './shapes'

export type { Language, PracticePreferences, ShownUnits } from '../records/basic/preferences'

/** What the screens follow. */
export interface Preferences extends PracticePreferences {
  /** The language that the person who was asked about has chosen. */
  readonly own?: Language
}

/** The language of a person, and what the practice has agreed on. */
export const preferenceRequests = {
  /** Asked before anyone has signed in too: the sign-in screen speaks the practice's language. Nothing in it is secret. */
  readPreferences: request(z.object({ practitioner: recordId.optional() }), 'anyone').answers<Preferences>(),
  /** Keeps the caller's language, for every workstation of the practice. */
  setOwnLanguage: request(z.object({ language: z.enum(languages) }), 'signed-in', 'write').answers<Preferences>(),
  /** Keeps the practice's language and units; what is stored of patients is not touched. */
  setPracticePreferences: request(
    z.object({
      language: z.enum(languages).optional(),
      units: z.object({ temperature: z.enum(unitChoices.temperature), weight: z.enum(unitChoices.weight), glucose: z.enum(unitChoices.glucose) }),
    }),
    'staff.manage',
    'write',
  ).answers<Preferences>(),
}

import { done, type preferenceRequests } from '../../shared/contract'
import type { PreferenceBook } from '../access'
import type { Handlers } from './handler'

/** The requests of `preferenceRequests`. */
export const preferenceHandlers = ({ preferences }: { readonly preferences: PreferenceBook }): Handlers<typeof preferenceRequests> => ({
  readPreferences: async ({ practitioner }) => done(await preferences.read(practitioner)),
  setOwnLanguage: async ({ language }, { session }) => done(await preferences.setOwnLanguage(session.practitioner, language)),
  setPracticePreferences: async (wanted, { session }) => done(await preferences.setOfPractice(wanted, session.practitioner)),
})

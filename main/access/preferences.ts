import type { Language, PracticePreferences, Preferences } from '../../shared/contract'
import { ownLanguageIn, ownLanguageRecord, ownPreferencesCode, ownPreferencesKey, practicePreferencesCode, practicePreferencesIn, practicePreferencesRecord } from '../../shared/records/basic/preferences'
import type { Replica } from '../replica'

/** What people and their practice would like the screens to be. */
export interface PreferenceBook {
  read(practitioner?: string): Promise<Preferences>
  setOwnLanguage(practitioner: string, language: Language): Promise<Preferences>
  setOfPractice(wanted: PracticePreferences, author: string): Promise<Preferences>
}

/** Opens the preferences in a replica; read anew each time, for another workstation may have changed them. */
export const openPreferences = (replica: Replica): PreferenceBook => {
  const ofPractice = async () => (await replica.records.find('Basic', { where: { code: practicePreferencesCode }, limit: 1 }))[0]
  const ofPerson = async (practitioner: string) => (await replica.records.find('Basic', { where: { code: ownPreferencesCode, subject: practitioner }, limit: 1 }))[0]
  const read = async (practitioner?: string): Promise<Preferences> => {
    const own = practitioner === undefined ? undefined : ownLanguageIn((await ofPerson(practitioner))?.resource)
    return { ...practicePreferencesIn((await ofPractice())?.resource), ...(own !== undefined && { own }) }
  }
  const now = () => new Date().toISOString()
  return {
    read,
    setOwnLanguage: async (practitioner, language) => {
      const resource = ownLanguageRecord(practitioner, language, now())
      const found = await ofPerson(practitioner)
      if (found) await replica.records.revise('Basic', found.id, () => resource, practitioner)
      else await replica.records.add('Basic', resource, practitioner, ownPreferencesKey(practitioner))
      return read(practitioner)
    },
    setOfPractice: async (wanted, author) => {
      const resource = practicePreferencesRecord(wanted, now())
      const found = await ofPractice()
      if (found) await replica.records.revise('Basic', found.id, () => resource, author)
      else await replica.records.add('Basic', resource, author, practicePreferencesCode)
      return read(author)
    },
  }
}

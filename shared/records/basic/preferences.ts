import type { Basic } from 'fhir/r4'
import { settingsIn, settingsRecord } from './settings'

/** The languages of the screens, as BCP 47 tags. */
export const languages = ['en', 'fr', 'ar'] as const

/** See {@link languages}. */
export type Language = (typeof languages)[number]

/** The first language that Outpost speaks of those that a system prefers, else English. @param preferred BCP 47 tags, e.g. `fr-SN` */
export const languageOf = (preferred: readonly string[]): Language =>
  preferred.map((tag) => languages.find((one) => one === tag.split('-')[0]?.toLowerCase())).find((one) => one !== undefined) ?? 'en'

/** Quantities that practices read in one unit or another, with the UCUM codes to choose from; the first is the one that is stored. */
export const unitChoices = {
  temperature: ['Cel', '[degF]'],
  weight: ['kg', '[lb_av]'],
  glucose: ['mmol/L', 'mg/dL'],
} as const

/** The unit in which each of {@link unitChoices} is shown and typed. */
export type ShownUnits = { readonly [Quantity in keyof typeof unitChoices]: (typeof unitChoices)[Quantity][number] }

/** What a practice has agreed on. */
export interface PracticePreferences {
  /** Of who has chosen none; absent: that of the computer. */
  readonly language?: Language
  readonly units: ShownUnits
}

/** Code of the practice's `Basic` record; one of a practice, and its key makes every workstation write the same. */
export const practicePreferencesCode = 'practice-preferences'
/** Code of a person's `Basic` record, whose subject is the Practitioner. */
export const ownPreferencesCode = 'own-preferences'
const url = 'urn:outpost:preferences'

/** The key that makes every workstation write the same record of a person. */
export const ownPreferencesKey = (practitioner: string): string => `${ownPreferencesCode} ${practitioner}`

const isOneOf = <Value extends string>(values: readonly Value[], text: string | undefined): text is Value => (values as readonly (string | undefined)[]).includes(text)

/** The record of what a practice has agreed on. */
export const practicePreferencesRecord = ({ language, units }: PracticePreferences, created: string): Basic =>
  settingsRecord(practicePreferencesCode, url, { language, ...units }, created)

/** What a record says; what it does not say, or says in a way that this version does not know, is as it is before anybody chooses. */
export const practicePreferencesIn = (record: Basic | undefined): PracticePreferences => {
  const texts = (record && settingsIn(record, practicePreferencesCode, url)) ?? {}
  const chosen = <Unit extends string>(choices: readonly [Unit, ...Unit[]], text: string | undefined): Unit => choices.find((choice) => choice === text) ?? choices[0]
  const language = texts['language']
  return {
    ...(isOneOf(languages, language) && { language }),
    units: {
      temperature: chosen(unitChoices.temperature, texts['temperature']),
      weight: chosen(unitChoices.weight, texts['weight']),
      glucose: chosen(unitChoices.glucose, texts['glucose']),
    },
  }
}

/** The record of a person's own choice. */
export const ownLanguageRecord = (practitioner: string, language: Language, created: string): Basic => ({
  ...settingsRecord(ownPreferencesCode, url, { language }, created),
  subject: { reference: `Practitioner/${practitioner}` },
})

/** The language that a person chose; undefined when it is none that this version speaks. */
export const ownLanguageIn = (record: Basic | undefined): Language | undefined => {
  const language = record && settingsIn(record, ownPreferencesCode, url)?.['language']
  return isOneOf(languages, language) ? language : undefined
}

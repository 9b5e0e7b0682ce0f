/** The language that the screens speak, and the units in which they show what is stored. */
export { chooseLanguage, languageNames, systemLanguage } from './language'
export { LanguageChoice } from './LanguageChoice'
export { PracticePanel } from './PracticePanel'
export { showUnits, unitsMark, unitsNow } from './units'
export { unclearNumber } from './unclearNumber'
export { unitOf, valueOf, vitalName } from './vitalWords'
export { useComputersLanguage, usePreferences } from './usePreferences'

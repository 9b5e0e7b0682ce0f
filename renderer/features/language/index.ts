/** The language that the screens speak, and the units in which they show what is stored. */
export { chooseLanguage, languageNames, systemLanguage } from './language'
export { LanguageChoice } from './LanguageChoice'
export { PracticePanel } from './PracticePanel'
export { usePreferences } from './usePreferences'

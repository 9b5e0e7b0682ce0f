import { language as words } from '../../../resources/locales/en/language'
import { languages } from '../../../shared/records/basic/preferences'
import { useLanguage, wording } from '../../components'
import { languageNames } from './language'
import { chooseHere } from './usePreferences'
import './language.css'

const t = wording(words)

/** The languages, each in its own words, before anybody is at work. */
export const LanguageChoice = () => {
  const spoken = useLanguage()
  return (
    <span className="language-choice" role="group" aria-label={t('choice')}>
      {languages.map((language) => (
        <button key={language} type="button" className="language-choice-one" lang={language} aria-pressed={language === spoken} onClick={() => chooseHere(language)}>
          {languageNames[language]}
        </button>
      ))}
    </span>
  )
}

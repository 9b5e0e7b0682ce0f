import type { Language } from '../../../shared/contract'
import { languageOf } from '../../../shared/records/basic/preferences'
import { directionNow, speak, type Catalogue, type Page } from '../../components'

/** The languages that Outpost speaks, each as its own speakers call it. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français', ar: 'العربية' }

type Catalogues = Readonly<Record<string, unknown>>
type Load = () => Promise<Catalogues>

const english = import.meta.glob<Catalogues>('../../../resources/locales/en/*.ts')
const translated: Readonly<Record<Exclude<Language, 'en'>, Readonly<Record<string, Load>>>> = {
  fr: import.meta.glob<Catalogues>('../../../resources/locales/fr/*.ts'),
  ar: import.meta.glob<Catalogues>('../../../resources/locales/ar/*.ts'),
}

const isCatalogue = (value: unknown): value is Catalogue => typeof value === 'object' && value !== null

/** The catalogues of an area go by the names under which its file gives them out. */
const pagesOf = async (language: Exclude<Language, 'en'>): Promise<Page[]> => {
  const areas = await Promise.all(
    Object.entries(translated[language]).map(async ([path, load]) => {
      const before = english[path.replace(`/${language}/`, '/en/')]
      return before ? Promise.all([before(), load()]) : undefined
    }),
  )
  return areas
    .filter((area) => area !== undefined)
    .flatMap(([before, after]) =>
      Object.entries(after).flatMap(([name, words]): Page[] => {
        const catalogue = before[name]
        return isCatalogue(catalogue) && isCatalogue(words) ? [[catalogue, words]] : []
      }),
    )
}

/** The language of the system where Outpost speaks it, else English. */
export const systemLanguage = (): Language => languageOf(navigator.languages)

let asked = 0

/**
 * Speaks a language from now on, in every screen that is open; what is being typed stays where it is. Of several that are asked for at once
 * the last one counts. Refused when the words cannot be read: then the window goes on in the language it has.
 */
export const chooseLanguage = async (language: Language): Promise<void> => {
  asked += 1
  const mine = asked
  const pages = language === 'en' ? [] : await pagesOf(language)
  if (mine !== asked) return
  document.documentElement.lang = language
  speak(language, pages)
  document.documentElement.dir = directionNow()
}

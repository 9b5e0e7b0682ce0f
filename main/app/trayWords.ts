import { hub as arabic } from '../../resources/locales/ar/hub'
import { hub as english } from '../../resources/locales/en/hub'
import { hub as french } from '../../resources/locales/fr/hub'
import { languageOf } from '../../shared/contract/language'

const catalogues = { en: english, fr: french, ar: arabic } as const

/** What the sign beside the clock says. It belongs to the computer, not to whoever is signed in: it speaks the system's language. @param preferred BCP 47 tags */
export const trayWords = (preferred: readonly string[]): { readonly tip: string; readonly open: string; readonly quit: string } => {
  const words = { ...english, ...catalogues[languageOf(preferred)] }
  return { tip: words['tray.tip'], open: words['tray.open'], quit: words['tray.quit'] }
}

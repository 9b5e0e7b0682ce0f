/** Light or dark, desk or bedside: kept on `<html>`, chosen by the system until the person chooses. */
export type Theme = 'light' | 'dark'
export type Density = 'desk' | 'bedside'

const dark = window.matchMedia('(prefers-color-scheme: dark)')
/** A finger, or the small screen of a bedside tablet. */
const bedside = window.matchMedia('(pointer: coarse), (max-width: 1100px)')
let chosenTheme: Theme | null = null
let chosenDensity: Density | null = null
const watchers = new Set<() => void>()

export const themeNow = (): Theme => chosenTheme ?? (dark.matches ? 'dark' : 'light')
export const densityNow = (): Density => chosenDensity ?? (bedside.matches ? 'bedside' : 'desk')

const show = () => {
  document.documentElement.dataset['theme'] = themeNow()
  document.documentElement.dataset['density'] = densityNow()
  for (const watcher of watchers) watcher()
}

/** Follows the system from now on. */
export const startTheme = (): void => {
  dark.addEventListener('change', show)
  bedside.addEventListener('change', show)
  show()
}

export const chooseTheme = (theme: Theme): void => {
  chosenTheme = theme
  show()
}

export const chooseDensity = (density: Density): void => {
  chosenDensity = density
  show()
}

/** For `useSyncExternalStore`. */
export const watchTheme = (watcher: () => void): (() => void) => {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

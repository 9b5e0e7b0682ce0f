import { useEffect, useSyncExternalStore } from 'react'
import type { Language } from '../../../shared/contract'
import { useAnswer } from '../../client'
import { chooseLanguage, systemLanguage } from './language'
import { showUnits } from './units'

let chosenHere: Language | undefined
const watchers = new Set<() => void>()
const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Speaks a language in this window, until somebody is at work in it who has chosen their own. */
export const chooseHere = (language: Language | undefined): void => {
  chosenHere = language
  if (language) void chooseLanguage(language).catch(() => undefined)
  for (const watcher of watchers) watcher()
}

const watchComputer = (watcher: () => void) => {
  window.addEventListener('languagechange', watcher)
  return () => window.removeEventListener('languagechange', watcher)
}

/** Before a practice is open: the language chosen in this window, else the computer's, also when that is changed. */
export const useComputersLanguage = (isAsked: boolean): void => {
  const computers = useSyncExternalStore(watchComputer, systemLanguage)
  useEffect(() => {
    if (isAsked) void chooseLanguage(chosenHere ?? computers).catch(() => undefined)
  }, [isAsked, computers])
}

/**
 * Follows what was chosen: the practice's units; the person's own language, else the one chosen in this window, else the practice's, else the computer's.
 *
 * @param practitioner who is at work; undefined when nobody is
 */
export const usePreferences = (practitioner: string | undefined): void => {
  const { value, problem } = useAnswer('readPreferences', practitioner === undefined ? {} : { practitioner })
  const here = useSyncExternalStore(watch, () => chosenHere)
  const isKnown = value !== undefined || problem !== undefined
  const computers = useSyncExternalStore(watchComputer, systemLanguage)
  const language = value?.own ?? here ?? value?.language ?? computers
  useEffect(() => {
    // A window whose words cannot be read goes on in the language it has.
    if (isKnown) void chooseLanguage(language).catch(() => undefined)
  }, [isKnown, language])
  const units = value?.units
  useEffect(() => {
    if (units) showUnits(units)
  }, [units])
}

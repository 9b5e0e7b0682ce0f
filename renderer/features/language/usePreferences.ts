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

/**
 * Follows what was chosen: the practice's units; the person's own language, else the one chosen in this window, else the practice's, else the computer's.
 *
 * @param practitioner who is at work; undefined when nobody is
 */
export const usePreferences = (practitioner: string | undefined): void => {
  const { value, problem } = useAnswer('readPreferences', practitioner === undefined ? {} : { practitioner })
  const here = useSyncExternalStore(watch, () => chosenHere)
  const isKnown = value !== undefined || problem !== undefined
  const language = value?.own ?? here ?? value?.language
  useEffect(() => {
    // A window whose words cannot be read goes on in the language it has.
    if (isKnown) void chooseLanguage(language ?? systemLanguage()).catch(() => undefined)
  }, [isKnown, language])
  const units = value?.units
  useEffect(() => {
    if (units) showUnits(units)
  }, [units])
}

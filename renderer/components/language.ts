import { useSyncExternalStore } from 'react'

/** A catalogue of messages as code holds it. */
export type Catalogue = Readonly<Record<string, unknown>>

/** A catalogue, and what it says in another language. */
export type Page = readonly [catalogue: Catalogue, words: Catalogue]

let spoken = 'en'
/** What the catalogues said before another language was laid over them: English. */
const originals = new Map<Record<string, unknown>, Catalogue>()
const watchers = new Set<() => void>()

const lay = (catalogue: Record<string, unknown>, words: Catalogue) => {
  const original = originals.get(catalogue) ?? { ...catalogue }
  originals.set(catalogue, original)
  for (const id of Object.keys(catalogue)) if (!(id in original)) delete catalogue[id]
  Object.assign(catalogue, original, words)
}

/**
 * The window speaks another language from now on. The catalogues that code holds are the ones that change: whoever reads a message when it is
 * shown reads it in the language of that moment, and what a language has no words for stays English.
 *
 * @param language BCP 47 tag
 * @param pages none for English
 */
export const speak = (language: string, pages: readonly Page[]): void => {
  for (const catalogue of originals.keys()) lay(catalogue, {})
  for (const [catalogue, words] of pages) lay(catalogue as Record<string, unknown>, words)
  spoken = language
  redraw()
}

let drawing = 0

/** Draws every screen anew: what they all show is told otherwise from now on. */
export const redraw = (): void => {
  drawing += 1
  for (const watcher of watchers) watcher()
}

/** The language of this window, a BCP 47 tag. */
export const languageNow = (): string => spoken

const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

const drawingNow = (): number => drawing

/** Draws a component anew when the language changes, or with {@link redraw}; needed at the root, and behind whatever draws only when its properties change. */
export const useLanguage = (): string => {
  useSyncExternalStore(watch, drawingNow)
  return spoken
}

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

const rightToLeft: ReadonlySet<string> = new Set(['ar'])

/** The direction in which the language of this window is written. */
export const directionNow = (): 'ltr' | 'rtl' => (rightToLeft.has(spoken) ? 'rtl' : 'ltr')

/**
 * Keeps a text in one piece among words of the other direction (Unicode's first strong isolate): without it a name draws the words beside it
 * to its other side, and `3.5–5.1` stands there as `5.1–3.5`. Nothing is added where the language is written from left to right.
 */
export const isolated = (text: string): string => (directionNow() === 'rtl' && text !== '' ? `\u2068${text}\u2069` : text)

/** A text without the marks of {@link isolated}, for whoever reads what was shown. */
export const withoutIsolates = (text: string): string => text.replace(/[\u2066-\u2069]/g, '')

/** Draws a component anew when the language changes, or with {@link redraw}; needed at the root, and behind whatever draws only when its properties change. */
export const useLanguage = (): string => {
  useSyncExternalStore(watch, drawingNow)
  return spoken
}

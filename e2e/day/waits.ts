import type { Page } from 'playwright-core'

/** What a person at the window had to bear. */
export interface Borne {
  /** Longest time that the window showed "waiting" or a busy button, milliseconds, and where. */
  readonly longest: { readonly ms: number; readonly what: string }
  /** Problems that were shown, in their own words. */
  readonly problems: readonly string[]
}

interface Watched {
  longest: { ms: number; what: string }
  problems: string[]
}

/** Watches a window for what makes people wait and for problems; `read` tells what there was up to now. */
export const watchWaits = async (window: Page): Promise<{ read: () => Promise<Borne> }> => {
  await window.evaluate(() => {
    const watched: Watched = { longest: { ms: 0, what: '' }, problems: [] }
    Object.assign(globalThis, { watched })
    const since = new Map<Element, number>()
    const told = new Set<Element>()
    const look = () => {
      const now = performance.now()
      const waiting = new Set(document.querySelectorAll('.waiting, [aria-busy=true], [role=progressbar]'))
      for (const one of waiting) if (!since.has(one)) since.set(one, now)
      for (const [one, from] of since) {
        if (now - from > watched.longest.ms) watched.longest = { ms: Math.round(now - from), what: `${document.documentElement.dataset['screen']}: ${one.textContent?.slice(0, 60)}` }
        if (!waiting.has(one)) since.delete(one)
      }
      for (const one of document.querySelectorAll('.notice[data-tone=critical][role=alert]')) {
        if (told.has(one)) continue
        told.add(one)
        watched.problems.push(`${document.documentElement.dataset['screen']}: ${one.querySelector('.notice-title')?.textContent ?? ''}`)
      }
      requestAnimationFrame(look)
    }
    look()
  })
  return { read: () => window.evaluate(() => (globalThis as unknown as { watched: Watched }).watched) }
}

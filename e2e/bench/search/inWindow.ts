import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { launch } from '../../harness/launch'
import { administrator, go, passphrase, settled, signIn } from '../../steps'
import { quantile, type Times } from './quantile'

/** Longer than any answer takes: what the list shows then is the answer to the last key. */
const restMs = 350

interface Painted {
  /** From the key going down to the frame with the changed list. */
  readonly ms: number
}

/**
 * Remembers when a key went down, and when the first frame stood that shows the answer to it. The list changes twice
 * for a key at most (the field's own text, then the answer); the last change counts. The frame is on the glass when the
 * message that is posted from within it arrives.
 */
const watch = (window: Page): Promise<void> =>
  window.evaluate(() => {
    const page = globalThis as unknown as { outpostKeyAt: number; outpostPaintedAt: number }
    page.outpostKeyAt = 0
    page.outpostPaintedAt = 0
    addEventListener('keydown', (event) => {
      page.outpostKeyAt = event.timeStamp
      page.outpostPaintedAt = 0
    }, { capture: true })
    const afterFrame = (): void => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => {
          page.outpostPaintedAt = performance.now()
          port1.close()
        })
        port1.start()
        port2.postMessage(null)
      })
    }
    const list = document.querySelector('.patients-rows')
    if (list) new MutationObserver(afterFrame).observe(list, { childList: true, subtree: true, characterData: true })
  })

/** Types a text into the search key by key; answers the keys that changed the list. */
const typeText = async (window: Page, text: string): Promise<Painted[]> => {
  const painted: Painted[] = []
  for (const key of text) {
    await window.keyboard.type(key)
    await wait(restMs)
    const at = await window.evaluate(() => {
      const page = globalThis as unknown as { outpostKeyAt: number; outpostPaintedAt: number }
      return { key: page.outpostKeyAt, painted: page.outpostPaintedAt }
    })
    if (at.key > 0 && at.painted > 0) painted.push({ ms: at.painted - at.key })
  }
  await window.keyboard.press('Control+A')
  await window.keyboard.press('Delete')
  await wait(restMs)
  return painted
}

/** What was measured in the real window. */
export interface WindowFigures {
  readonly paint: Times
  /** Keys of which the answer looked like the one before, so that nothing was painted. */
  readonly unchangedKeys: number
}

/** Starts the built application on the data folder and types names, with and without a typing error, as a person at the desk does. */
export const measureInWindow = async (data: string, texts: readonly string[]): Promise<WindowFigures> => {
  const running = await launch({ data, size: { width: 1366, height: 768 } })
  try {
    const { window } = running
    await window.waitForFunction(() => ['unlock', 'sign-in'].includes(document.documentElement.dataset['screen'] ?? ''), undefined, { timeout: 60_000 })
    if ((await window.evaluate(() => document.documentElement.dataset['screen'])) === 'unlock') {
      await window.getByLabel(/Passphrase/).first().fill(passphrase)
      await window.keyboard.press('Control+Enter')
    }
    await running.painted('sign-in')
    await signIn(window, administrator)
    await go(window, 'Patients')
    await settled(window, 'patients')
    await window.getByRole('combobox', { name: /Search by name/ }).focus()
    await watch(window)
    // The first question after a start reads and checks the index; it is told apart.
    await typeText(window, 'mok')
    const painted: number[] = []
    let keys = 0
    for (const text of texts) {
      keys += [...text].length
      for (const { ms } of await typeText(window, text)) painted.push(ms)
    }
    return { paint: painted.sort((left, right) => left - right), unchangedKeys: keys - painted.length }
  } finally {
    await running.close()
  }
}

/** For the summary of a run. */
export const windowFigures = ({ paint, unchangedKeys }: WindowFigures) => ({
  key_to_paint_p50_ms: Math.round(quantile(paint, 0.5) * 10) / 10,
  key_to_paint_p95_ms: Math.round(quantile(paint, 0.95) * 10) / 10,
  key_to_paint_max_ms: Math.round((paint.at(-1) ?? Number.NaN) * 10) / 10,
  keys_painted: paint.length,
  keys_unchanged: unchangedKeys,
})

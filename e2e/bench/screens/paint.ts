import type { Page } from 'playwright-core'

interface Watched {
  outpostKeys: number[]
  outpostActAt: number
}

/**
 * Notes in the page when a key or a click began, and for each key how long it took until the frame behind it stood on
 * the glass: a message posted from within the frame's callback arrives when it has been painted.
 */
export const watchPainting = (window: Page): Promise<void> =>
  window.evaluate(() => {
    const page = globalThis as unknown as Watched
    page.outpostKeys = []
    page.outpostActAt = 0
    const began = (event: Event): void => {
      page.outpostActAt = event.timeStamp
    }
    addEventListener('click', began, { capture: true })
    addEventListener('keydown', (event) => {
      began(event)
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => {
          page.outpostKeys.push(performance.now() - event.timeStamp)
          port1.close()
        })
        port1.start()
        port2.postMessage(null)
      })
    }, { capture: true })
  })

/** Milliseconds of each key since this was asked last, from the key going down to the painted frame. */
export const keysPainted = (window: Page): Promise<number[]> =>
  window.evaluate(() => {
    const page = globalThis as unknown as Watched
    return page.outpostKeys.splice(0)
  })

/** Does something that opens another screen, and answers the milliseconds from its key or click until that screen had been painted (`useScreen` marks it). */
export const toPainted = async (window: Page, act: () => Promise<unknown>): Promise<number> => {
  await window.evaluate(() => performance.clearMarks())
  await act()
  await window.waitForFunction(() => performance.getEntriesByType('mark').some(({ name }) => name.startsWith('outpost:')), undefined, { timeout: 30_000, polling: 50 })
  return window.evaluate(() => {
    const painted = performance.getEntriesByType('mark').find(({ name }) => name.startsWith('outpost:'))
    return (painted?.startTime ?? Number.NaN) - (globalThis as unknown as Watched).outpostActAt
  })
}

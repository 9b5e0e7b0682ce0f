import { useEffect } from 'react'

/**
 * Says which screen stands: `<html data-screen="patients">` as soon as it is drawn, and the mark
 * `outpost:patients` once it has been painted. `ready` is false while the screen still waits for what it shows.
 */
export const useScreen = (screen: string, ready = true): void => {
  useEffect(() => {
    if (!ready) return
    document.documentElement.dataset['screen'] = screen
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => performance.mark(`outpost:${screen}`))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [screen, ready])
}

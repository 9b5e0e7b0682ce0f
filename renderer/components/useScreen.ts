import { useEffect } from 'react'

/**
 * Says which screen is on the glass, once it has been painted: `<html data-screen="patients">` and the
 * mark `outpost:patients`. `ready` is false while the screen still waits for what it shows.
 */
export const useScreen = (screen: string, ready = true): void => {
  useEffect(() => {
    if (!ready) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => {
        document.documentElement.dataset['screen'] = screen
        performance.mark(`outpost:${screen}`)
      })
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [screen, ready])
}

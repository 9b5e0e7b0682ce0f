import { useEffect } from 'react'

/** Fetches the viewer and starts its engine (4 MB), so that a picture comes as soon as a study is opened. */
export const getReady = (): void => {
  void import('./viewer/ViewerScreen')
  import('./viewer/engine').then(({ start }) => start()).catch(() => undefined)
}

/** Gets ready while the window has nothing else to do; `wanted`: there is something that may be opened. */
export const useReadiness = (wanted: boolean): void => {
  useEffect(() => {
    if (!wanted || typeof window.requestIdleCallback !== 'function') return
    const idle = window.requestIdleCallback(getReady, { timeout: 3_000 })
    return () => window.cancelIdleCallback(idle)
  }, [wanted])
}

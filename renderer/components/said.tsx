import { useEffect, useSyncExternalStore } from 'react'

const stayMs = 6_000
let said: { readonly text: string; readonly at: number } | null = null
const watchers = new Set<() => void>()

const change = (next: typeof said) => {
  said = next
  for (const watcher of watchers) watcher()
}

const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Says a thing in passing, such as that something was saved; nothing hangs on its being read. */
export const say = (text: string): void => change({ text, at: Date.now() })

/** Where it is said: in a corner, for a few seconds, and to the screen reader. */
export const Said = () => {
  const now = useSyncExternalStore(watch, () => said)
  useEffect(() => {
    if (!now) return
    const timer = setTimeout(() => change(null), stayMs)
    return () => clearTimeout(timer)
  }, [now])
  return (
    <div className="said" role="status">
      {now ? (
        <span key={now.at}>
          <span aria-hidden="true">✓</span> {now.text}
        </span>
      ) : null}
    </div>
  )
}

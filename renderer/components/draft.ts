import { useCallback, useState } from 'react'
import { useLatest } from './useLatest'

// Kept outside of the screens, in memory only: a draft outlives its dialog, a changed tab and the death
// of a host, and is gone with the window or when another person signs in. Records never touch browser storage.
const kept = new Map<string, unknown>()

/** Throws every draft away: another person sits down. */
export const forgetDrafts = (): void => kept.clear()

/** Whether something was typed and not saved under this key. */
export const hasDraft = (key: string): boolean => kept.has(key)

/** State that keeps itself under a key until it is cleared; `initial` is the first value, or makes it. */
export const useDraft = <Value>(key: string, initial: Value | (() => Value)): readonly [Value, (value: Value | ((before: Value) => Value)) => void, () => void] => {
  const make = (): Value => (typeof initial === 'function' ? (initial as () => Value)() : initial)
  const first = useLatest(make)
  const read = (): Value => (kept.has(key) ? (kept.get(key) as Value) : make())
  const [state, setState] = useState<{ readonly key: string; readonly value: Value }>(() => ({ key, value: read() }))
  // Another key, another draft: what was typed under the first is kept there.
  const current = state.key === key ? state : { key, value: read() }
  if (current !== state) setState(current)
  const latest = useLatest(current.value)
  const set = useCallback(
    (next: Value | ((before: Value) => Value)) => {
      // Kept at once, not with the next drawing: the screen may be gone by then.
      const before = kept.has(key) ? (kept.get(key) as Value) : latest.current
      const value = typeof next === 'function' ? (next as (before: Value) => Value)(before) : next
      kept.set(key, value)
      setState({ key, value })
    },
    [key, latest],
  )
  const clear = useCallback(() => {
    kept.delete(key)
    setState({ key, value: first.current() })
  }, [key, first])
  return [current.value, set, clear]
}

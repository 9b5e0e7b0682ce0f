import { useCallback, useEffect, useState } from 'react'

// Kept outside of the screens, in memory only: a draft outlives its dialog, a changed tab and the death
// of a host, and is gone with the window or when another person signs in. Records never touch browser storage.
const kept = new Map<string, unknown>()

/** Throws every draft away: another person sits down. */
export const forgetDrafts = (): void => kept.clear()

/** Whether something was typed and not saved under this key. */
export const hasDraft = (key: string): boolean => kept.has(key)

/** State that keeps itself under a key until it is cleared. */
export const useDraft = <Value>(key: string, initial: Value): readonly [Value, (value: Value | ((before: Value) => Value)) => void, () => void] => {
  const [state, setState] = useState<{ key: string; value: Value }>(() => ({ key, value: (kept.get(key) as Value | undefined) ?? initial }))
  const value = state.key === key ? state.value : ((kept.get(key) as Value | undefined) ?? initial)
  useEffect(() => {
    setState((before) => (before.key === key ? before : { key, value: (kept.get(key) as Value | undefined) ?? initial }))
    // `initial` is only the first value of a new key.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  const set = useCallback(
    (next: Value | ((before: Value) => Value)) =>
      setState((before) => {
        const from = before.key === key ? before.value : ((kept.get(key) as Value | undefined) ?? initial)
        const to = typeof next === 'function' ? (next as (before: Value) => Value)(from) : next
        kept.set(key, to)
        return { key, value: to }
      }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [key],
  )
  const clear = useCallback(() => {
    kept.delete(key)
    setState({ key, value: initial })
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  return [value, set, clear]
}

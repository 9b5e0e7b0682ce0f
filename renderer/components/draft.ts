import { useCallback, useState } from 'react'
import { useLatest } from './useLatest'

/** `draft`: typed and not saved, kept on disk. `habit`: how a person likes a screen, kept on disk. `view`: how a screen stands, in memory only. */
export type DraftUse = 'draft' | 'habit' | 'view'

interface Kept {
  readonly use: DraftUse
  readonly value: unknown
  /** ISO instant at which it was typed, where it comes from before this window. */
  readonly typedAt?: string
}

// Outside of the screens: a draft outlives its dialog, a changed tab and the death of a host. What is to outlive the
// window too is passed on to whoever watches, who keeps it encrypted; nothing touches browser storage.
const kept = new Map<string, Kept>()
const watchers = new Set<(key: string) => void>()

const changed = (key: string): void => {
  for (const tell of watchers) tell(key)
}

/** Throws every draft out of this window: another person sits down. What is on disk stays with the one who typed it. */
export const forgetDrafts = (): void => kept.clear()

/** Whether something was typed and not saved under this key. */
export const hasDraft = (key: string): boolean => kept.has(key)

/** What is kept under a key now; absent: nothing. */
export const draftAt = (key: string): Pick<Kept, 'use' | 'value'> | undefined => kept.get(key)

/** When a draft was typed that was found on disk; undefined for what was typed in this window. */
export const draftTypedAt = (key: string): string | undefined => kept.get(key)?.typedAt

/** Takes in what a person left here before; what this window has already is newer. */
export const restoreDrafts = (entries: readonly { readonly key: string; readonly use: DraftUse; readonly value: unknown; readonly at: string }[]): void => {
  for (const { key, use, value, at } of entries) if (!kept.has(key)) kept.set(key, { use, value, typedAt: at })
}

/** Throws one draft away, also on disk. */
export const dropDraft = (key: string): void => {
  kept.delete(key)
  changed(key)
}

/** Tells the key of each draft that is written or cleared; answers how to stop. */
export const watchDrafts = (tell: (key: string) => void): (() => void) => {
  watchers.add(tell)
  return () => void watchers.delete(tell)
}

type Hook<Value> = readonly [Value, (value: Value | ((before: Value) => Value)) => void, () => void]

const useKept = <Value>(use: DraftUse, key: string, initial: Value | (() => Value)): Hook<Value> => {
  const make = (): Value => (typeof initial === 'function' ? (initial as () => Value)() : initial)
  const first = useLatest(make)
  const read = (): Value => (kept.has(key) ? (kept.get(key)?.value as Value) : make())
  const [state, setState] = useState<{ readonly key: string; readonly value: Value }>(() => ({ key, value: read() }))
  // Another key, another draft: what was typed under the first is kept there.
  const current = state.key === key ? state : { key, value: read() }
  if (current !== state) setState(current)
  const latest = useLatest(current.value)
  const set = useCallback(
    (next: Value | ((before: Value) => Value)) => {
      // Kept at once, not with the next drawing: the screen may be gone by then.
      const before = kept.get(key)
      const was = before ? (before.value as Value) : latest.current
      const value = typeof next === 'function' ? (next as (before: Value) => Value)(was) : next
      kept.set(key, { use, value, ...(before?.typedAt === undefined ? {} : { typedAt: before.typedAt }) })
      setState({ key, value })
      changed(key)
    },
    [use, key, latest],
  )
  const clear = useCallback(() => {
    dropDraft(key)
    setState({ key, value: first.current() })
  }, [key, first])
  return [current.value, set, clear]
}

/**
 * What is being typed: state that keeps itself under a key until it is cleared, on disk too. `initial` is the first
 * value, or makes it. Only what JSON can say, and no secrets: those are `useView`.
 */
export const useDraft = <Value>(key: string, initial: Value | (() => Value)): Hook<Value> => useKept('draft', key, initial)

/** How a person likes a screen (a sort, a page size): as {@link useDraft}, and never told as unfinished. */
export const useHabit = <Value>(key: string, initial: Value | (() => Value)): Hook<Value> => useKept('habit', key, initial)

/** How a screen stands (a search, a marked row): as {@link useDraft}, but gone with the window. */
export const useView = <Value>(key: string, initial: Value | (() => Value)): Hook<Value> => useKept('view', key, initial)

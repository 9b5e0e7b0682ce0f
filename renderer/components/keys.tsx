import { createContext, useContext, useEffect, useMemo, useRef, type ReactNode } from 'react'
import { useLatest } from './useLatest'

/** A key and what it does here. */
export interface KeyAct {
  /** `Ctrl+K`, `F1`, `N`, `ArrowDown`. */
  readonly keys: string
  /** In words, for the help. */
  readonly does: string
  /** Absent when something else handles the key and this line only explains it. */
  readonly run?: () => void
}

/** The keys that are valid now, newest place first. */
export interface KeyBoard {
  readonly add: (group: { readonly title: string; readonly acts: readonly KeyAct[] }) => () => void
  readonly all: () => readonly { readonly title: string; readonly acts: readonly KeyAct[] }[]
}

const Board = createContext<KeyBoard | null>(null)

/** `Ctrl+K` as the event says it. Letters alone do not count while a field has the focus; with Alt they are typed nowhere. */
const matches = (event: KeyboardEvent, keys: string): boolean => {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const ctrl = parts.includes('Ctrl')
  if (ctrl !== (event.ctrlKey || event.metaKey) || parts.includes('Alt') !== event.altKey) return false
  if (event.key.toLowerCase() !== key.toLowerCase()) return false
  const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]')
  return ctrl || event.altKey || key.length > 1 || !typing
}

/** Stands around the application and hands each key to the newest place that wants it. */
export const KeysProvider = ({ children }: { readonly children: ReactNode }) => {
  const groups = useRef<{ readonly title: string; readonly acts: readonly KeyAct[] }[]>([])
  const board = useMemo<KeyBoard>(
    () => ({
      add: (group) => {
        groups.current = [group, ...groups.current]
        return () => {
          groups.current = groups.current.filter((one) => one !== group)
        }
      },
      all: () => groups.current,
    }),
    [],
  )
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.body.hasAttribute('data-locked')) return
      const inDialog = document.querySelector('dialog[open]') !== null
      for (const { acts } of groups.current) {
        const act = acts.find((one) => one.run && matches(event, one.keys))
        if (!act || (inDialog && !act.keys.startsWith('F'))) continue
        event.preventDefault()
        act.run?.()
        return
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
  return <Board.Provider value={board}>{children}</Board.Provider>
}

/** The keys of this place, valid while it stands. */
export const useKeys = (title: string, acts: readonly KeyAct[]): void => {
  const board = useContext(Board)
  const latest = useLatest(acts)
  // Registered anew only when the keys or their words change, not with every drawing.
  const shape = JSON.stringify(acts.map((act) => ({ keys: act.keys, does: act.does, runs: act.run !== undefined })))
  useEffect(() => {
    const shown = JSON.parse(shape) as { keys: string; does: string; runs: boolean }[]
    return board?.add({ title, acts: shown.map(({ keys, does, runs }, index) => ({ keys, does, ...(runs ? { run: () => latest.current[index]?.run?.() } : {}) })) })
  }, [board, title, shape, latest])
}

/** What is valid now, for the help. */
export const useKeyBoard = (): KeyBoard | null => useContext(Board)

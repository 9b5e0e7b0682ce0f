/* oxlint-disable jsx-a11y/click-events-have-key-events -- the field that owns the list handles its keys */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { TextField } from './Field'
import { useLatest } from './useLatest'

/** A line of what was found. */
export interface FinderRow {
  readonly key: string
  /** It is there already and cannot be taken again. */
  readonly isOff?: boolean
  readonly content: ReactNode
}

interface Props {
  readonly label: string
  /** Name of the list, for the screen reader. */
  readonly listLabel: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly autoFocus?: boolean
  readonly text: string
  readonly onText: (text: string) => void
  /** What the rows answer: for another search the first row is marked. */
  readonly sought: string
  readonly rows: readonly FinderRow[]
  /** The rows are those of letters before: Enter waits. */
  readonly isBehind?: boolean
  /** What the screen reader is told of what was found. */
  readonly status: string
  /** Stands between the field and the list. */
  readonly notice?: ReactNode
  readonly onTake: (row: number) => void
}

/** Finds something while it is typed: arrows go through what was found, Enter or a click takes it, Esc empties the field. */
export const FinderField = ({ label, listLabel, hint, error, autoFocus, text, onText, sought, rows, isBehind, status, notice, onTake }: Props) => {
  const list = useId()
  const field = useRef<HTMLInputElement>(null)
  const [marked, setMarked] = useState({ sought: '', at: 0 })
  const at = marked.sought === sought ? Math.min(marked.at, rows.length - 1) : 0
  const take = (row: number) => {
    if (rows[row]?.isOff) return
    onTake(row)
    field.current?.focus()
  }
  const hear = useLatest((event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || text.trim() === '') return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onText('')
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (rows[at] && !isBehind) take(at)
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && rows.length > 0) {
      event.preventDefault()
      const next = (at + (event.key === 'ArrowDown' ? 1 : -1) + rows.length) % rows.length
      setMarked({ sought, at: next })
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' })
    }
  })
  useEffect(() => {
    // Before the form hears it: Enter takes here, and goes on only from an empty field.
    const input = field.current
    const listener = (event: KeyboardEvent) => hear.current(event)
    input?.addEventListener('keydown', listener)
    return () => input?.removeEventListener('keydown', listener)
  }, [hear])
  return (
    <div className="finder">
      <TextField
        ref={field}
        label={label}
        hint={hint}
        value={text}
        maxLength={200}
        error={error}
        onText={onText}
        role="combobox"
        aria-expanded={rows.length > 0}
        aria-controls={list}
        aria-activedescendant={rows.length > 0 ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        dir="auto"
        data-autofocus={autoFocus || undefined}
      />
      {notice}
      <p className="visually-hidden" role="status">
        {status}
      </p>
      <div className="finder-list" id={list} role="listbox" aria-label={listLabel} hidden={rows.length === 0}>
        {rows.map(({ key, isOff, content }, row) => (
          <div key={key} id={`${list}-${row}`} className="finder-row" role="option" tabIndex={-1} aria-selected={row === at} aria-disabled={isOff || undefined} onClick={() => take(row)}>
            {content}
          </div>
        ))}
      </div>
    </div>
  )
}

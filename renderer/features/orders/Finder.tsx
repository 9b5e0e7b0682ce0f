/* oxlint-disable jsx-a11y/click-events-have-key-events -- the field that owns the list handles its keys */
import { useEffect, useId, useRef, useState } from 'react'
import type { Orderable } from '../../../shared/contract'
import { findOrderables } from '../../../shared/records/lab-catalogue/find'
import { TextField, useLatest } from '../../components'
import { t } from '../specimens'

/** As many are shown; who looks for another types a letter more. */
const most = 12

interface Props {
  readonly items: readonly Orderable[]
  /** Codes that are chosen already. */
  readonly taken: readonly string[]
  readonly error?: string | undefined
  readonly onAdd: (code: string) => void
  /** What the catalogue does not have. */
  readonly onWords: (words: string) => void
}

/** Finds tests and panels while they are typed: arrows go through what was found, Enter adds. What the catalogue does not have is ordered in words. */
export const Finder = ({ items, taken, error, onAdd, onWords }: Props) => {
  const list = useId()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [marked, setMarked] = useState({ text: '', at: 0 })
  const sought = text.trim()
  const found = findOrderables(items, sought).slice(0, most)
  const rows = sought === '' ? 0 : found.length + 1
  const at = marked.text === sought ? Math.min(marked.at, rows - 1) : 0
  const take = (row: number) => {
    const item = found[row]
    if (item) onAdd(item.code)
    else onWords(sought)
    setText('')
    field.current?.focus()
  }
  const hear = useLatest((event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || sought === '') return
    if (event.key === 'Enter') {
      event.preventDefault()
      take(at)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      setText('')
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const next = (at + (event.key === 'ArrowDown' ? 1 : rows - 1)) % rows
      setMarked({ text: sought, at: next })
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' })
    }
  })
  useEffect(() => {
    // Before the form hears it: Enter adds here, and goes on only from an empty field.
    const input = field.current
    const listener = (event: KeyboardEvent) => hear.current(event)
    input?.addEventListener('keydown', listener)
    return () => input?.removeEventListener('keydown', listener)
  }, [hear])
  return (
    <div className="order-finder">
      <TextField
        ref={field}
        label={t('order.find')}
        hint={t('order.find.hint')}
        value={text}
        maxLength={200}
        error={error}
        onText={setText}
        role="combobox"
        aria-expanded={rows > 0}
        aria-controls={list}
        aria-activedescendant={rows > 0 ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        dir="auto"
        data-autofocus
      />
      <p className="visually-hidden" role="status">
        {sought !== '' && found.length === 0 ? t('order.none', { text: sought }) : ''}
      </p>
      <div className="order-found" id={list} role="listbox" aria-label={t('order.found')} hidden={rows === 0}>
        {found.map((item, row) => (
          <div key={item.code} id={`${list}-${row}`} role="option" tabIndex={-1} aria-selected={row === at} onClick={() => take(row)}>
            <span className="order-found-name">{item.name}</span>
            <span className="faint small">
              {taken.includes(item.code) ? `${t('order.added')} · ` : ''}
              {item.isPanel ? t('order.panel', { count: item.tests.length }) : t('order.test')}
            </span>
          </div>
        ))}
        {rows > 0 ? (
          <div id={`${list}-${found.length}`} role="option" tabIndex={-1} aria-selected={at === found.length} onClick={() => take(found.length)}>
            <span className="order-found-name">{t('order.words', { text: sought })}</span>
          </div>
        ) : null}
      </div>
    </div>
  )
}

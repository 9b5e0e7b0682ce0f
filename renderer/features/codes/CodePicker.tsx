/* oxlint-disable jsx-a11y/click-events-have-key-events -- the field that owns the list handles its keys */
import { useDeferredValue, useId, useRef, useState, type KeyboardEvent } from 'react'
import { codes as words } from '../../../resources/locales/en/codes'
import type { CodeUse, ConceptCoding, FoundCode } from '../../../shared/contract'
import { conceptKey } from '../../../shared/records/condition/condition'
import { useAct, useAnswer, useWho } from '../../client'
import { Mark, ProblemNotice, TextField, wording } from '../../components'
import './codes.css'

const t = wording(words)

/** Fewer letters fit half of every list. */
const fewestLetters = 2

interface Props {
  readonly label: string
  readonly use: CodeUse
  readonly onPick: (concept: ConceptCoding) => void
  /** What is chosen already, by `conceptKey`: shown, and not chosen twice. */
  readonly taken?: ReadonlySet<string>
  readonly error?: string | undefined
  readonly autoFocus?: boolean
}

const bare = ({ system, code, display, version }: ConceptCoding): ConceptCoding => ({ system, code, display, ...(version === undefined ? {} : { version }) })

/** Finds a code by words or code while it is typed; what no list has can be added as a term of the practice's own, on the spot. */
export const CodePicker = ({ label, use, onPick, taken, error, autoFocus }: Props) => {
  const who = useWho()
  const list = useId()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [marked, setMarked] = useState({ sought: '', at: 0 })
  const [addTerm, adding] = useAct('addTerm')
  const sought = useDeferredValue(text.trim())
  const isSought = sought.length >= fewestLetters
  // Asked with nothing, too: so the host has its lists ready by the time somebody types.
  const answer = useAnswer('searchCodes', { text: isSought ? sought : '', use }, { keepPrevious: true })
  const found: readonly FoundCode[] = isSought ? (answer.value ?? []) : []
  const isSettled = isSought && sought === text.trim() && answer.value !== undefined && !answer.isPrevious
  const isNew = isSettled && (who?.actions.includes('encounter.write') ?? false) && !found.some(({ display }) => display.toLowerCase() === sought.toLowerCase())
  const rows = found.length + (isNew ? 1 : 0)
  const at = marked.sought === sought ? Math.min(marked.at, rows - 1) : 0

  const refused = answer.problem ?? adding.problem
  const clear = () => {
    setText('')
    field.current?.focus()
  }
  const take = (concept: FoundCode) => {
    if (taken?.has(conceptKey(concept))) return
    onPick(bare(concept))
    clear()
  }
  const add = async () => {
    if (adding.busy) return
    const answered = await addTerm({ text: sought, use })
    if (!answered.ok) return
    if (!taken?.has(conceptKey(answered.value))) onPick(answered.value)
    clear()
  }
  const run = (row: number) => {
    const one = found[row]
    if (one) take(one)
    else if (isNew) void add()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || text === '') return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      setText('')
    } else if (event.key === 'Enter') {
      // What stands in the list is that of the letters before: Enter waits for the answer to these.
      event.preventDefault()
      event.stopPropagation()
      if (isSettled) run(at)
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && rows > 0) {
      event.preventDefault()
      const next = (at + (event.key === 'ArrowDown' ? 1 : -1) + rows) % rows
      setMarked({ sought, at: next })
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' })
    }
  }
  return (
    <div className="code-picker">
      <TextField
        ref={field}
        label={label}
        hint={t('picker.hint')}
        value={text}
        maxLength={200}
        error={error}
        onText={setText}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded={rows > 0}
        aria-controls={list}
        aria-activedescendant={rows > 0 ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        dir="auto"
        data-autofocus={autoFocus || undefined}
      />
      {refused ? <ProblemNotice problem={refused} /> : null}
      <p className="visually-hidden" role="status">
        {isSettled ? (found.length === 0 ? t('picker.none', { text: sought }) : t('picker.found', { count: found.length })) : ''}
      </p>
      <div className="code-list" id={list} role="listbox" aria-label={t('picker.list')} hidden={rows === 0}>
        {found.map((one, row) => {
          const isTaken = taken?.has(conceptKey(one)) ?? false
          return (
            <div key={conceptKey(one)} id={`${list}-${row}`} className="code-option" role="option" tabIndex={-1} aria-selected={row === at} aria-disabled={isTaken || undefined} onClick={() => take(one)}>
              <span className="code-code">{one.set === undefined ? '' : one.code}</span>
              <span className="code-words" dir="auto">
                {one.display}
                {one.term ? <span className="faint small"> {t('picker.also', { term: one.term })}</span> : null}
              </span>
              <span className="faint small">{isTaken ? t('picker.picked') : (one.set ?? t('picker.own'))}</span>
            </div>
          )
        })}
        {isNew ? (
          <div id={`${list}-${found.length}`} className="code-option" role="option" tabIndex={-1} aria-selected={found.length === at} onClick={() => void add()}>
            <span className="code-code" aria-hidden="true">
              +
            </span>
            <span className="code-words">{t(`picker.add.${use}`, { text: sought })}</span>
          </div>
        ) : null}
      </div>
    </div>
  )
}

/** A code as records show it: its words, its code, and which list it is from. */
export const ConceptWords = ({ concept }: { readonly concept: ConceptCoding }) => (
  <span className="concept">
    <span dir="auto">{concept.display}</span> {concept.system.startsWith('urn:outpost:') ? <Mark>{t('picker.own')}</Mark> : <code className="concept-code">{concept.code}</code>}
  </span>
)

/* oxlint-disable jsx-a11y/click-events-have-key-events -- the search field that owns the list handles its keys */
import { useCallback, useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { common } from '../../../resources/locales/en/common'
import { patients } from '../../../resources/locales/en/patients'
import type { PatientSummary } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, Empty, hasDraft, ProblemNotice, say, ScrollRegion, useKeys, useScreen, useView, Waiting, wording } from '../../components'
import { RegisterDialog } from './RegisterDialog'
import { bornWords, nameOf, sexWord } from './words'
import './patients.css'

const t = wording(patients)
const pageSize = 100

interface Props {
  readonly onOpen: (patient: string) => void
  /** Opens the registration at once, as the search over everything asks for. */
  readonly registering?: boolean
  readonly onRegistering: (registering: boolean) => void
}

const rowHeight = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 40

/** The first screen of most days: type a few letters, Enter, and the chart is open. */
export const PatientsScreen = ({ onOpen, registering = false, onRegistering }: Props) => {
  const who = useWho()
  const mayRegister = who?.actions.includes('patient.register') ?? false
  // The list keeps its place: coming back from a chart finds the search as it was.
  const [text, setText] = useView('patients.search', '')
  const sought = useDeferredValue(text.trim())
  const first = useAnswer('listPatients', { skip: 0, limit: pageSize })
  const found = useAnswer('findPatients', { text: sought, limit: 50 }, { skip: sought === '', keepPrevious: true })
  const searching = sought !== ''
  const total = searching ? (found.value?.length ?? 0) : (first.value?.total ?? 0)
  // Another search begins at its first hit.
  const [marked, setMarked] = useView('patients.marked', () => ({ sought: '', at: 0 }))
  const at = marked.sought === sought ? Math.min(marked.at, Math.max(0, total - 1)) : 0
  const [viewed, setViewed] = useState({ first: 0, last: 20 })
  const list = useRef<HTMLElement>(null)
  const search = useRef<HTMLInputElement>(null)
  // Enter right behind the last letter, as a scanner sends it: the chart opens as soon as the answer to just that text is there.
  const [opening, setOpening] = useState<string | null>(null)
  const isAnswered = sought === text.trim() && (!searching || (found.value !== undefined && !found.isPrevious))
  useEffect(() => {
    if (opening === null || !isAnswered || opening !== sought) return
    setOpening(null)
    const patient = found.value?.[0]
    if (patient) onOpen(patient.id)
  }, [opening, isAnswered, sought, found.value, onOpen])
  const problem = searching ? found.problem : first.problem
  useScreen('patients', first.value !== undefined || first.problem !== undefined)
  // A new search begins at the top; coming back finds the row that was left.
  const placed = useRef<string | null>(null)
  useEffect(() => {
    const box = list.current
    if (!box || total === 0 || placed.current === sought) return
    placed.current = sought
    box.scrollTop = Math.max(0, at * rowHeight() - box.clientHeight / 2)
  }, [sought, total, at])
  useEffect(() => {
    search.current?.focus()
    search.current?.select()
  }, [])
  useKeys(t('keys.title'), [
    { keys: 'Ctrl+N', does: t('register'), ...(mayRegister ? { run: () => onRegistering(true) } : {}) },
    { keys: 'ArrowUp / ArrowDown', does: t('keys.move') },
    { keys: 'Enter', does: t('keys.open') },
  ])

  // The pages that the glass shows; at most two at once.
  const pages = [...new Set([Math.floor(viewed.first / pageSize), Math.floor(Math.max(viewed.last - 1, 0) / pageSize)])]
  const near = useAnswer('listPatients', { skip: (pages[0] ?? 0) * pageSize, limit: pageSize }, { skip: searching })
  const far = useAnswer('listPatients', { skip: (pages.at(-1) ?? 0) * pageSize, limit: pageSize }, { skip: searching || pages.length < 2 })
  const rowAt = (index: number): PatientSummary | undefined => {
    if (searching) return found.value?.[index]
    const page = Math.floor(index / pageSize)
    const answer = page === 0 ? first : page === pages[0] ? near : far
    return answer.value?.patients[index - page * pageSize]
  }
  const look = useCallback(() => {
    const box = list.current
    if (!box) return
    const height = rowHeight()
    setViewed({ first: Math.max(0, Math.floor(box.scrollTop / height) - 5), last: Math.ceil((box.scrollTop + (box.clientHeight || 800)) / height) + 5 })
  }, [])
  const move = (to: number) => {
    const index = Math.max(0, Math.min(total - 1, to))
    setMarked({ sought, at: index })
    const box = list.current
    if (!box) return
    const height = rowHeight()
    if (index * height < box.scrollTop) box.scrollTop = index * height
    else if ((index + 1) * height > box.scrollTop + box.clientHeight) box.scrollTop = (index + 1) * height - box.clientHeight
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key]
    if (step) {
      event.preventDefault()
      move(at + step)
    } else if (event.key === 'Enter') {
      // What was typed last decides, not what an earlier search found.
      const patient = isAnswered ? rowAt(at) : undefined
      if (patient) onOpen(patient.id)
      else if (!isAnswered) setOpening(text.trim())
    } else if (event.key === 'Escape' && text) {
      event.preventDefault()
      setText('')
    }
  }
  useEffect(() => {
    const watch = new ResizeObserver(look)
    if (list.current) watch.observe(list.current)
    return () => watch.disconnect()
  }, [look])
  // Closed by name: coming back to the list must not find the dialog open.
  const leaveFor = (patient: PatientSummary) => {
    onRegistering(false)
    onOpen(patient.id)
  }
  const from = Math.min(viewed.first, total)
  const to = Math.min(viewed.last, total)
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset)
  const waitingForFirst = searching ? found.loading : first.loading

  return (
    <section className="patients" aria-labelledby="patients-title">
      <header className="screen-head">
        <h1 id="patients-title">{t('title')}</h1>
        <span className="faint" role="status">
          {searching ? (found.value ? t('found', { count: total }) : '') : first.value ? t('count', { total }) : ''}
        </span>
        <span className="spread" />
        {mayRegister ? (
          <Button kind="main" onClick={() => onRegistering(true)} keys="Ctrl+N">
            {t('register')}
            {hasDraft('register') ? ' …' : ''}
          </Button>
        ) : null}
      </header>
      <div className="patients-search">
        <input
          ref={search}
          className="input"
          type="search"
          role="combobox"
          aria-label={t('search')}
          aria-expanded={total > 0}
          aria-controls="patients-list"
          aria-activedescendant={total > 0 ? `patient-${at}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={t('search')}
          value={text}
          onChange={(event) => {
            setOpening(null)
            setText(event.target.value)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {problem ? <ProblemNotice problem={problem} onAgain={searching ? found.refresh : first.refresh} /> : null}
      <div className="patients-columns" aria-hidden="true">
        <span>{t('column.name')}</span>
        <span>{t('column.born')}</span>
        <span>{t('column.sex')}</span>
        <span>{t('column.number')}</span>
        <span>{t('column.phone')}</span>
      </div>
      <ScrollRegion className="patients-rows" ref={list} onScroll={look} aria-label={t('title')}>
        {waitingForFirst ? <Waiting>{common.waiting}</Waiting> : null}
        {!searching && first.value && total === 0 ? (
          <Empty title={t('empty.title')} action={mayRegister ? <Button onClick={() => onRegistering(true)}>{t('register')}</Button> : undefined}>
            {t('empty.text')}
          </Empty>
        ) : null}
        {searching && found.value && total === 0 ? (
          <Empty
            title={t('none.title', { text: sought })}
            action={mayRegister ? <Button onClick={() => onRegistering(true)}>{t('none.register', { text: sought })}</Button> : undefined}
          >
            {t('none.text')}
          </Empty>
        ) : null}
        <div className="patients-all" style={{ height: `calc(var(--row) * ${total})` }} id="patients-list" role="listbox" aria-label={t('title')}>
          {indices.map((index) => {
            const patient = rowAt(index)
            return (
              <div
                key={index}
                id={`patient-${index}`}
                className="patients-row"
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                aria-setsize={total}
                aria-posinset={index + 1}
                style={{ top: `calc(var(--row) * ${index})` }}
                data-dead={patient?.deceased || undefined}
                onClick={() => {
                  setMarked({ sought, at: index })
                  // The row that was seen and clicked is the one that opens.
                  if (patient) onOpen(patient.id)
                }}
              >
                {patient ? <Row patient={patient} /> : '…'}
              </div>
            )
          })}
        </div>
      </ScrollRegion>
      {registering && mayRegister ? (
        <RegisterDialog
          family={searching && total === 0 && !/\d/.test(text) ? text.trim() : ''}
          onClose={() => onRegistering(false)}
          onExisting={leaveFor}
          onRegistered={(patient) => {
            say(t('register.saved', { number: patient.number }))
            leaveFor(patient)
          }}
        />
      ) : null}
    </section>
  )
}

const Row = ({ patient }: { readonly patient: PatientSummary }) => (
  <>
    <span className="patients-name" title={nameOf(patient)}>
      <bdi>{nameOf(patient)}</bdi>
      {patient.deceased ? <span className="mark">{t('dead')}</span> : null}
    </span>
    <span>{bornWords(patient)}</span>
    <span>{sexWord(patient.gender)}</span>
    <span>{patient.number}</span>
    <span className="faint">{patient.phone ?? ''}</span>
  </>
)

/* oxlint-disable jsx-a11y/click-events-have-key-events -- the search field that owns the list handles its keys */
import { useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { common } from '../../../resources/locales/en/common'
import { patients } from '../../../resources/locales/en/patients'
import type { PatientSummary } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, Empty, hasDraft, ProblemNotice, say, ScrollRegion, SelectField, useHabit, useKeys, useScreen, useView, Waiting, wording } from '../../components'
import { RegisterDialog } from './RegisterDialog'
import { bornWords, nameOf, sexWord } from './words'
import './patients.css'

const t = wording(patients)
const pageSizes = [25, 50, 100] as const

/** How a person likes the list. */
interface ListHabit {
  readonly size: (typeof pageSizes)[number]
  readonly sort: 'recent' | 'name' | 'born'
  readonly order: 'ascending' | 'descending'
}
const usualHabit: ListHabit = { size: 50, sort: 'recent', order: 'ascending' }

interface Props {
  readonly onOpen: (patient: string) => void
  /** Opens the registration at once, as the search over everything asks for. */
  readonly registering?: boolean
  readonly onRegistering: (registering: boolean) => void
}

/** The first screen of most days: type a few letters, Enter, and the chart is open. */
export const PatientsScreen = ({ onOpen, registering = false, onRegistering }: Props) => {
  const who = useWho()
  const mayRegister = who?.actions.includes('patient.register') ?? false
  // The list keeps its place: coming back from a chart finds the search as it was.
  const [text, setText] = useView('patients.search', '')
  const sought = useDeferredValue(text.trim())
  const [habit, setHabit] = useHabit<ListHabit>('patients.list', usualHabit)
  const [asked, setPage] = useView('patients.page', 0)
  const listed = useAnswer('listPatients', { skip: asked * habit.size, limit: habit.size, sort: habit.sort, order: habit.order }, { keepPrevious: true })
  const found = useAnswer('findPatients', { text: sought, limit: 50 }, { skip: sought === '', keepPrevious: true })
  const searching = sought !== ''
  const rows = (searching ? found.value : listed.value?.patients) ?? []
  const all = searching ? rows.length : (listed.value?.total ?? 0)
  const pages = Math.max(1, Math.ceil((listed.value?.total ?? 0) / habit.size))
  const page = Math.min(asked, pages - 1)
  // Fewer than there were (purged, another practice's list): the last page that there is.
  if (listed.value && !listed.isPrevious && asked > page) setPage(page)
  const before = searching ? 0 : page * habit.size
  // Another search begins at its first hit.
  const [marked, setMarked] = useView('patients.marked', () => ({ sought: '', at: 0 }))
  const at = marked.sought === sought ? Math.min(marked.at, Math.max(0, rows.length - 1)) : 0
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
  const problem = searching ? found.problem : listed.problem
  useScreen('patients', listed.value !== undefined || listed.problem !== undefined)
  // A new search begins at the top; coming back finds the row that was left.
  const placed = useRef<string | null>(null)
  const shown = `${sought} ${before} ${habit.sort} ${habit.order}`
  useEffect(() => {
    if (rows.length === 0 || placed.current === shown) return
    placed.current = shown
    document.getElementById(`patient-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [shown, rows.length, at])
  useEffect(() => {
    search.current?.focus()
    search.current?.select()
  }, [])
  useKeys(t('keys.title'), [
    { keys: 'Ctrl+N', does: t('register'), ...(mayRegister ? { run: () => onRegistering(true) } : {}) },
    { keys: 'ArrowUp / ArrowDown', does: t('keys.move') },
    { keys: 'Enter', does: t('keys.open') },
  ])

  const turn = (to: number, mark = 0) => {
    setPage(Math.max(0, Math.min(pages - 1, to)))
    setMarked({ sought, at: mark })
  }
  const sortBy = (sort: ListHabit['sort']) => {
    setHabit((was) => ({ ...was, sort, order: was.sort === sort && was.order === 'ascending' ? 'descending' : 'ascending' }))
    turn(0)
  }
  const move = (to: number) => {
    // Past the end of a page the next one begins.
    if (!searching && to >= rows.length && at === rows.length - 1 && page < pages - 1) return turn(page + 1)
    if (!searching && to < 0 && at === 0 && page > 0) return turn(page - 1, habit.size - 1)
    const index = Math.max(0, Math.min(rows.length - 1, to))
    setMarked({ sought, at: index })
    document.getElementById(`patient-${index}`)?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key]
    if (step) {
      event.preventDefault()
      move(at + step)
    } else if (event.key === 'Enter') {
      // What was typed last decides, not what an earlier search found.
      const patient = isAnswered ? rows[at] : undefined
      if (patient) onOpen(patient.id)
      else if (!isAnswered) setOpening(text.trim())
    } else if (event.key === 'Escape' && text) {
      event.preventDefault()
      setText('')
    }
  }
  // Closed by name: coming back to the list must not find the dialog open.
  const leaveFor = (patient: PatientSummary) => {
    onRegistering(false)
    onOpen(patient.id)
  }
  const waitingForFirst = searching ? found.loading : listed.loading

  return (
    <section className="filling" aria-labelledby="patients-title">
      <header className="screen-head">
        <h1 id="patients-title">{t('title')}</h1>
        <span className="faint" role="status">
          {searching ? (found.value ? t('found', { count: all }) : '') : listed.value ? t('count', { total: all }) : ''}
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
          aria-expanded={rows.length > 0}
          aria-controls="patients-list"
          aria-activedescendant={rows.length > 0 ? `patient-${at}` : undefined}
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
      {problem ? <ProblemNotice problem={problem} onAgain={searching ? found.refresh : listed.refresh} /> : null}
      <div className="patients-columns">
        <SortButton by="name" habit={habit} off={searching} onSort={sortBy} />
        <SortButton by="born" habit={habit} off={searching} onSort={sortBy} />
        <span>{t('column.sex')}</span>
        <span>{t('column.number')}</span>
        <span>{t('column.phone')}</span>
      </div>
      <ScrollRegion className="patients-rows" aria-label={t('title')}>
        {waitingForFirst ? <Waiting>{common.waiting}</Waiting> : null}
        {!searching && listed.value && all === 0 ? (
          <Empty title={t('empty.title')} action={mayRegister ? <Button onClick={() => onRegistering(true)}>{t('register')}</Button> : undefined}>
            {t('empty.text')}
          </Empty>
        ) : null}
        {searching && found.value && all === 0 ? (
          <Empty
            title={t('none.title', { text: sought })}
            action={mayRegister ? <Button onClick={() => onRegistering(true)}>{t('none.register', { text: sought })}</Button> : undefined}
          >
            {t('none.text')}
          </Empty>
        ) : null}
        <div id="patients-list" role="listbox" aria-label={t('title')}>
          {rows.map((patient, index) => (
            <div
              key={patient.id}
              id={`patient-${index}`}
              className="patients-row"
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              aria-setsize={all}
              aria-posinset={before + index + 1}
              data-dead={patient.deceased || undefined}
              onClick={() => {
                setMarked({ sought, at: index })
                // The row that was seen and clicked is the one that opens.
                onOpen(patient.id)
              }}
            >
              <Row patient={patient} />
            </div>
          ))}
        </div>
      </ScrollRegion>
      {searching || all === 0 ? null : (
        <footer className="patients-foot">
          <SelectField
            label={t('page.size')}
            value={String(habit.size)}
            onChoose={(size) => {
              setHabit((was) => ({ ...was, size: pageSizes.find((one) => String(one) === size) ?? was.size }))
              turn(0)
            }}
            options={pageSizes.map((size) => ({ value: String(size), label: String(size) }))}
          />
          <SelectField
            label={t('sort')}
            value={habit.sort}
            onChoose={(sort) => {
              setHabit((was) => ({ ...was, sort, order: 'ascending' }))
              turn(0)
            }}
            options={(['recent', 'name', 'born'] as const).map((value) => ({ value, label: t(`sort.${value}`) }))}
          />
          <span className="spread" />
          <span role="status">{t('page.rows', { first: before + 1, last: before + rows.length, total: all })}</span>
          <Button onClick={() => turn(page - 1)} disabled={page === 0}>
            {t('page.before')}
          </Button>
          <Button onClick={() => turn(page + 1)} disabled={page >= pages - 1}>
            {t('page.next')}
          </Button>
        </footer>
      )}
      {registering && mayRegister ? (
        <RegisterDialog
          family={searching && all === 0 && !/\d/.test(text) ? text.trim() : ''}
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

/** The head of a column that the list can be sorted by. */
const SortButton = ({ by, habit, off, onSort }: { readonly by: 'name' | 'born'; readonly habit: ListHabit; readonly off: boolean; readonly onSort: (by: 'name' | 'born') => void }) => {
  const order = !off && habit.sort === by ? habit.order : undefined
  return (
    <button type="button" className="patients-sort" disabled={off} onClick={() => onSort(by)}>
      {t(`column.${by}`)}
      {order ? (
        <>
          <span aria-hidden="true"> {order === 'ascending' ? '▲' : '▼'}</span>
          <span className="visually-hidden">{t(`sort.${order}`)}</span>
        </>
      ) : null}
    </button>
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
    <span className="faint patients-phone">{patient.phone ?? ''}</span>
  </>
)

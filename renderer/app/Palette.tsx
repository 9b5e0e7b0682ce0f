/* oxlint-disable jsx-a11y/click-events-have-key-events -- the search field that owns the list handles its keys */
import { useDeferredValue, useState, type KeyboardEvent } from 'react'
import { navigate } from 'wouter/use-hash-location'
import { common } from '../../resources/locales/en/common'
import { patients } from '../../resources/locales/en/patients'
import { shell as words } from '../../resources/locales/en/shell'
import type { Who } from '../../shared/contract'
import { useAct, useAnswer } from '../client'
import { Dialog, wording } from '../components'
import { bornWords, nameOf } from '../features/patients'
import { placesOf } from './places'
import { chooseDensity, chooseTheme, densityNow, themeNow } from './theme'

const t = wording(words)

interface Found {
  readonly id: string
  readonly group: string
  readonly title: string
  readonly detail?: string
  readonly run: () => void
}

interface Props {
  readonly who: Who
  readonly onClose: () => void
  readonly onRegister: () => void
}

/** One search over patients, actions and screens, from anywhere. */
export const Palette = ({ who, onClose, onRegister }: Props) => {
  const [text, setText] = useState('')
  const [lock] = useAct('lock')
  const sought = useDeferredValue(text.trim())
  const mayRead = who.actions.includes('patient.read')
  const answer = useAnswer('findPatients', { text: sought, limit: 8 }, { skip: sought === '' || !mayRead, keepPrevious: true })
  // Another search begins at its first hit.
  const [marked, setMarked] = useState({ sought: '', at: 0 })
  const at = marked.sought === sought ? marked.at : 0

  const people: Found[] = (sought ? (answer.value ?? []) : []).map((patient) => ({
    id: patient.id,
    group: t('search.patients'),
    title: nameOf(patient),
    detail: `${bornWords(patient)} · ${patient.number}`,
    run: () => navigate(`/patients/${patient.id}`),
  }))
  const screens: Found[] = placesOf(who).map((place) => ({ id: place, group: t('search.screens'), title: t(`nav.${place}`), run: () => navigate(`/${place}`) }))
  const actions: Found[] = [
    ...(who.actions.includes('patient.register') ? [{ id: 'register', title: wording(patients)('register'), run: onRegister }] : []),
    { id: 'lock', title: t('me.lock'), run: () => void lock() },
    {
      id: 'theme',
      title: themeNow() === 'dark' ? t('me.theme.light') : t('me.theme.dark'),
      run: () => chooseTheme(themeNow() === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'density',
      title: densityNow() === 'desk' ? t('me.density.bedside') : t('me.density.desk'),
      run: () => chooseDensity(densityNow() === 'desk' ? 'bedside' : 'desk'),
    },
  ].map((action) => ({ ...action, group: t('search.actions') }))
  const fits = ({ title }: Found) => title.toLowerCase().includes(sought.toLowerCase())
  const found = [...people, ...screens.filter(fits), ...actions.filter(fits)]

  const run = (one: Found | undefined) => {
    if (!one) return
    onClose()
    one.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (!step || found.length === 0) return
    event.preventDefault()
    const next = (at + step + found.length) % found.length
    setMarked({ sought, at: next })
    document.getElementById(`palette-${next}`)?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <Dialog title={t('search.title')} closeLabel={common.close} onClose={onClose} onSubmit={() => sought === text.trim() && !answer.isPrevious && run(found[at])} width={620}>
      <input
        className="input"
        type="search"
        role="combobox"
        aria-label={t('search')}
        aria-expanded={found.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder={t('search')}
        data-autofocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="faint small">{t('search.hint')}</p>
      {sought && found.length === 0 && !answer.loading ? <p role="status">{t('search.empty', { text: sought })}</p> : null}
      <div className="palette-list" id="palette-list" role="listbox" aria-label={t('search.title')}>
        {found.map((one, index) => (
          <div key={`${one.group}-${one.id}`} role="presentation">
            {one.group === found[index - 1]?.group ? null : (
              <div className="palette-group" role="presentation">
                {one.group}
              </div>
            )}
            <div className="palette-item" id={`palette-${index}`} role="option" tabIndex={-1} aria-selected={index === at} onClick={() => run(one)}>
              <strong>{one.title}</strong>
              {one.detail ? <span className="faint">{one.detail}</span> : null}
            </div>
          </div>
        ))}
      </div>
    </Dialog>
  )
}

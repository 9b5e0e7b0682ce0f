import { useEffect, useState } from 'react'
import { Router } from 'wouter'
import { navigate, useHashLocation } from 'wouter/use-hash-location'
import { shell as words } from '../../resources/locales/en/shell'
import type { PracticeName, Who } from '../../shared/contract'
import { KeysProvider, Said, useKeys, wording } from '../components'
import { CriticalAlarm } from '../features/critical'
import { ScanWatch } from '../features/scan'
import { Bar } from './Bar'
import { ErrorBoundary } from './ErrorBoundary'
import { HostNotice } from './HostNotice'
import { KeysHelp } from './KeysHelp'
import { Navigation } from './Navigation'
import { Palette } from './Palette'
import { Routes } from './Routes'
import type { Unfinished } from './keepDrafts'
import { UnfinishedNotice } from './UnfinishedNotice'
import './shell.css'

const t = wording(words)

/** What is open over the screens. */
export type Over = 'none' | 'palette' | 'keys' | 'register'

interface Props {
  readonly practice: PracticeName
  readonly station: string
  readonly who: Who
  /** Behind the curtain: drawn by nobody, kept as it is. */
  readonly hidden: boolean
  /** What the person typed here before and did not save. */
  readonly unfinished: readonly Unfinished[]
  /** The person leaves for good. */
  readonly onLeave: () => void
}

/** The frame of a working day: bar, navigation, the screen. */
export const Clinic = (props: Props) => (
  <KeysProvider>
    {/* oxlint-disable-next-line react/hooks -- how this router takes its location */}
    <Router hook={useHashLocation}>
      <Frame {...props} />
    </Router>
  </KeysProvider>
)

const Frame = ({ practice, station, who, hidden, unfinished, onLeave }: Props) => {
  const [path] = useHashLocation()
  // What is open belongs to a place: going elsewhere closes it.
  const [opened, setOpened] = useState<{ readonly over: Over; readonly path: string }>({ over: 'none', path })
  const over = opened.path === path ? opened.over : 'none'
  const setOver = (next: Over) => setOpened({ over: next, path })
  const close = () => setOver('none')
  // Whoever opens a place by keyboard goes on in it, not at the top of the window.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById('main')?.focus()
    })
    return () => cancelAnimationFrame(frame)
  }, [path])
  useKeys(t('keys.everywhere'), [
    { keys: 'Ctrl+K', does: t('keys.search'), run: () => setOver('palette') },
    { keys: 'F1', does: t('keys.help'), run: () => setOver('keys') },
    { keys: 'Esc', does: t('keys.esc') },
  ])
  const register = () => {
    navigate('/patients')
    setOpened({ over: 'register', path: '/patients' })
  }
  return (
    <div className="shell">
      <a
        className="button skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        {t('skip')}
      </a>
      <Bar practice={practice} station={station} who={who} onSearch={() => setOver('palette')} onKeys={() => setOver('keys')} onLeave={onLeave} />
      <Navigation who={who} />
      <main className="main" id="main" tabIndex={-1}>
        <HostNotice />
        <UnfinishedNotice found={unfinished} />
        <CriticalAlarm hidden={hidden} onOpen={(patient) => navigate(`/patients/${patient}`)} onAll={() => navigate('/alerts')} />
        <div className="main-screen">
          <ErrorBoundary place={path}>
            <Routes who={who} practice={practice} registering={over === 'register'} onRegistering={(registering) => setOver(registering ? 'register' : 'none')} />
          </ErrorBoundary>
        </div>
      </main>
      <ScanWatch hidden={hidden} at={/^\/patients\/([^/]+)/.exec(path)?.[1]} onOpen={(patient, part) => navigate(`/patients/${patient}${part === 'orders' ? '/results' : ''}`)} />
      <Said />
      {over === 'palette' && !hidden ? <Palette who={who} onClose={close} onRegister={register} /> : null}
      {over === 'keys' && !hidden ? <KeysHelp onClose={close} /> : null}
    </div>
  )
}

export default Clinic

import { Fragment, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { shell as words } from '../../resources/locales/en/shell'
import { start } from '../../resources/locales/en/start'
import type { PracticeName, Who } from '../../shared/contract'
import { languages } from '../../shared/records/basic/preferences'
import { useAct } from '../client'
import { Button, languageNow, wording } from '../components'
import { chooseLanguage, languageNames } from '../features/language'
import { Icon } from './icons'
import { BackupBar, DiskWarning, InboxBar, SyncBar } from './lazyScreens'
import { chooseDensity, chooseTheme, densityNow, themeNow, watchTheme } from './theme'

const t = wording(words)
const s = wording(start)

interface Props {
  readonly practice: PracticeName
  readonly station: string
  readonly who: Who
  readonly onSearch: () => void
  readonly onKeys: () => void
  readonly onLeave: () => void
}

/** Which practice, whether it is real, the search, the exchange with the server, who is at work. */
export const Bar = ({ practice, who, onSearch, onKeys, onLeave }: Props) => {
  const [lock, locking] = useAct('lock')
  return (
    <header className="bar">
      <span className="bar-practice" title={practice.name} dir="auto">
        {practice.name}
      </span>
      {practice.training ? (
        <strong className="bar-training">
          {t('training')} <span>· {t('training.text')}</span>
        </strong>
      ) : null}
      <Button className="bar-search" onClick={onSearch} keys="Ctrl+K" aria-keyshortcuts="Control+K">
        <span>{t('search')}</span>
      </Button>
      <span className="spread" />
      <Suspense fallback={null}>
        <DiskWarning />
      </Suspense>
      {who.actions.includes('result.sign-off') ? (
        <Suspense fallback={null}>
          <InboxBar />
        </Suspense>
      ) : null}
      {who.actions.includes('backup.read') ? (
        <Suspense fallback={null}>
          <BackupBar />
        </Suspense>
      ) : null}
      {who.actions.includes('sync.read') ? (
        <Suspense fallback={null}>
          <SyncBar />
        </Suspense>
      ) : null}
      <Button onClick={() => void lock()} busy={locking.busy}>
        <Icon name="lock" />
        {t('lock')}
      </Button>
      <Me who={who} onKeys={onKeys} onLeave={onLeave} />
    </header>
  )
}

const Me = ({ who, onKeys, onLeave }: Pick<Props, 'who' | 'onKeys' | 'onLeave'>) => {
  const [open, setOpen] = useState(false)
  const [lock] = useAct('lock')
  const [signOut] = useAct('signOut')
  const [keepLanguage] = useAct('setOwnLanguage')
  const theme = useSyncExternalStore(watchTheme, themeNow)
  const density = useSyncExternalStore(watchTheme, densityNow)
  const anchor = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    anchor.current?.querySelector<HTMLElement>('.menu-item')?.focus()
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !anchor.current?.contains(event.target as Node)) setOpen(false)
    }
    window.addEventListener('pointerdown', close)
    window.addEventListener('keydown', close)
    return () => {
      window.removeEventListener('pointerdown', close)
      window.removeEventListener('keydown', close)
    }
  }, [open])
  const item = (text: string, act: () => void, keys?: string) => (
    <button
      type="button"
      className="menu-item"
      onClick={() => {
        setOpen(false)
        act()
      }}
    >
      {text}
      {keys ? <kbd>{keys}</kbd> : null}
    </button>
  )
  return (
    <div className="menu-anchor" ref={anchor}>
      <Button
        className="bar-me"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <strong>{who.name}</strong>
        <span>
          {s(`role.${who.role}`)} <span aria-hidden="true">▾</span>
          <span className="visually-hidden">{t('me.menu')}</span>
        </span>
      </Button>
      {open ? (
        <div className="menu">
          {item(t('me.switch'), () => void lock())}
          {item(theme === 'dark' ? t('me.theme.light') : t('me.theme.dark'), () => chooseTheme(theme === 'dark' ? 'light' : 'dark'))}
          {item(density === 'desk' ? t('me.density.bedside') : t('me.density.desk'), () => chooseDensity(density === 'desk' ? 'bedside' : 'desk'))}
          {languages
            .filter((language) => language !== languageNow())
            .map((language) => (
              <Fragment key={language}>
                {item(languageNames[language], () => {
                  // Kept with the person; a window that cannot keep it speaks it all the same.
                  void chooseLanguage(language).catch(() => undefined)
                  void keepLanguage({ language })
                })}
              </Fragment>
            ))}
          {item(t('me.keys'), onKeys, 'F1')}
          {item(t('me.signout'), () => {
            onLeave()
            void signOut()
          })}
        </div>
      ) : null}
    </div>
  )
}

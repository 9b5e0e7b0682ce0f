import { Suspense } from 'react'
import { useHashLocation } from 'wouter/use-hash-location'
import { shell as words } from '../../resources/locales/en/shell'
import type { Who } from '../../shared/contract'
import { useAnswer } from '../client'
import { wording } from '../components'
import { Icon } from './icons'
import { InboxCount } from './lazyScreens'
import { placesOf } from './places'

const t = wording(words)

/** The screens of a person, their home first. */
export const Navigation = ({ who }: { readonly who: Who }) => {
  const [path] = useHashLocation()
  const places = placesOf(who)
  const tray = useAnswer('listTray', { state: 'waiting' }, { skip: !places.includes('tray') })
  const images = useAnswer('listImagingTray', undefined, { skip: !places.includes('tray') })
  const beds = useAnswer('listUnknownBeds', undefined, { skip: !places.includes('tray') })
  const ward = useAnswer('readWard', undefined, { skip: !places.includes('beds') })
  /** Monitors that chart nothing until somebody says whom they serve. */
  const asking = [...(ward.value?.loose ?? []), ...(ward.value?.beds ?? []).flatMap(({ feeds }) => feeds)].filter(({ state }) => state === 'asking').length
  const waiting = (tray.value?.length ?? 0) + (images.value?.length ?? 0) + (beds.value?.length ?? 0)
  return (
    <nav className="nav" aria-label={t('nav')}>
      {places.map((place, index) => (
        <a key={place} href={`#/${place}`} aria-current={path.startsWith(`/${place}`) || (path === '/' && index === 0) ? 'page' : undefined}>
          <Icon name={place} />
          {t(`nav.${place}`)}
          {place === 'inbox' ? (
            <Suspense fallback={null}>
              <InboxCount />
            </Suspense>
          ) : null}
          {place === 'beds' && asking > 0 ? <span className="nav-count">{asking}</span> : null}
          {place === 'tray' && waiting > 0 ? <span className="nav-count">{waiting}</span> : null}
        </a>
      ))}
    </nav>
  )
}

import type { SyncState } from '../../../shared/contract'
import { barParts, t } from './words'
import { useSyncState } from './useSyncState'
import './sync.css'

const signs: Readonly<Record<SyncState['link'], string>> = { none: '–', offline: '○', connecting: '◌', online: '●' }

/** The state of the link in the bar, always in view; opens the details. */
export const SyncBar = () => {
  const state = useSyncState()
  if (!state) return null
  const attention = state.refused > 0 || state.reviewItems > 0
  return (
    <a className="sync-bar" href="#/sync" data-link={state.link} data-attention={attention || undefined} title={t('bar.open')}>
      <span aria-hidden="true">{signs[state.link]}</span>
      <span className="sync-bar-words">{barParts(state).join(' · ')}</span>
      <span className="visually-hidden">. {t('bar.open')}</span>
    </a>
  )
}

import type { SyncState } from '../../../shared/contract'
import { formatWhen } from '../../components'
import { barLines } from './barLines'
import { isAgreed, x } from './exchangeWords'
import { t } from './words'
import { useSyncState } from './useSyncState'
import './sync.css'

const signs: Readonly<Record<SyncState['link'], string>> = { none: '–', offline: '○', connecting: '◌', online: '●' }

/** The state of the link in the bar, always in view; opens the details. */
export const SyncBar = () => {
  const state = useSyncState()
  if (!state) return null
  const attention = state.refused > 0 || state.reviewItems > 0 || (state.agreement?.differing ?? 0) > 0 || state.skewMs !== undefined || state.problem === 'server-made-anew'
  const { link, waits } = barLines(state)
  return (
    <a className="sync-bar" href="#/sync" data-link={state.link} data-attention={attention || undefined} title={isAgreed(state) && state.agreement ? x('bar.agrees.whole', { time: formatWhen(state.agreement.at) }) : t('bar.open')}>
      <span aria-hidden="true">{signs[state.link]}</span>
      <span className="sync-bar-words">
        <span>{link}</span>
        {waits ? (
          <>
            <span className="visually-hidden"> · </span>
            <span className="sync-bar-waits">{waits}</span>
          </>
        ) : null}
      </span>
      <span className="visually-hidden">. {t('bar.open')}</span>
    </a>
  )
}

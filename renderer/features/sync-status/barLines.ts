import type { SyncState } from '../../../shared/contract'
import { formatWhen } from '../../components'
import { isAgreed, leftWords, spanWords, x } from './exchangeWords'
import { t } from './words'

/** What is known of the exchange at its best: proven, or only in step. */
const lastWords = (state: SyncState): string[] => {
  if (state.link === 'none') return []
  if (isAgreed(state) && state.agreement) return [x('bar.agrees', { time: formatWhen(state.agreement.at) })]
  return [state.lastSync ? t('bar.last', { time: formatWhen(state.lastSync) }) : t('bar.never')]
}

/** What the bar says in its two lines: how the link is, and what waits: `Online · last sync 14:02`, `3 to send`. */
export const barLines = (state: SyncState): { readonly link: string; readonly waits: string } => {
  const { progress, skewMs, waitingOut, waitingIn = 0, refused, reviewItems, agreement } = state
  const some = (count: number, words: (facts: { readonly count: number }) => string): string[] => (count > 0 ? [words({ count })] : [])
  const incoming = progress ? [(progress.phase === 'today' ? undefined : leftWords(progress, 'bar.progress')) ?? (progress.phase === 'today' ? x('bar.progress.today') : t('bar.in', { count: progress.left }))] : some(waitingIn, (facts) => t('bar.in', facts))
  const waits = [
    ...some(waitingOut, (facts) => t('bar.out', facts)),
    ...incoming,
    ...some(refused, (facts) => t('bar.refused', facts)),
    ...some(reviewItems, (facts) => t('bar.review', facts)),
    ...some(agreement?.differing ?? 0, (facts) => x('bar.differ', facts)),
    ...(skewMs === undefined ? [] : [x(skewMs > 0 ? 'bar.skew.ahead' : 'bar.skew.behind', { time: spanWords(skewMs) })]),
  ]
  return { link: [t(`bar.${state.link}`), ...lastWords(state)].join(' · '), waits: waits.join(' · ') }
}

import { imagingExchange } from '../../../../resources/locales/en/imagingExchange'
import type { ExchangeProblem, SendEntry } from '../../../../shared/contract'
import { formatDayTime, wording } from '../../../components'

/** The wording of the exchange with other places. */
export const t = wording(imagingExchange)

/** Of these, the detail is the other place's own word. */
const quoted: ReadonlySet<ExchangeProblem> = new Set(['rejected', 'not-secure', 'refused', 'no-room', 'incomplete', 'protocol'])

/** What went wrong, and what the other place said. */
export const problemWords = ({ problem, detail }: { readonly problem?: ExchangeProblem; readonly detail?: string }): string =>
  [problem ? t(`problem.${problem}`) : '', problem && detail && quoted.has(problem) ? t('problem.said', { detail }) : ''].filter((part) => part !== '').join(' ')

/** Whether the next attempt is so far off that its time is worth a word. */
const isLater = (nextAt: string | undefined): nextAt is string => nextAt !== undefined && Date.parse(nextAt) > Date.now() + 1000

/** Where a send stands, with the name of the other place. */
export const sendWords = ({ state, peer: { name: peer }, sent, total, nextAt }: SendEntry): string => {
  if (state === 'waiting') return isLater(nextAt) ? t('state.waiting', { peer, when: formatDayTime(nextAt) }) : t('state.waiting.now', { peer })
  if (state === 'sending') return total > 0 ? t('state.sending', { peer, sent, total }) : t('state.sending.begin', { peer })
  return t(`state.${state}`, { peer })
}

/** The same for a row in which the place stands beside it. */
export const rowWords = ({ state, sent, total, nextAt }: SendEntry): string => {
  if (state === 'waiting') return isLater(nextAt) ? t('outbox.word.waiting', { when: formatDayTime(nextAt) }) : t('outbox.word.waiting.now')
  return t(`outbox.word.${state}`, { sent, total })
}

import { handover } from '../../../resources/locales/en/handover'
import type { HandoverChanges, HandoverPatient } from '../../../shared/contract'
import { formatDayTime, wording } from '../../components'

/** The wording of the handover. */
export const t = wording(handover)

/** What changed, in words; what did not is left out. */
export const changeWords = (changes: HandoverChanges): string => {
  const kinds = (['vitals', 'notes', 'reports', 'orders'] as const).filter((kind) => changes[kind] > 0)
  return kinds.length === 0 ? t('changes.none') : kinds.map((kind) => t(`changes.${kind}`, { count: changes[kind] })).join(' · ')
}

/** Allergies, never silently empty. */
export const allergyWords = ({ allergies }: HandoverPatient): string => {
  switch (allergies.status) {
    case 'recorded':
      return t('allergies.recorded', { allergies: allergies.allergies.map(({ substance }) => substance).join(', ') })
    case 'none-known':
      return t('allergies.none')
    case 'not-asked':
      return t('allergies.not-asked')
  }
}

/** What is due next. */
export const dueWords = ({ due }: HandoverPatient, nowMs: number): string => {
  if (due?.due.kind !== 'at') return t('due.none')
  return t(Date.parse(due.due.at) <= nowMs ? 'due.over' : 'due.at', { time: formatDayTime(due.due.at) })
}

/** Scores before the newest, oldest last: how it went. */
export const trendWords = ({ scores }: HandoverPatient): string =>
  scores
    .slice(1)
    .flatMap(({ score, at }) => (score.kind === 'not-used' ? [] : [`${score.kind === 'score' ? score.total : `≥ ${score.atLeast}`} (${formatDayTime(at)})`]))
    .join(', ')

import { wardRound } from '../../../resources/locales/en/wardRound'
import { formatTime, wording } from '../../components'
import { overdueMinutes, type RoundBed } from './order'

/** The wording of the round. */
export const t = wording(wardRound)

/** When the next set of a bed is due, in words. */
export const dueWords = (bed: RoundBed, nowMs: number): string => {
  const over = overdueMinutes(bed, nowMs)
  if (over !== undefined) return over < 60 ? t('over', { minutes: over }) : t('over.hours', { hours: Math.floor(over / 60), minutes: over % 60 })
  const due = bed.due?.due
  if (due === undefined) return t('due.not-known')
  return due.kind === 'at' ? t('due.at', { time: formatTime(due.at) }) : t(`due.${due.why}`)
}

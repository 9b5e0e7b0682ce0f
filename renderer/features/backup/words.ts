import { backup } from '../../../resources/locales/en/backup'
import type { BackupState } from '../../../shared/contract'
import { formatDayTime, formatTime, wording } from '../../components'

/** The wording of backups. */
export const t = wording(backup)

/** An instant: the time alone when it is today. */
export const whenWords = (instant: string): string => (new Date(instant).toDateString() === new Date().toDateString() ? formatTime(instant) : formatDayTime(instant))

/** What the bar says, and whether somebody should look. A training practice is never nagged. */
export const barWords = ({ standing, last, running }: BackupState, training: boolean): { readonly words: string; readonly attention: boolean } => {
  if (running) return { words: t(running.work === 'backup' ? 'bar.running' : 'bar.rehearsing'), attention: false }
  if (standing === 'bad') return { words: t('bar.bad'), attention: true }
  if (standing === 'none' || !last) return { words: t('bar.none'), attention: !training }
  return { words: t(`bar.${standing}`, { time: whenWords(last.at) }), attention: standing === 'old' && !training }
}

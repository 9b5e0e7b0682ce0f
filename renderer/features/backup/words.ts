import { backup } from '../../../resources/locales/en/backup'
import type { BackupState } from '../../../shared/contract'
import { formatWhen, wording } from '../../components'

/** The wording of backups. */
export const t = wording(backup)

/** What the bar says, and whether somebody should look. A training practice is never nagged. */
export const barWords = ({ standing, last, running }: BackupState, training: boolean): { readonly words: string; readonly attention: boolean } => {
  if (running) return { words: t(running.work === 'backup' ? 'bar.running' : 'bar.rehearsing'), attention: false }
  if (standing === 'bad') return { words: t('bar.bad'), attention: true }
  if (standing === 'none' || !last) return { words: t('bar.none'), attention: !training }
  return { words: t(`bar.${standing}`, { time: formatWhen(last.at) }), attention: standing === 'old' && !training }
}

import { usePractice, useWho } from '../../client'
import { barWords, t } from './words'
import { useBackupState } from './useBackupState'
import './backup.css'

/** The date of the last good backup in the bar, always in view; warns when there is none, or an old one. */
export const BackupBar = () => {
  const state = useBackupState()
  const practice = usePractice()
  const who = useWho()
  if (!state) return null
  const { words, attention } = barWords(state, practice?.state === 'open' && practice.practice.training)
  const content = (
    <>
      {attention ? <span aria-hidden="true">!</span> : null}
      <span>{words}</span>
    </>
  )
  // In training, where none is needed, it gives its place to the search on a small screen.
  const quiet = state.standing === 'none' && !attention && !state.running
  const look = { className: 'backup-bar', 'data-attention': attention || undefined, 'data-quiet': quiet || undefined }
  if (!who?.actions.includes('backup.manage')) return <span {...look}>{content}</span>
  return (
    <a {...look} href="#/backup" title={t('bar.open')}>
      {content}
      <span className="visually-hidden">. {t('bar.open')}</span>
    </a>
  )
}

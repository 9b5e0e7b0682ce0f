import { useAnswer } from '../../client'
import { Notice } from '../../components'
import { useAlarmSound } from './useAlarmSound'
import { t } from './words'

/** The alarm where nobody is signed in, or somebody who may not see results: that something waits, and nothing of whose it is. */
export const CriticalCall = ({ isSignedIn = false }: { readonly isSignedIn?: boolean }) => {
  const open = useAnswer('countCriticals').value?.open ?? 0
  const canSound = useAlarmSound(open > 0)
  if (open === 0) return null
  const who = isSignedIn ? 'desk' : 'locked'
  return (
    <Notice tone="critical" role="alert" title={open === 1 ? t(`${who}.one`) : t(`${who}.some`, { count: open })}>
      {canSound ? null : t('alarm.silent')}
    </Notice>
  )
}

import { useAnswer } from '../../client'
import { Notice } from '../../components'
import { useAlarmSound } from './useAlarmSound'
import { t } from './words'

/** The alarm where nobody is signed in: that something waits, and nothing of whose it is. */
export const CriticalCall = () => {
  const open = useAnswer('countCriticals').value?.open ?? 0
  const canSound = useAlarmSound(open > 0)
  if (open === 0) return null
  return (
    <Notice tone="critical" role="alert" title={open === 1 ? t('locked.one') : t('locked.some', { count: open })}>
      {canSound ? null : t('alarm.silent')}
    </Notice>
  )
}

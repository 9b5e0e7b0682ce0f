import type { InventoryEntry } from '../../../../shared/contract'
import { formatDate, Mark } from '../../../components'
import { t } from './words'

/** How long a device was out of reach, in words; hours once there are many minutes. */
const downInWords = (minutes: number): string => (minutes < 120 ? t('down', { minutes }) : t('down.hours', { hours: Math.round(minutes / 60) }))

/** What a device sent in the last 30 days, and what went wrong. */
export const Use = ({ entry }: { readonly entry: InventoryEntry | undefined }) => {
  if (!entry) return null
  const { messages, problems, downMinutes } = entry
  const parts = [
    ...(messages > 0 ? [t('messages', { count: messages })] : []),
    ...(problems > 0 ? [t('problems', { count: problems })] : []),
    ...(downMinutes > 0 ? [downInWords(downMinutes)] : []),
  ]
  if (parts.length === 0) return null
  return (
    <div className="devices-use faint">
      {t('month')}
      {parts.map((part) => (
        <div key={part}>{part}</div>
      ))}
    </div>
  )
}

/** That a calibration is overdue, or will be soon; nothing while it is good or nobody has said when it is due. */
export const CalibrationMark = ({ entry }: { readonly entry: InventoryEntry | undefined }) => {
  if (entry?.calibrationDue === undefined || (entry.calibration !== 'overdue' && entry.calibration !== 'soon')) return null
  return entry.calibration === 'overdue' ? (
    <Mark tone="abnormal" sign="!">
      {t('due.overdue', { date: formatDate(entry.calibrationDue) })}
    </Mark>
  ) : (
    <Mark>{t('due.soon', { date: formatDate(entry.calibrationDue) })}</Mark>
  )
}

import type { InboxItem } from '../../../shared/contract'
import { Mark } from '../../components'
import { severityWord, t } from './words'

/** How urgent a report is, and whether it says something else than before. */
export const ItemMarks = ({ item }: { readonly item: Pick<InboxItem, 'kind' | 'severity' | 'isCorrected' | 'isWithdrawn'> }) => {
  const tone = item.severity === 'critical' ? 'critical' : item.severity === 'abnormal' ? 'abnormal' : 'plain'
  return (
    <span className="inbox-marks">
      <Mark tone={tone} {...(tone === 'critical' ? { sign: '‼' } : tone === 'abnormal' ? { sign: '!' } : {})}>
        {severityWord(item)}
      </Mark>
      {item.isWithdrawn ? (
        <Mark tone="abnormal" sign="×">
          {t('withdrawn')}
        </Mark>
      ) : item.isCorrected ? (
        <Mark tone="info" sign="i">
          {t('corrected')}
        </Mark>
      ) : null}
    </span>
  )
}

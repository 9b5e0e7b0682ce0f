import { bedside } from '../../../resources/locales/en/bedside'
import type { FeedEntry, FeedRules } from '../../../shared/contract'
import { formatTime, wording } from '../../components'

/** The wording of beds and monitors. */
export const t = wording(bedside)

/** Whose numbers a monitor's are, or why nobody knows. */
export const stateWords = ({ state, patient, chartedAt, deviceName }: FeedEntry): string => {
  switch (state) {
    case 'charting':
      return chartedAt === undefined ? t('state.charting', { name: patient?.name ?? '' }) : t('state.charting.row', { name: patient?.name ?? '', time: formatTime(chartedAt) })
    case 'asking':
      return t('state.asking', { monitor: deviceName })
    case 'nobody':
      return t('state.nobody')
  }
}

/** Why it asks. */
export const reasonWords = ({ reason }: FeedEntry, { silentMinutes, offMinutes, confirmHours }: FeedRules): string =>
  reason === undefined ? '' : t(`reason.${reason}`, { silent: silentMinutes, off: offMinutes, hours: confirmHours })

import { critical } from '../../../resources/locales/en/critical'
import type { CriticalEntry } from '../../../shared/contract'
import { wording } from '../../components'

/** The wording of critical results. */
export const t = wording(critical)

/** `6.8 mmol/L`. */
export const valueWords = ({ value, unit }: Pick<CriticalEntry, 'value' | 'unit'>): string => `${value} ${unit}`.trim()

/** Why it is critical, in words. */
export const whyWords = ({ side, limit }: Pick<CriticalEntry, 'side' | 'limit'>): string =>
  [side ? t(`alarm.${side}`) : t('alarm.abnormal'), ...(limit === undefined ? [] : [t('alarm.from', { limit })])].join(', ')

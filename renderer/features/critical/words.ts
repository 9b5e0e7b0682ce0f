import { critical } from '../../../resources/locales/en/critical'
import type { CriticalEntry } from '../../../shared/contract'
import { wording } from '../../components'
import { levelWord } from '../early-warning'

/** The wording of critical results. */
export const t = wording(critical)

/** `6.8 mmol/L`. */
export const valueWords = ({ value, unit }: Pick<CriticalEntry, 'value' | 'unit'>): string => `${value} ${unit}`.trim()

/** Why it is critical, in words. */
export const whyWords = ({ side, limit, score }: Pick<CriticalEntry, 'side' | 'limit' | 'score'>): string =>
  score ? [levelWord(score.chart, score.level), ...(score.isAtLeast ? [t('alarm.at-least')] : [])].join(', ') : [side ? t(`alarm.${side}`) : t('alarm.abnormal'), ...(limit === undefined ? [] : [t('alarm.from', { limit })])].join(', ')

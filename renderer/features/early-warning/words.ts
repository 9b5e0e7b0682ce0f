import { earlyWarning } from '../../../resources/locales/en/earlyWarning'
import type { WarningChart, WarningLevel } from '../../../shared/records/early-warning/score'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { wording } from '../../components'
import { vitalName } from '../language'

/** The words of early warning. */
export const t = wording(earlyWarning)

/** What the row of scores is called. */
export const scoreName = (): string => t('row')

/** Signs as a list in words. */
export const signNames = (signs: readonly VitalCode[]): string => signs.map((sign) => vitalName(sign)).join(', ')

/** How a level of a chart is called. */
export const levelWord = (chart: WarningChart, level: WarningLevel): string => t(`risk.${chart}.${level}` as Parameters<typeof t>[0])

/** What a level of a chart asks for, as published. */
export const responseWord = (chart: WarningChart, level: WarningLevel): string => t(`response.${chart}.${level}` as Parameters<typeof t>[0])

/** An interval in whole hours, else in minutes. */
export const intervalWord = (minutes: number): string => (minutes % 60 === 0 ? t('interval.hours', { count: minutes / 60 }) : t('interval.minutes', { count: minutes }))

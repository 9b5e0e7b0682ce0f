import { earlyWarning } from '../../../resources/locales/en/earlyWarning'
import type { ScoredAs } from '../../../shared/contract'
import type { WarningChart, WarningLevel } from '../../../shared/records/early-warning/score'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { pregnancyWeeks } from '../../../shared/records/early-warning/scoredAs'
import { formatDay, wording } from '../../components'
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

/** That a pregnancy was said so long ago that it must be over. */
export const lapsedWords = ({ by, at }: NonNullable<ScoredAs['pregnancySaid']>): string => t('pregnancy.lapsed', { by, day: formatDay(at), weeks: pregnancyWeeks })

/** An interval in whole hours, else in minutes. */
export const intervalWord = (minutes: number): string => (minutes % 60 === 0 ? t('interval.hours', { count: minutes / 60 }) : t('interval.minutes', { count: minutes }))

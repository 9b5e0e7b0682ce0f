import { timeline } from '../../../resources/locales/en/timeline'
import type { TimelineEvent } from '../../../shared/contract'
import { formatDayTime, wording } from '../../components'

/** The wording of the timeline. */
export const t = wording(timeline)

/** A moment of the axis, day and time. */
export const momentWords = (at: number): string => formatDayTime(new Date(at))

/** A thing in words: what it is called, and what there is to say of it. */
export const eventWords = ({ title, detail, severity, isSuspected, isCorrected, isUnverified }: TimelineEvent): string =>
  [title, isSuspected ? t('suspected') : '', detail, severity === 'critical' ? t('critical') : '', isCorrected ? t('corrected') : '', isUnverified ? t('unverified') : ''].filter((each) => each !== '').join(' · ')

import { files } from '../../../resources/locales/en/files'
import type { FilesState } from '../../../shared/contract'
import { formatSize, wording } from '../../components'

/** The wording of images on their way. */
export const t = wording(files)

/** How long what waits will take, by the speed of the last seconds; undefined when nothing can be said. */
export const leftWords = ({ toSend, bytesPerSecond }: Pick<FilesState, 'toSend' | 'bytesPerSecond'>): string | undefined => {
  if (bytesPerSecond === undefined || bytesPerSecond <= 0) return undefined
  const minutes = Math.max(1, Math.ceil(toSend.bytes / bytesPerSecond / 60))
  if (minutes >= 120) return t('left.hours', { hours: Math.round(minutes / 60) })
  return minutes === 1 ? t('left.one') : t('left.minutes', { minutes })
}

/** What the queue is doing, in a word or two. */
export const stateWords = ({ link, sending, toSend }: FilesState): string => {
  if (link === 'refused') return t('state.refused')
  if (sending) return t('state.sending')
  if (toSend.files === 0) return t('state.idle')
  if (toSend.held === toSend.files) return t('state.held')
  return t('state.waiting')
}

export const toSendWords = ({ toSend: { files: count, bytes } }: FilesState): string =>
  count === 1 ? t('to.send.one', { size: formatSize(bytes) }) : t('to.send.text', { files: count, size: formatSize(bytes) })

export const heldWords = ({ toSend: { held }, rule }: FilesState): string =>
  held === 1 ? t('held.one', { from: rule.nightFrom }) : t('held.text', { held, from: rule.nightFrom })

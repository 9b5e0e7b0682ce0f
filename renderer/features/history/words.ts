import { history } from '../../../resources/locales/en/history'
import type { FieldValue, HistoryVersion } from '../../../shared/contract'
import { formatDate, formatDayTime, wording } from '../../components'

/** The wording of histories. */
export const t = wording(history)

const catalogue: Readonly<Record<string, string>> = history

/** What the ward calls a field; one without a word is named by its path. */
export const fieldWords = (field: string): string => {
  if (field.startsWith('result:')) return field.slice('result:'.length)
  if (field.startsWith('other:')) return t('field.other', { path: field.slice('other:'.length) })
  return catalogue[`field.${field}`] ?? field
}

/** A value as the ward writes it; a date never shifts with the time zone, an instant is on this computer's clock. */
export const valueWords = (value: FieldValue | undefined): string => {
  switch (value?.kind) {
    case undefined:
      return t('nothing')
    case 'date':
      return formatDate(value.text)
    case 'instant':
      return formatDayTime(value.text)
    case 'word':
      return catalogue[`word.${value.text}`] ?? value.text
    case 'text':
    case 'number':
      return value.text
  }
}

/** Who wrote a version: a name, never an id. */
export const writerWords = ({ by }: HistoryVersion): string => {
  if (by.kind === 'system') return t('by.system')
  if (by.kind === 'device') return by.name ? t('by.device', { name: by.name }) : t('by.device.unknown')
  return by.name ? t('by.person', { name: by.name }) : t('by.unknown')
}

import { sync } from '../../../resources/locales/en/sync'
import { fill, formatDate, formatDayTime, formatTime, wording, type Facts } from '../../components'

/** The wording of synchronisation. */
export const t = wording(sync)

const catalogue: Readonly<Record<string, string>> = sync

/** As {@link t}, for an id that is put together at run time; `otherwise` where there are no words. */
export const said = (id: string, otherwise: string, facts?: Facts): string => (catalogue[id] === undefined ? otherwise : fill(catalogue[id], facts))

/** `name[official].family` as a person calls it: Family name. */
export const fieldWords = (field: string): string => {
  const path = field.replace(/^telecom\[([a-z]+)[^\]]*\](\.value)?$/, 'telecom.$1').replaceAll(/\[[^\]]*\]/g, '')
  const known = catalogue[`field.${path}`] ?? catalogue[`field.${path.split('.')[0]}`]
  return known ?? path
}

/** A value of a field as the ward writes it. */
export const valueWords = (field: string, value: string): string => {
  if (value === '') return t('review.nothing')
  if (field === 'birthDate' && /^\d{4}(-\d\d){0,2}$/.test(value)) return formatDate(value)
  return said(`value.${value}`, value)
}

/** An instant: the time alone when it is today. */
export const whenWords = (instant: string): string => (new Date(instant).toDateString() === new Date().toDateString() ? formatTime(instant) : formatDayTime(instant))

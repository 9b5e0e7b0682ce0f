import { review } from '../../../resources/locales/en/review'
import type { ReviewItem, ReviewLine, ReviewSide } from '../../../shared/contract'
import { fill, formatDate, wording, type Facts } from '../../components'
import { fieldWords as chartField, valueWords as chartValue } from '../history'

/** The wording of the review desk. */
export const t = wording(review)

const catalogue: Readonly<Record<string, string>> = review

/** As {@link t}, for an id that is put together at run time; `otherwise` where there are no words. */
export const said = (id: string, otherwise: string, facts?: Facts): string => (catalogue[id] === undefined ? otherwise : fill(catalogue[id], facts))

/** `name[official].family` as a person calls it: Family name. */
export const pathWords = (path: string): string => {
  const plain = path.replace(/^telecom\[([a-z]+)[^\]]*\](\.value)?$/, 'telecom.$1').replaceAll(/\[[^\]]*\]/g, '')
  return catalogue[`field.${plain}`] ?? catalogue[`field.${plain.split('.')[0]}`] ?? plain
}

/** A value of the field as the ward writes it. */
export const valueOf = (path: string, value: string): string => {
  if (value === '') return t('nothing')
  if (path === 'birthDate' && /^\d{4}(-\d\d){0,2}$/.test(value)) return formatDate(value)
  if (path === 'subject' || path === 'patient') return value.replace(/(?<= · )\d{4}(-\d\d){0,2}$/, (born) => formatDate(born))
  return said(`value.${value}`, value)
}

/** One line of the comparison, in words; absent: this column says nothing of it. */
export interface LineWords {
  readonly field: string
  readonly before?: string
  readonly mine: string
  readonly theirs: string
  readonly now?: string
}

const isTold = ({ field }: ReviewLine): boolean => !field.startsWith('other:')

/** The comparison in the words of the chart; what no chart shows is said as it stands in the record. */
export const linesIn = (item: ReviewItem): readonly LineWords[] => {
  if (item.about === 'taken-away') return []
  const lines = item.lines.filter((line) => item.about === 'fixed' || isTold(line))
  if (lines.length === 0) {
    const { field, before, mine, theirs } = item
    return [{ field: pathWords(field), before: valueOf(field, before), mine: valueOf(field, mine.value), theirs: valueOf(field, theirs.value) }]
  }
  return lines.map((line) => ({
    field: chartField(line.field),
    ...(item.about === 'clash' ? { before: chartValue(line.before) } : {}),
    mine: chartValue(line.mine),
    theirs: chartValue(line.theirs),
    ...(line.now ? { now: chartValue(line.now) } : {}),
  }))
}

/** What the item is about: `Allergy · Penicillin · Severity`. */
export const whatWords = (item: ReviewItem): string => {
  const title = item.title ? chartValue(item.title) : ''
  const lines = linesIn(item)
  const field = item.about === 'clash' ? (lines.length === 1 ? (lines[0]?.field ?? '') : pathWords(item.field)) : ''
  return [said(`type.${item.type}`, item.type), title === field ? '' : title, field].filter(Boolean).join(' · ')
}

/** Whom the item is about; a name alone may be that of two. */
export const patientWords = ({ patientName, patientNumber }: ReviewItem): string => [patientName, patientNumber].filter(Boolean).join(' · ')

/** The value that a side gives the field, on a button. */
export const sideValue = (item: ReviewItem, side: 'mine' | 'theirs'): string => {
  const [only, another] = linesIn(item)
  return only && !another ? only[side] : valueOf(item.field, item[side].value)
}

/** Who wrote a side, and where. */
export const writerWords = ({ by, station }: ReviewSide): string => t('column.by', { by: by === 'system' ? t('system') : by, station })

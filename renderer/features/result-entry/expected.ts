import type { EntryRange, QualifiedRange } from '../../../shared/contract'
import { type AgeBound, rangeText } from '../../../shared/records/observation/referenceRange'
import { t } from './words'

const ageText = ({ value, unit }: AgeBound): string => t(`age.${unit}`, { count: value })

/** Whom a range is for, in words. */
export const whomText = ({ sex, from, to, pregnancy }: QualifiedRange): string => {
  const ages = from && to ? t('whom.between', { from: ageText(from), to: ageText(to) }) : from ? t('whom.from', { age: ageText(from) }) : to ? t('whom.to', { age: ageText(to) }) : ''
  return [sex ? t(`whom.${sex}`) : '', pregnancy ? t('whom.pregnant') : '', ages].filter(Boolean).join(', ') || t('whom.everybody')
}

/** What is expected of a value, or why nothing is. */
export const expectedText = ({ range, none, isPregnancyOpen, isPregnancyLapsed }: EntryRange): { readonly range: string; readonly whom: string } =>
  range ? { range: rangeText(range), whom: [whomText(range), isPregnancyOpen ? t(isPregnancyLapsed ? 'expected.pregnancyLapsed' : 'expected.pregnancyOpen') : ''].filter(Boolean).join('; ') } : { range: '', whom: t(`expected.${none ?? 'none'}`) }

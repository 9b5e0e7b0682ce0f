import { format } from '../../../resources/locales/en/format'
import { readBehindSign } from '../../../shared/records/observation/numberTyped'
import { wording } from '../../components'

const t = wording(format)

/** How to write a number that can be read in two ways, or stands in groups; undefined for every other text. A sign before it (`<`, `>=`) is passed over. */
export const unclearNumber = (text: string): string | undefined => {
  const number = readBehindSign(text)
  if (number.kind !== 'unclear') return undefined
  const [whole, decimal] = number.readings
  return decimal === undefined ? t('number.grouped', { whole }) : t('number.unclear', { typed: text.trim(), whole, decimal })
}

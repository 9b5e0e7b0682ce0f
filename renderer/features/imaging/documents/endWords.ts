import { d } from './words'
import type { FileReading } from './useReading'

/** What is to be said when not everything of the file is there; undefined when everything is. */
export const endWords = ({ reading, leftAway }: Pick<FileReading, 'reading' | 'leftAway'>): string | undefined => {
  if (leftAway === 'rest') return d('end.rest')
  if (!reading || reading.end === 'whole') return undefined
  return d(`end.${reading.end}`, { count: reading.count })
}

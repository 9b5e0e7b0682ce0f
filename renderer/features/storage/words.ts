import { storage } from '../../../resources/locales/en/storage'
import { wording } from '../../components'

/** The wording of storage. */
export const t = wording(storage)

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** A size as people read it: `1.4 GB`, `812 kB`, `0 bytes`; powers of a thousand, as disks are sold. */
export const sizeWords = (bytes: number): string => {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return `${step === 0 || value >= 99.5 ? Math.round(value) : Number(value.toFixed(1))} ${units[step]}`
}

import { imagingImport } from '../../../../resources/locales/en/imagingImport'
import { wording } from '../../../components'

/** The wording of choosing what is imported. */
export const words = wording(imagingImport)

/** Bytes as people read them. */
export const sizeWords = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`)

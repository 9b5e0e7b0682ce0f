import { imagingSettings } from '../../../../resources/locales/en/imagingSettings'
import { wording } from '../../../components'

/** The wording of the ways in and out of images. */
export const t = wording(imagingSettings)

/** As it stands, braces and all: what is written into an address as {studyUid} is meant so. */
export const plain = (id: keyof typeof imagingSettings): string => imagingSettings[id]

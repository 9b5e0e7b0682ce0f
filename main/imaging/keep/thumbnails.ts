import type { LocalStore } from '../../replica'

/** Small pictures of studies, kept apart from their images: the chart shows them also when the images are elsewhere. */
export interface Thumbnails {
  /** @param jpeg base64; false when it is no JPEG, or not small */
  keep(study: string, jpeg: string): Promise<boolean>
  of(study: string): Promise<string | undefined>
  forget(study: string): Promise<void>
}

const THUMBNAIL = 'dicom-thumbnail'
/** Characters of base64; a picture of 96 × 96 has some 4,000. */
const largest = 32_000

/** Whether these bytes begin and end as a JPEG does (ITU-T T.81 B.1: SOI, EOI). */
const isJpeg = (bytes: Buffer): boolean => bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9

/** Opens them; they lie in the workstation's own encrypted documents. */
export const openThumbnails = (local: LocalStore): Thumbnails => ({
  async keep(study, jpeg) {
    if (jpeg.length > largest || !/^[A-Za-z0-9+/]+={0,2}$/.test(jpeg) || !isJpeg(Buffer.from(jpeg, 'base64'))) return false
    await local.put(THUMBNAIL, study, jpeg)
    return true
  },
  of: async (study) => (await local.get<string>(THUMBNAIL, study))?.value,
  forget: (study) => local.remove(THUMBNAIL, study),
})

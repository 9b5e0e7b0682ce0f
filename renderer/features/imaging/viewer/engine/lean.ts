import { cache, Enums, eventTarget } from '@cornerstonejs/core'
import { Enums as MetadataEnums, metaData as storedMetaData } from '@cornerstonejs/metadata'

const { NATURALIZED, INSTANCE } = MetadataEnums.MetadataModules

/** The file of a picture, of which a frame is a part. */
const fileOf = (imageId: string): string => imageId.replace(/\?frame=\d+$/, '')

/**
 * Keeps memory within what is set for decoded pictures. Cornerstone drops those, and keeps the bytes of every file that
 * was ever opened beside them. So a file of one picture gives its bytes away as soon as the picture is decoded, and
 * what is known of a file goes with the last of its pictures: either is fetched again when it is wanted again.
 */
export const keepLean = (): void => {
  eventTarget.addEventListener(Enums.Events.IMAGE_CACHE_IMAGE_ADDED, ((event: CustomEvent<{ readonly image?: { readonly imageId?: string } }>) => {
    const imageId = event.detail.image?.imageId
    if (imageId === undefined || imageId !== fileOf(imageId)) return
    for (const type of [NATURALIZED, INSTANCE]) {
      const attributes = storedMetaData.get(type, imageId) as { PixelData?: unknown } | undefined
      if (attributes) delete attributes.PixelData
    }
  }) as EventListener)
  eventTarget.addEventListener(Enums.Events.IMAGE_CACHE_IMAGE_REMOVED, ((event: CustomEvent<{ readonly imageId?: string }>) => {
    const { imageId } = event.detail
    if (imageId === undefined) return
    const file = fileOf(imageId)
    if (cachedOf(file)) return
    storedMetaData.clearQuery(NATURALIZED, file)
  }) as EventListener)
}

/** Whether another picture of the file is still decoded. */
const cachedOf = (file: string): boolean => {
  const frames = storedMetaData.get(MetadataEnums.MetadataModules.FRAME_IMAGE_IDS, file) as Iterable<string> | undefined
  return [...(frames ?? [])].some((each) => cache.isLoaded(each))
}

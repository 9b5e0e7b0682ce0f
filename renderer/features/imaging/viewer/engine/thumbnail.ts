import { imageLoader, utilities, type Types } from '@cornerstonejs/core'
import { asDrawn, imageIdOf, type Picture } from './picture'
import { keepPictures, onProcessor, start } from './start'

/** Draws a small picture into a canvas, behind everything that somebody waits for; false when it cannot be had. */
export const drawThumbnail = async (canvas: HTMLCanvasElement, picture: Picture): Promise<boolean> => {
  await start()
  const letGo = keepPictures()
  try {
    const imageId = imageIdOf(picture)
    const image = (await imageLoader.loadAndCacheImage(imageId, asDrawn())) as Types.IImage
    // Fits into the square it is given, in its own proportions.
    const edge = Math.max(canvas.width, canvas.height)
    const tall = (image.height * (image.rowPixelSpacing || 1)) / (image.width * (image.columnPixelSpacing || 1))
    canvas.width = Math.max(1, Math.round(tall > 1 ? edge / tall : edge))
    canvas.height = Math.max(1, Math.round(tall > 1 ? edge : edge * tall))
    const drawn = utilities.loadImageToCanvas({ canvas, imageId, useCPURendering: onProcessor() })
    // Drawing on the processor never says that it has finished.
    await (onProcessor() ? Promise.race([drawn, new Promise((next) => setTimeout(next, 50))]) : drawn)
    return true
  } catch {
    return false
  } finally {
    letGo()
  }
}

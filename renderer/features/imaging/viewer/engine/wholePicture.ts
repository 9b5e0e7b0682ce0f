import { imageLoader, utilities, type Types } from '@cornerstonejs/core'
import type { Window } from '../presets'
import { imageIdOf, type Picture } from './picture'
import { keepPictures, onProcessor, start } from './start'

/** A picture pixel for pixel, without anything drawn over it. */
export interface WholePicture {
  /** As many columns and rows as the picture has. */
  readonly canvas: HTMLCanvasElement
  /** Height by width of one pixel: not 1 where the pixels are no squares. */
  readonly pixelAspect: number
}

/** How it is drawn; otherwise as the file asks. */
export interface WholePictureLook {
  readonly window?: Window
  readonly invert?: boolean
}

/** Draws a picture pixel for pixel, on the processor whatever the viewer itself is drawn with. Throws when it cannot be loaded or decoded. */
export const drawWholePicture = async (picture: Picture, { window, invert = false }: WholePictureLook = {}): Promise<WholePicture> => {
  await start()
  const letGo = keepPictures()
  try {
    const image = (await imageLoader.loadAndCacheImage(imageIdOf(picture), { useRGBA: onProcessor() } as unknown as Parameters<typeof imageLoader.loadAndCacheImage>[1])) as Types.IImage
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const pixelAspect = (image.rowPixelSpacing || 1) / (image.columnPixelSpacing || 1)
    if (image.color) drawColours(canvas, image)
    else {
      const square = { ...image, rowPixelSpacing: 1, columnPixelSpacing: 1, ...(window && { windowCenter: window.centre, windowWidth: window.width }) } as Types.IImage
      await utilities.renderToCanvasCPU(canvas, square)
    }
    if (invert) turnOver(canvas)
    return { canvas, pixelAspect }
  } finally {
    letGo()
  }
}

/** Three or four bytes a pixel, as the decoder gave them. */
const drawColours = (canvas: HTMLCanvasElement, image: Types.IImage): void => {
  const context = contextOf(canvas)
  const picture = context.createImageData(image.width, image.height)
  const pixels = image.getPixelData()
  const bytes = Math.round(pixels.length / (image.width * image.height))
  for (let pixel = 0; pixel < image.width * image.height; pixel++) {
    for (let part = 0; part < 3; part++) picture.data[pixel * 4 + part] = pixels[pixel * bytes + part] ?? 0
    picture.data[pixel * 4 + 3] = 255
  }
  context.putImageData(picture, 0, 0)
}

const turnOver = (canvas: HTMLCanvasElement): void => {
  const context = contextOf(canvas)
  const picture = context.getImageData(0, 0, canvas.width, canvas.height)
  for (let at = 0; at < picture.data.length; at += 4) for (let part = 0; part < 3; part++) picture.data[at + part] = 255 - (picture.data[at + part] ?? 0)
  context.putImageData(picture, 0, 0)
}

const contextOf = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no picture can be drawn')
  return context
}

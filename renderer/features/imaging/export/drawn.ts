import type { Picture } from '../viewer/engine'
import type { Window } from '../viewer/presets'

/** A picture of which a sheet, a report or a file is made. */
export interface Wanted {
  readonly picture: Picture
  readonly window?: Window
  readonly invert?: boolean
}

/** A drawn picture, as an address that a page shows. */
export interface Drawn {
  /** PNG, pixel for pixel. */
  readonly url: string
  /** Width by height as it is to be shown. */
  readonly aspect: number
}

/** The engine is 4 MB: it is there already where a picture is on the glass. */
const canvasOf = async ({ picture, window, invert }: Wanted) => {
  const { drawWholePicture } = await import('../viewer/engine')
  return drawWholePicture(picture, { ...(window && { window }), ...(invert !== undefined && { invert }) })
}

/** Throws when it cannot be drawn: better no sheet than one with a hole. */
export const drawnOf = async (wanted: Wanted): Promise<Drawn> => {
  const { canvas, pixelAspect } = await canvasOf(wanted)
  return { url: canvas.toDataURL('image/png'), aspect: canvas.width / (canvas.height * pixelAspect) }
}

/** The bytes of a file with one picture, pixel for pixel. */
export const pictureFile = async (wanted: Wanted, type: 'png' | 'jpeg'): Promise<Uint8Array<ArrayBuffer>> => {
  const { canvas } = await canvasOf(wanted)
  const blob = await new Promise<Blob | null>((made) => canvas.toBlob(made, `image/${type}`, 0.95))
  if (!blob) throw new Error('the picture could not be written')
  return new Uint8Array(await blob.arrayBuffer())
}

/** As many frames as a moving picture holds: more would not fit into one request. */
export const mostFrames = 300

/**
 * A moving picture that plays round and round.
 *
 * @param rate pictures a second; a GIF counts in hundredths of one, so it is at most 50
 */
export const movingFile = async (frames: readonly Wanted[], rate: number, told: (done: number) => void, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> => {
  const { GIFEncoder, quantize, applyPalette } = await import('gifenc')
  const gif = GIFEncoder()
  const delay = Math.max(2, Math.round(100 / rate)) * 10
  for (const [index, frame] of frames.entries()) {
    if (signal.aborted) throw new Error('stopped')
    const { canvas } = await canvasOf(frame)
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: new Uint8ClampedArray(0) }
    const palette = isGrey(data) ? greys : quantize(data, 256)
    gif.writeFrame(applyPalette(data, palette), canvas.width, canvas.height, { palette, delay })
    told(index + 1)
    await new Promise((next) => setTimeout(next))
  }
  gif.finish()
  return gif.bytes()
}

/** Every grey that a screen shows: a grey picture keeps each of its values. */
const greys: readonly (readonly [number, number, number])[] = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey] as const)

const isGrey = (pixels: Uint8ClampedArray): boolean => {
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false
  return true
}

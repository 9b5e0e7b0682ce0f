const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value))

/**
 * Uncompressed YBR_FULL_422 (PS3.3 §C.7.6.3.1.2): two pixels in four bytes, Y Y Cb Cr.
 *
 * @param pixels an even number of them
 * @returns RGB, three bytes a pixel
 */
export const rgbOfYbr422 = (bytes: Uint8Array, pixels: number): Uint8Array => {
  const rgb = new Uint8Array(pixels * 3)
  for (let pair = 0; pair * 2 + 1 < pixels; pair++) {
    const cb = (bytes[pair * 4 + 2] ?? 128) - 128
    const cr = (bytes[pair * 4 + 3] ?? 128) - 128
    for (let which = 0; which < 2; which++) {
      const y = bytes[pair * 4 + which] ?? 0
      const at = (pair * 2 + which) * 3
      rgb[at] = clamp(y + 1.402 * cr)
      rgb[at + 1] = clamp(y - 0.344136 * cb - 0.714136 * cr)
      rgb[at + 2] = clamp(y + 1.772 * cb)
    }
  }
  return rgb
}

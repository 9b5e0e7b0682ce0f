/** What is used of gifenc, which has no types of its own. */
declare module 'gifenc' {
  type Palette = readonly (readonly [number, number, number])[]
  interface Encoder {
    writeFrame(indexes: Uint8Array, width: number, height: number, options: { readonly palette: Palette; readonly delay: number }): void
    finish(): void
    bytes(): Uint8Array<ArrayBuffer>
  }
  export const GIFEncoder: () => Encoder
  export const quantize: (pixels: Uint8ClampedArray, colours: number) => Palette
  export const applyPalette: (pixels: Uint8ClampedArray, palette: Palette) => Uint8Array
}

/**
 * The only folder that knows Cornerstone3D, besides the tools that measure. It is loaded when an image is opened (4 MB),
 * never before.
 */
export { loadSlices } from './slices'
export { openStackView } from './stackView'
export { start } from './start'
export { drawThumbnail } from './thumbnail'
export { drawWholePicture, type WholePicture, type WholePictureLook } from './wholePicture'
export type { Picture } from './picture'
export type { Placing, Shown, StackListener, StackView } from './stackView'

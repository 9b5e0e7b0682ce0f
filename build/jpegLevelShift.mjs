/**
 * The decoder of lossy JPEG in the image viewer's library makes pictures with 12 bits a sample 15 grey values (on a CT: 30 HU or less, by its slope) too bright: its level
 * shift (ITU-T T.81 §A.3.1) is computed by a factor that is right for 8 bits only. These lines are put in place of its own, while it is bundled.
 */
const theirs = `q =
            q <= -2056 / component.bitConversion
                ? 0
                : q >= 2024 / component.bitConversion
                    ? 255 / component.bitConversion
                    : (q + 2056 / component.bitConversion) >> 4;`
const ours = `{
            var values = Math.round(255 / component.bitConversion) + 1;
            q = (q + 8 * values + 8) >> 4;
            q = q < 0 ? 0 : q >= values ? values - 1 : q;
        }`

const isDecoder = /[\\/]dicom-image-loader[\\/]dist[\\/]esm[\\/]codecs[\\/]jpeg\.js$/

/**
 * @param {string} code the decoder's source
 * @throws when the lines are not in it: the library has changed, and its pictures have to be compared anew (`main/imaging/decode.test.ts`)
 */
export const withRightLevelShift = code => {
  if (!code.includes(theirs)) throw new Error('The JPEG decoder has changed: see build/jpegLevelShift.mjs.')
  return code.replace(theirs, ours)
}

/** For Vite, in the window and in its workers. */
export const jpegLevelShift = () => ({
  name: 'jpeg-level-shift',
  enforce: /** @type {const} */ ('pre'),
  /** @param {string} code @param {string} id */
  transform: (code, id) => (isDecoder.test(id.split('?')[0] ?? '') ? { code: withRightLevelShift(code), map: null } : undefined),
})

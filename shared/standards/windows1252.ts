/**
 * Characters 0x80 to 0x9F of the Windows code page; the others are those of ISO 8859-1. Written out because Node 20's
 * TextDecoder takes this page for ISO 8859-1 (and loses a lone 0xFF); the five that the page leaves open stand for themselves.
 */
const page = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

const places = new Map([...page].map((character, index) => [character.charCodeAt(0), 0x80 + index]))

/** Text of bytes in the Windows code page 1252. Every byte is a character, so nothing is ever lost. */
export const decodeWindows1252 = (bytes: Uint8Array): string => {
  let text = ''
  for (let start = 0; start < bytes.length; start += 4096) {
    const codes = Array.from(bytes.subarray(start, start + 4096), (byte) => (byte >= 0x80 && byte <= 0x9f ? page.charCodeAt(byte - 0x80) : byte))
    text += String.fromCharCode(...codes)
  }
  return text
}

/** The inverse of {@link decodeWindows1252}; a character that the page does not have becomes `?`. */
export const encodeWindows1252 = (text: string): Uint8Array =>
  Uint8Array.from([...text], (character) => {
    const code = character.charCodeAt(0)
    const place = places.get(code)
    if (place !== undefined) return place
    return character.length === 1 && (code < 0x80 || (code >= 0xa0 && code <= 0xff)) ? code : 0x3f
  })

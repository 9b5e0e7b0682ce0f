/*
 * SQLite compares text by its UTF-8 bytes, JavaScript by UTF-16 code units. The two differ where a string
 * holds characters beyond U+FFFF: JavaScript sorts those (surrogates, D800–DFFF) before U+E000–FFFF.
 * A column therefore holds each code unit as a character that sorts where JavaScript sorts the unit:
 *   0000        → 0001 0001   (a bound NUL would end the text)
 *   0001        → 0001 0002
 *   0002 – D7FF → itself, so that nearly all text stays as it is
 *   D800 – DFFF → E000 – E7FF
 *   E000 – FFFF → 10000 – 11FFF
 * One to one, also for halves of a surrogate pair, which UTF-8 could not hold.
 */
const changed = /[\u0000\u0001\ud800-\uffff]/

/** The text by which a column compares just as JavaScript compares the string. */
export const orderKey = (text: string): string => {
  if (!changed.test(text)) return text
  let key = ''
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place)
    if (unit <= 1) key += `\u0001${String.fromCharCode(unit + 1)}`
    else if (unit < 0xd800) key += text.charAt(place)
    else if (unit < 0xe000) key += String.fromCharCode(unit - 0xd800 + 0xe000)
    else key += String.fromCodePoint(unit - 0xe000 + 0x10000)
  }
  return key
}

/**
 * Specific Character Set (0008,0005), PS3.3 §C.12.1.1.2: which decoder reads the text of a data set.
 * ISO 2022 code extensions are decoded run by run: an escape sequence switches the decoder, and each
 * name component and line starts again with the first one.
 */

/** Defined terms and the decoder (WHATWG label) of the right half of the code table. */
const decoders: Readonly<Record<string, string>> = {
  '': 'windows-1252',
  'ISO_IR 6': 'windows-1252',
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO 2022 IR 6': 'windows-1252',
  'ISO 2022 IR 100': 'windows-1252',
  'ISO 2022 IR 101': 'iso-8859-2',
  'ISO 2022 IR 109': 'iso-8859-3',
  'ISO 2022 IR 110': 'iso-8859-4',
  'ISO 2022 IR 126': 'iso-8859-7',
  'ISO 2022 IR 127': 'iso-8859-6',
  'ISO 2022 IR 138': 'iso-8859-8',
  'ISO 2022 IR 144': 'iso-8859-5',
  'ISO 2022 IR 148': 'iso-8859-9',
  'ISO 2022 IR 203': 'iso-8859-15',
  'ISO 2022 IR 166': 'windows-874',
  'ISO 2022 IR 13': 'shift_jis',
  'ISO 2022 IR 87': 'iso-2022-jp',
  'ISO 2022 IR 159': 'jis0212',
  'ISO 2022 IR 149': 'euc-kr',
  'ISO 2022 IR 58': 'gb2312',
}

/** What follows ESC, and the decoder from there on (PS3.3 tables C.12-3 and C.12-4). */
const escapes: readonly (readonly [sequence: string, decoder: string])[] = [
  ['(B', 'windows-1252'], ['-A', 'windows-1252'], ['-B', 'iso-8859-2'], ['-C', 'iso-8859-3'], ['-D', 'iso-8859-4'],
  ['-F', 'iso-8859-7'], ['-G', 'iso-8859-6'], ['-H', 'iso-8859-8'], ['-L', 'iso-8859-5'], ['-M', 'iso-8859-9'],
  ['-b', 'iso-8859-15'], ['-T', 'windows-874'], ['(J', 'shift_jis'], [')I', 'shift_jis'], ['$B', 'iso-2022-jp'],
  ['$(D', 'jis0212'], ['$)C', 'euc-kr'], ['$)A', 'gb2312'],
]

const ESC = 0x1b

const decodeWith = (bytes: Uint8Array, decoder: string): string => {
  if (decoder === 'iso-2022-jp' || decoder === 'jis0212') {
    // Both are 94×94 sets written with the high bit clear; EUC-JP holds them with it set.
    const wide = new Uint8Array(decoder === 'jis0212' ? Math.floor(bytes.length / 2) * 3 : bytes.length)
    let at = 0
    for (let index = 0; index + 1 < bytes.length; index += 2) {
      if (decoder === 'jis0212') wide[at++] = 0x8f
      wide[at++] = (bytes[index] ?? 0) | 0x80
      wide[at++] = (bytes[index + 1] ?? 0) | 0x80
    }
    return new TextDecoder('euc-jp').decode(wide.subarray(0, at))
  }
  return new TextDecoder(decoder).decode(bytes)
}

const startsWith = (bytes: Uint8Array, at: number, text: string): boolean => {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}

/** ESC sequences switch the decoder; `^`, `=` and line ends switch back to the first one. */
const decodeIso2022 = (bytes: Uint8Array, first: string): string => {
  let text = ''
  let decoder = first
  let from = 0
  const take = (to: number): void => {
    if (to > from) text += decodeWith(bytes.subarray(from, to), decoder)
  }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === ESC) {
      const escape = escapes.find(([sequence]) => startsWith(bytes, at + 1, sequence))
      if (!escape) continue
      take(at)
      decoder = escape[1]
      at += escape[0].length
      from = at + 1
    } else if ((byte === 0x5e || byte === 0x3d || byte === 0x0d || byte === 0x0a) && decoder !== 'iso-2022-jp' && decoder !== 'jis0212') {
      take(at)
      text += String.fromCharCode(byte)
      decoder = first
      from = at + 1
    }
  }
  take(bytes.length)
  return text
}

/**
 * Decodes the text of an element.
 *
 * @param characterSets values of (0008,0005), in order; none or unknown ones fall back to Latin 1, or to UTF-8
 * where the bytes are valid UTF-8 with something beyond ASCII in them.
 */
export const decodeText = (bytes: Uint8Array, characterSets: readonly string[]): string => {
  if (bytes.every((byte) => byte < 0x80 && byte !== ESC)) {
    let ascii = ''
    for (const byte of bytes) ascii += String.fromCharCode(byte)
    return ascii
  }
  const known = decoders[(characterSets[0] ?? '').trim().toUpperCase()]
  if (bytes.includes(ESC)) return decodeIso2022(bytes, known === undefined || known === 'iso-2022-jp' ? 'windows-1252' : known)
  if (known !== undefined && (characterSets[0] ?? '').trim() !== '') return decodeWith(bytes, known)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** The values of (0008,0005); the term itself is always ASCII. */
export const characterSetsOf = (value: string | undefined): readonly string[] => (value ?? '').split('\\').map((term) => term.trim().replace(/\0+$/, ''))

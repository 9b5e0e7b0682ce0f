import { decodeWindows1252, encodeWindows1252 } from '../windows1252'

/** How a message's bytes became text. */
export interface DecodedText {
  readonly text: string
  /** Name for TextDecoder, e.g. `utf-8`, `windows-1252`, `gb18030`. */
  readonly charset: string
  /** `unknown`: MSH-18 names no character set that is known here. `mismatch`: the bytes are not what MSH-18 says. */
  readonly fault?: 'unknown' | 'mismatch'
}

/** Table 0211, and what makers write in its place. `utf-8?`: nothing is promised; UTF-8 if it is that, else the Windows page. */
const charsets: Readonly<Record<string, string>> = {
  '': 'utf-8?',
  ASCII: 'utf-8?',
  'US-ASCII': 'utf-8?',
  'ISO IR6': 'utf-8?',
  // Makers (Mindray) mean UTF-8 by it, and so does the bit of the table's text that says "the world wide character standard".
  UNICODE: 'utf-8?',
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  'UNICODE UTF-16': 'utf-16le',
  'UTF-16': 'utf-16le',
  '8859/1': 'windows-1252',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'windows-1254',
  '8859/10': 'iso-8859-10',
  '8859/13': 'iso-8859-13',
  '8859/14': 'iso-8859-14',
  '8859/15': 'iso-8859-15',
  'ISO IR100': 'windows-1252',
  'ISO IR101': 'iso-8859-2',
  'ISO IR13': 'shift_jis',
  'ISO IR14': 'iso-2022-jp',
  'ISO IR87': 'iso-2022-jp',
  'ISO IR159': 'iso-2022-jp',
  'SHIFT_JIS': 'shift_jis',
  'GB 18030': 'gb18030',
  'GB 18030-2000': 'gb18030',
  GB18030: 'gb18030',
  GB2312: 'gbk',
  GBK: 'gbk',
  'KS X 1001': 'euc-kr',
  'BIG-5': 'big5',
  BIG5: 'big5',
  'WINDOWS-1250': 'windows-1250',
  'WINDOWS-1251': 'windows-1251',
  'WINDOWS-1252': 'windows-1252',
}

/** The TextDecoder name behind a value of MSH-18; undefined when it is unknown. */
export const charsetOf = (declared: string): string | undefined => {
  const name = declared.trim().toUpperCase().replace(/\s+/g, ' ')
  return charsets[name] ?? charsets[name.replace(/^ISO[-_ ]?8859[-/ ]/, '8859/').replace('_', '-')]
}

const decoders = new Map<string, TextDecoder>()
/** Undefined where the bytes are none of this character set, or this runtime does not know it. */
const decode = (bytes: Uint8Array, charset: string): string | undefined => {
  if (charset === 'windows-1252') return decodeWindows1252(bytes)
  try {
    let decoder = decoders.get(charset)
    if (!decoder) decoders.set(charset, (decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true })))
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** Text of bytes in a character set of {@link charsetOf}, as far as they are that; the Windows page where they are not. */
export const decodeAs = (bytes: Uint8Array, charset: string): string => decode(bytes, charset === 'utf-8?' ? 'utf-8' : charset) ?? decodeWindows1252(bytes)

/** MSH-18 of bytes, read as far as that needs no character set; of its repetitions the first, which is the default one. */
const declaredCharset = (bytes: Uint8Array): string => {
  let at = -1
  for (let place = 0; place + 3 < bytes.length && place < 256; place++) {
    if (bytes[place] === 0x4d && bytes[place + 1] === 0x53 && bytes[place + 2] === 0x48) {
      at = place
      break
    }
  }
  if (at < 0) return ''
  const separator = bytes[at + 3]
  const repetition = bytes[at + 5]
  let field = 1
  let start = -1
  const limit = Math.min(bytes.length, at + 4096)
  for (let place = at + 3; place <= limit; place++) {
    const byte = place < limit ? bytes[place] : 0x0d
    const isEnd = byte === 0x0d || byte === 0x0a
    if (start >= 0 && (isEnd || byte === separator || byte === repetition)) return String.fromCharCode(...bytes.subarray(start, place))
    if (isEnd) return ''
    if (byte === separator && ++field === 18) start = place + 1
  }
  return ''
}

/** Decodes a message by its own MSH-18. Never fails: bytes that fit nothing are read as windows-1252, where every byte is a character. */
export const decodeMessage = (bytes: Uint8Array): DecodedText => {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : bytes[0] === 0x4d && bytes[1] === 0 ? 'utf-16le' : undefined
  if (wide) {
    const text = decode(bytes, wide)
    if (text !== undefined) return { text, charset: wide }
  }
  const declared = charsetOf(declaredCharset(bytes))
  const fault = declared === undefined ? { fault: 'unknown' as const } : {}
  const isOpen = declared === undefined || declared === 'utf-8?' || declared.startsWith('utf-16')
  const asUtf8 = decode(bytes, 'utf-8')
  // As many characters as bytes: nothing but ASCII, whatever it was declared to be (an escape byte may shift it, though).
  if (asUtf8?.length === bytes.length && !bytes.includes(0x1b)) return { text: asUtf8, charset: isOpen ? 'utf-8?' : declared, ...fault }
  const asDeclared = isOpen ? undefined : decode(bytes, declared)
  if (asDeclared !== undefined) return { text: asDeclared, charset: declared! }
  const mismatch = isOpen ? fault : { fault: 'mismatch' as const }
  if (asUtf8 !== undefined) return { text: asUtf8, charset: 'utf-8', ...mismatch }
  return { text: decodeAs(bytes, 'windows-1252'), charset: 'windows-1252', ...mismatch }
}

const encoders = new Map<string, ReadonlyMap<string, readonly number[]>>()

/** Character to bytes of a character set of one or two bytes: the decoder reads all of them once, one on each line. */
const encoderOf = (charset: string): ReadonlyMap<string, readonly number[]> => {
  const known = encoders.get(charset)
  if (known) return known
  const sequences: number[][] = Array.from({ length: 256 }, (_, byte) => [byte])
  if (/^(gb|big5|shift_jis|euc-kr)/.test(charset)) for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) sequences.push([lead, trail])
  // LF is no second byte of any character, so a lead byte without one never swallows the line.
  const lines = new TextDecoder(charset, { ignoreBOM: true }).decode(Uint8Array.from(sequences.flatMap((sequence) => [...sequence, 0x0a]))).split('\n')
  const table = new Map<string, readonly number[]>([['\n', [0x0a]]])
  // The line of LF itself is two empty ones.
  lines.splice(10, 1)
  sequences.forEach((sequence, index) => {
    const line = lines[index] ?? ''
    if (line !== '\ufffd' && line !== '' && [...line].length === 1 && !table.has(line)) table.set(line, sequence)
  })
  encoders.set(charset, table)
  return table
}

/**
 * Bytes of a text in a character set of {@link charsetOf}; characters that it does not have become `?`. Shift states
 * (`iso-2022-jp`) are not written: such text goes out as UTF-8.
 */
export const encodeAs = (text: string, charset: string): Uint8Array => {
  if (charset.startsWith('utf-16')) {
    const bytes = new Uint8Array(text.length * 2)
    const [low, high] = charset === 'utf-16le' ? [0, 1] : [1, 0]
    for (let at = 0; at < text.length; at++) {
      bytes[at * 2 + low] = text.charCodeAt(at) & 0xff
      bytes[at * 2 + high] = text.charCodeAt(at) >> 8
    }
    return bytes
  }
  if (charset.startsWith('utf-8') || charset === 'iso-2022-jp') return new TextEncoder().encode(text)
  if (charset === 'windows-1252') return encodeWindows1252(text)
  const table = encoderOf(charset)
  const bytes: number[] = []
  for (const character of text) for (const byte of table.get(character) ?? [0x3f]) bytes.push(byte)
  return Uint8Array.from(bytes)
}

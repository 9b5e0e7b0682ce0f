import { controlNames } from '../../../shared/standards/readableBytes'

const byName = new Map<string, number>([...controlNames.map((name, byte): [string, number] => [name, byte]), ['DEL', 0x7f]])

/** What a person typed, as bytes: `<ENQ>` and `\x1b` stand for one byte each, other characters for themselves. */
export type Typed = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; /** The part that stands for no byte. */ readonly part: string }

/** Reads a line that a person typed. Characters beyond Latin-1 stand for no byte; a `<` that names nothing is itself. */
export const readTyped = (text: string): Typed => {
  const bytes: number[] = []
  for (let at = 0; at < text.length; ) {
    const marked = /^<([0-9A-Za-z]{2,3})>|^\\x([0-9a-fA-F]{2})/.exec(text.slice(at, at + 5))
    const byte = marked?.[2] === undefined ? byName.get(marked?.[1]?.toUpperCase() ?? '') : parseInt(marked[2], 16)
    if (marked && byte !== undefined) {
      bytes.push(byte)
      at += marked[0].length
      continue
    }
    const code = text.codePointAt(at)!
    if (code > 0xff) return { ok: false, part: String.fromCodePoint(code) }
    bytes.push(code)
    at += 1
  }
  return { ok: true, bytes: Uint8Array.from(bytes) }
}

/** What is put behind a typed line. */
export const endings = { none: [], cr: [0x0d], lf: [0x0a], crlf: [0x0d, 0x0a] } as const satisfies Readonly<Record<string, readonly number[]>>

/** See {@link endings}. */
export type Ending = keyof typeof endings

/** Hexadecimal as people write it: digits in pairs, spaces where they like. Undefined: it is none. */
export const readHex = (text: string): Uint8Array | undefined => {
  const digits = text.replace(/0x|[\s,:]/gi, '')
  return digits.length % 2 === 0 && /^[0-9a-f]+$/i.test(digits) ? Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16)) : undefined
}

import { decodeText } from './characterSet'

/** Character sets of one byte a character that text can be written in, beside ASCII and UTF-8 (PS3.3 table C.12-2). */
const oneByte = new Set([
  'ISO_IR 100', 'ISO_IR 101', 'ISO_IR 109', 'ISO_IR 110', 'ISO_IR 144', 'ISO_IR 127', 'ISO_IR 126', 'ISO_IR 138', 'ISO_IR 148', 'ISO_IR 203', 'ISO_IR 166',
])

const tables = new Map<string, ReadonlyMap<string, number>>()

/** The right half of a code table, backwards. */
const tableOf = (characterSet: string): ReadonlyMap<string, number> => {
  const known = tables.get(characterSet)
  if (known) return known
  const table = new Map<string, number>()
  for (let byte = 0xa0; byte <= 0xff; byte++) {
    const character = decodeText(Uint8Array.of(byte), [characterSet])
    if (character.length === 1 && character !== '\ufffd') table.set(character, byte)
  }
  tables.set(characterSet, table)
  return table
}

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return false
  return true
}

/** The bytes of a text in one of {@link chooseCharacterSet}'s answers; undefined when it has a character that the set does not. */
export const encodeText = (text: string, characterSet: string): Uint8Array | undefined => {
  if (characterSet === 'ISO_IR 192') return new TextEncoder().encode(text)
  if (isAscii(text)) return new TextEncoder().encode(text)
  if (!oneByte.has(characterSet)) return undefined
  const table = tableOf(characterSet)
  const bytes: number[] = []
  for (const character of text) {
    const code = character.charCodeAt(0)
    const byte = code < 0x80 ? code : table.get(character)
    if (byte === undefined) return undefined
    bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

/**
 * Which Specific Character Set (0008,0005) these texts are written in for a peer: none where all of it is ASCII, the one
 * that the peer uses itself where it holds them, Latin 1 for a peer that named none, else UTF-8.
 *
 * @param asked the values of (0008,0005) of what the peer asked
 */
export const chooseCharacterSet = (texts: readonly string[], asked: readonly string[] = []): string => {
  if (texts.every(isAscii)) return ''
  const own = (asked[0] ?? '').trim()
  const first = own === '' ? 'ISO_IR 100' : own.replace('ISO 2022 IR', 'ISO_IR')
  return oneByte.has(first) && texts.every((text) => encodeText(text, first) !== undefined) ? first : 'ISO_IR 192'
}

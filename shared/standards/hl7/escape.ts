import { decodeAs, encodeAs } from './charset'
import type { Delimiters } from './delimiters'

/**
 * Resolves the escape sequences of chapter 2, 2.7, in text that has been split already:
 * `\F\ \S\ \T\ \R\ \E\ \P\` stand for delimiters, `\Xhh…\` for bytes in the message's character set, `\Cxxyy\` and
 * `\Mxxyyzz\` switch the character set until the end of the value, `\.br\`, `\.sp3\`, `\.sk2\`, `\.ce\` lay out text;
 * highlighting (`\H\ \N\`) and layout that plain text has no way to show (`\.in+2\`, `\.ti\`, `\.fi\`, `\.nf\`) are left
 * out. What is none of these, `\Z…\` and an escape character on its own stay as they are.
 */
export const unescape = (text: string, delimiters: Delimiters, charset = 'utf-8'): string => {
  const { escape } = delimiters
  let from = text.indexOf(escape)
  if (from < 0) return text
  let out = ''
  let at = 0
  let plain = (part: string) => part
  while (from >= 0) {
    const to = text.indexOf(escape, from + 1)
    if (to < 0) break
    const name = text.slice(from + 1, to)
    out += plain(text.slice(at, from))
    const read = switchOf(name)
    const meaning = read ? '' : meaningOf(name, delimiters, charset)
    if (read) plain = (part) => read(part, charset)
    if (meaning === undefined) {
      // Not a sequence: the second escape character may begin one.
      out += text.slice(from, to)
      at = to
      from = to
    } else {
      out += meaning
      at = to + 1
      from = text.indexOf(escape, at)
    }
  }
  return out + plain(text.slice(at))
}

const meaningOf = (name: string, delimiters: Delimiters, charset: string): string | undefined => {
  switch (name) {
    case 'F':
      return delimiters.field
    case 'S':
      return delimiters.component
    case 'T':
      return delimiters.subComponent
    case 'R':
      return delimiters.repetition
    case 'E':
      return delimiters.escape
    case 'P':
      return delimiters.truncation ?? '#'
    case 'H':
    case 'N':
      return ''
  }
  if (name[0] === 'X') return /^X(?:[0-9A-Fa-f]{2})+$/.test(name) ? decodeAs(bytesOf(name.slice(1)), charset) : undefined
  if (name[0] === '.') return layoutOf(name)
  return undefined
}

/** 2.7.6, formatted text. */
const layoutOf = (name: string): string | undefined => {
  const [, command, count] = /^\.(br|sp|sk|ce|in|ti|fi|nf)\s*([+-]?\d{0,3})$/.exec(name) ?? []
  const times = Math.abs(Number(count || 1))
  switch (command) {
    case 'br':
    case 'ce':
      return '\n'
    case 'sp':
      return '\n'.repeat(times)
    case 'sk':
      return ' '.repeat(times)
    case 'in':
    case 'ti':
    case 'fi':
    case 'nf':
      return ''
    default:
      return undefined
  }
}

const bytesOf = (hex: string): Uint8Array => {
  const bytes = new Uint8Array(hex.length >> 1)
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(hex.slice(at * 2, at * 2 + 2), 16)
  return bytes
}

/** ISO 2022 designations (2.7.3, 2.7.4) and how the text after them is read; `undefined` charset: as the message. */
const switches: Readonly<Record<string, { readonly charset?: string; readonly shift?: string }>> = {
  C2842: {},
  C284A: {},
  C2D41: { charset: 'windows-1252' },
  C2D42: { charset: 'iso-8859-2' },
  C2D43: { charset: 'iso-8859-3' },
  C2D44: { charset: 'iso-8859-4' },
  C2D4C: { charset: 'iso-8859-5' },
  C2D47: { charset: 'iso-8859-6' },
  C2D46: { charset: 'iso-8859-7' },
  C2D48: { charset: 'iso-8859-8' },
  C2D4D: { charset: 'windows-1254' },
  M2442: { charset: 'iso-2022-jp', shift: '\x1b$B' },
  M2440: { charset: 'iso-2022-jp', shift: '\x1b$@' },
  M242842: { charset: 'iso-2022-jp', shift: '\x1b$B' },
  M242943: { charset: 'euc-kr' },
  M242941: { charset: 'gbk' },
}

/** How text after a character set switch is read: its bytes are taken back and decoded again. */
const switchOf = (name: string): ((part: string, charset: string) => string) | undefined => {
  const to = Object.hasOwn(switches, name.toUpperCase()) ? switches[name.toUpperCase()] : undefined
  if (!to) return undefined
  const { charset: next, shift = '' } = to
  if (next === undefined) return (part) => part
  return (part, charset) => (part === '' ? '' : decodeAs(encodeAs(shift + part, charset), next))
}

/** Writes text so that it survives as a component: the inverse of {@link unescape}. Control characters become `\Xhh\`. */
export const escapeText = (text: string, delimiters: Delimiters): string => {
  const { field, component, repetition, escape, subComponent, truncation } = delimiters
  const names = new Map([[field, 'F'], [component, 'S'], [subComponent, 'T'], [repetition, 'R'], [escape, 'E']])
  if (truncation !== undefined) names.set(truncation, 'P')
  let out = ''
  for (const character of text) {
    const name = names.get(character)
    const code = character.charCodeAt(0)
    if (name !== undefined) out += escape + name + escape
    else if (code < 0x20 || code === 0x7f) out += `${escape}X${code.toString(16).toUpperCase().padStart(2, '0')}${escape}`
    else out += character
  }
  return out
}

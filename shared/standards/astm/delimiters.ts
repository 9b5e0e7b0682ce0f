/** The delimiters that a header record declares in its field 2 (LIS02-A2, clause 5.4). */
export interface Delimiters {
  readonly field: string
  readonly repeat: string
  readonly component: string
  readonly escape: string
}

/** What nearly every analyser declares. */
export const usualDelimiters: Delimiters = { field: '|', repeat: '\\', component: '^', escape: '&' }

/** Printable, neither letter nor digit nor space. */
const isUsable = (character: string): boolean => /^[!-/:-@[-`{-~]$/.test(character)

/**
 * Reads the delimiters of a header record (`H|\^&|…`). GeneXpert sends `H|@^\|`; some interfaces
 * double a backslash on the way (`H|\\^&|`), so a character that stands there twice counts once.
 * Undefined when they are missing or not distinct.
 */
export const delimitersOf = (header: string): Delimiters | undefined => {
  const field = header[1]
  if (field === undefined || !isUsable(field)) return undefined
  const declared = header.slice(2).split(field, 1)[0] ?? ''
  const [repeat, component, escape, ...more] = [...new Set(declared)]
  if (repeat === undefined || component === undefined || escape === undefined || more.length > 0) return undefined
  // Letters there are the next field of a header whose delimiters got lost.
  if (![repeat, component, escape].every(isUsable)) return undefined
  return { field, repeat, component, escape }
}

/**
 * Resolves the escape sequences of LIS02-A2, clause 5.4.5: `&F& &S& &R& &E& &Xhh…&`. Highlighting
 * (`&H& &N&`) is left out; an unknown sequence, or an escape character on its own, stays as it is.
 */
export const unescape = (text: string, { field, repeat, component, escape }: Delimiters): string => {
  if (!text.includes(escape)) return text
  let out = ''
  let at = 0
  while (at < text.length) {
    const from = text.indexOf(escape, at)
    const to = from < 0 ? -1 : text.indexOf(escape, from + 1)
    if (to < 0) return out + text.slice(at)
    out += text.slice(at, from)
    const plain = meaningOf(text.slice(from + 1, to), { F: field, S: component, R: repeat, E: escape, H: '', N: '' })
    if (plain === undefined) {
      // Not a sequence: the second escape character may begin one.
      out += text.slice(from, to)
      at = to
    } else {
      out += plain
      at = to + 1
    }
  }
  return out
}

const meaningOf = (name: string, plain: Readonly<Record<string, string>>): string | undefined => {
  if (Object.hasOwn(plain, name)) return plain[name]
  if (!/^X(?:[0-9A-Fa-f]{2})+$/.test(name)) return undefined
  return (name.slice(1).match(/../g) ?? []).map((pair) => String.fromCharCode(parseInt(pair, 16))).join('')
}

/** Writes text so that it survives as a component: the inverse of {@link unescape}. */
export const escapeText = (text: string, { field, repeat, component, escape }: Delimiters): string => {
  const names = new Map([[escape, 'E'], [field, 'F'], [component, 'S'], [repeat, 'R']])
  return [...text].map((character) => (names.has(character) ? `${escape}${names.get(character)}${escape}` : character)).join('')
}

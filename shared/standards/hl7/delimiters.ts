/** The characters that a message header declares in MSH-1 and MSH-2 (HL7 v2.7, chapter 2, 2.5.4). Read, never assumed. */
export interface Delimiters {
  readonly field: string
  readonly component: string
  readonly repetition: string
  readonly escape: string
  readonly subComponent: string
  /** Marks a value that was cut short; from v2.7 on, and only where it is declared. */
  readonly truncation?: string
}

/** What nearly every sender declares. */
export const usualDelimiters: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subComponent: '&' }

/** What {@link delimitersOf} found. */
export interface DeclaredDelimiters {
  readonly delimiters: Delimiters
  /** `incomplete`: a character is missing and the usual one stands in. `ambiguous`: one character was declared for two uses. */
  readonly fault?: 'incomplete' | 'ambiguous'
}

const isUsable = (character: string | undefined): character is string => character !== undefined && /^[!-/:-@[-`{-~]$/.test(character)

/**
 * Reads the delimiters of a header segment (`MSH|^~\&|…`, also BHS and FHS). An interface that doubled the backslash on
 * the way (`^~\\&`) is understood. Undefined where MSH-1 cannot be a separator.
 */
export const delimitersOf = (header: string): DeclaredDelimiters | undefined => {
  const field = header[3]
  if (!isUsable(field)) return undefined
  const end = header.indexOf(field, 4)
  const declared = (end < 0 ? header.slice(4) : header.slice(4, end)).replace('\\\\', '\\')
  // What lies behind a missing separator is no declaration.
  const [component, repetition, escape, subComponent, truncation] = declared.length > 8 ? [] : declared
  const { component: c, repetition: r, escape: e, subComponent: s } = usualDelimiters
  const delimiters: Delimiters = {
    field,
    component: isUsable(component) ? component : c,
    repetition: isUsable(repetition) ? repetition : r,
    escape: isUsable(escape) ? escape : e,
    subComponent: isUsable(subComponent) ? subComponent : s,
    ...(isUsable(truncation) ? { truncation } : {}),
  }
  const all = Object.values(delimiters) as string[]
  if (new Set(all).size < all.length) return { delimiters, fault: 'ambiguous' }
  return isUsable(component) && isUsable(repetition) && isUsable(escape) && isUsable(subComponent) ? { delimiters } : { delimiters, fault: 'incomplete' }
}

import * as z from 'zod'

/** A line of a page is cut to this before a pattern sees it. */
export const longestLine = 1000

/** How long a pattern may take for the longest hostile line, milliseconds. */
const patienceMs = 25

/**
 * Whether a pattern holds a repeat within a repeat without bound, such as `(a+)+` or `(a|ab)*`: the time it takes can double
 * with each character, and a device could hold the host up by what it sends.
 */
const hasNestedRepeat = (text: string): boolean => {
  const groups: { repeats: boolean; chooses: boolean }[] = [{ repeats: false, chooses: false }]
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') {
      at++
      continue
    }
    if (character === '[') {
      while (at < text.length && text[at] !== ']') at += text[at] === '\\' ? 2 : 1
      continue
    }
    if (character === '(') groups.push({ repeats: false, chooses: false })
    else if (character === '|') groups.at(-1)!.chooses = true
    else if (character === '*' || character === '+' || /^\{\d*,\}/.test(text.slice(at, at + 8))) groups.at(-1)!.repeats = true
    else if (character === ')' && groups.length > 1) {
      const { repeats, chooses } = groups.pop()!
      const isUnbounded = /^(?:[*+]|\{\d*,\})/.test(text.slice(at + 1, at + 10))
      if (isUnbounded && (repeats || chooses)) return true
      if (repeats) groups.at(-1)!.repeats = true
    }
  }
  return false
}

/** Lines that patterns of a bad shape take long for: growing little by little, so that the trial itself ends soon. */
const isSlow = (pattern: RegExp): boolean => {
  for (let length = 12; length <= longestLine; length = Math.ceil(length * 1.5)) {
    for (const character of ['a', '1', ' ', '.', '|', ';', '-']) {
      const begun = performance.now()
      pattern.test(`${character.repeat(length)}\u0000`)
      if (performance.now() - begun > patienceMs) {
        // Once may be the machine; twice is the pattern.
        const again = performance.now()
        pattern.test(`${character.repeat(length)}\u0000`)
        if (performance.now() - again > patienceMs) return true
      }
    }
  }
  return false
}

/** Why a text cannot be a pattern of a profile; undefined when it can. */
export const patternFault = (text: string): string | undefined => {
  let pattern: RegExp
  try {
    pattern = new RegExp(text, 'u')
  } catch {
    return 'not a regular expression'
  }
  if (hasNestedRepeat(text)) return 'a repeat within a repeat may take for ever'
  return isSlow(pattern) ? 'takes too long on a long line' : undefined
}

const known = new Map<string, RegExp>()

/** The regular expression of a profile's pattern, made once. `every`: for `matchAll`, which copies it. */
export const compiled = (text: string, every: 'once' | 'every' = 'once'): RegExp => {
  const key = `${every} ${text}`
  const found = known.get(key)
  if (found) return found
  const made = new RegExp(text, every === 'every' ? 'gu' : 'u')
  known.set(key, made)
  return made
}

/** A regular expression as text, of a shape that cannot hold the host up. */
export const pattern = z.string().max(500).superRefine((text, context) => {
  const fault = patternFault(text)
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
})

/** A pattern that must name these groups. */
export const patternNaming = (...groups: readonly string[]) =>
  pattern.refine((text) => groups.every((group) => text.includes(`(?<${group}>`)), `must name ${groups.map((group) => `(?<${group}>…)`).join(' and ')}`)

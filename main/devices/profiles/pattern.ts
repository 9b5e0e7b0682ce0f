import * as z from 'zod'

/** A line of a page is cut to this before a pattern sees it. */
export const longestLine = 1000

/** A code, a number on a tube or a service likewise. */
export const longestName = 200

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

/** One thing of a pattern's text: an escape, a class, the beginning of a group, a count, or a character. */
const thing = /\\x[0-9a-f]{2}|\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<[a-z]\w*>|<?[=!]|:)|\{[\d,]*\}|[^\\]/gisu

/** What a pattern asks for letter by letter, in order. */
const literalsOf = (text: string): string[] => {
  const literals = ['']
  for (const [part] of text.matchAll(thing)) {
    const literal = /^\\x../su.test(part) ? String.fromCharCode(parseInt(part.slice(2), 16)) : (/^\\([^a-z\d])$/isu.exec(part)?.[1] ?? (/^[^\\^$.*+?()[\]{}|]$/su.test(part) ? part : undefined))
    if (literal === undefined) literals.push('')
    else literals[literals.length - 1] += literal
  }
  return literals.filter((literal) => literal !== '')
}

const runMs = (pattern: RegExp, line: string): number => {
  const begun = performance.now()
  pattern.test(line)
  return performance.now() - begun
}

/** How many literals are tried: a pattern that lists a hundred words is not slower for the last of them. */
const tried = 8

/**
 * Whether there are lines that a pattern takes long for: those that begin as it does, and those made of what it asks for, get
 * it furthest. They grow little by little, so that the trial itself ends soon.
 */
const isSlow = (pattern: RegExp, text: string): boolean => {
  const literals = literalsOf(text)
  const units = new Set(['a', '1', ' ', '.', '|', ';', '-', ...literals.slice(0, tried)])
  const prefixes = new Set(['', ...literals.slice(0, 1)])
  for (let length = 12; length <= longestLine; length = Math.ceil(length * 1.5)) {
    for (const prefix of prefixes) {
      for (const unit of units) {
        const line = `${prefix}${unit.repeat(Math.ceil(length / unit.length))}\u0000`
        // Once may be the machine; twice is the pattern.
        if (runMs(pattern, line) > patienceMs && runMs(pattern, line) > patienceMs) return true
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
  return isSlow(pattern, text) ? 'takes too long on a long line' : undefined
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

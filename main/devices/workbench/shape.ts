import { parseValue } from '../../../shared/standards/astm'

/** A text that stands for itself in a regular expression. */
export const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/[\x00-\x1f\x7f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** What stands between two pieces that are read: spaces may be more or fewer, numbers may be others. */
export const gap = (text: string): string => {
  if (text === '') return '\\s*'
  if (text.trim() === '') return '\\s+'
  return [...text.matchAll(/\s+|\d+|[^\s\d]+/g)].map(([run]) => (run.trim() === '' ? '\\s*' : /^\d/.test(run) ? '\\d+' : literal(run))).join('')
}

/** Values of numbers, with `---` and the like where there is none. */
const number = '[<>]?=? ?-?\\d+(?:\\.\\d+)?|-{2,}|\\*{2,}'
/** Words, a few of them. */
const words = '\\S+(?: \\S+){0,4}'

/** Whether a marked value is a number. */
export const isNumber = (text: string): boolean => parseValue(text).value !== undefined

/** What a value that looks like this one is, with what stands behind it: a number ends where its digits do, the last words with the line. */
export const valueShape = (text: string, after: string): string => {
  if (isNumber(text)) return `(?<value>${number})${/^\s|^$/.test(after) ? '(?!\\S)' : '(?![\\d.,])'}`
  return after.trim() === '' ? '(?<value>\\S.{0,60}?)\\s*$' : `(?<value>${words})`
}

/** What a code that looks like this one is: one word, or a few. */
export const codeShape = (text: string): string => {
  const first = /^[A-Za-z]/.test(text) ? '[A-Za-z][^\\s:=]*' : '[^\\s:=]+'
  return `(?<code>${/\s/.test(text) ? `${first}(?: [^\\s:=]+){0,3}?` : first})`
}

/** What a unit is: `mmol/L`, `10^9/L`, `*10^9/L`. */
export const unitShape = '(?<unit>10\\S+|[^\\s\\d]\\S*)'

/** What a flag that looks like this one is. */
export const flagShape = (text: string): string => `(?<flag>${/^[A-Za-z]+$/.test(text) ? '[A-Za-z]{1,3}' : '[^\\w\\s]{1,3}'})`

/** What a number on a tube is: letters, digits and what else the marked one holds. */
export const idShape = (text: string): string => `(?<id>[0-9A-Za-z${[...new Set(text.replace(/[0-9A-Za-z\s-]/g, ''))].map((character) => character.replace(/[\\\]^[]/, '\\$&')).join('')}-]+)(?!\\S)`

/** A text of the same shape: as many digits, the same letters' places. */
export const sameShape = (text: string): string =>
  [...text.matchAll(/\s+|\d+|[A-Za-z]+|[^\sA-Za-z\d]+/g)].map(([run]) => (run.trim() === '' ? '\\s+' : /\d/.test(run) ? `\\d{${run.length}}` : /[A-Za-z]/.test(run) ? `[A-Za-z]{${run.length}}` : literal(run))).join('')

import type { GlassPoint } from './placing'

/** A line on the glass, its height and about how wide a letter of it is, in CSS pixels. */
export const lineHeight = 17
const letterWidth = 8.4
/** Letters after which a line is broken. */
const longest = 40
/** Between a shape and its words, and between words and the edge of the glass. */
const gap = 10
const edge = 6

/** Where the words of a shape stand: beside its rightmost point, else beside its leftmost one, always on the glass. */
export interface TextPlace {
  readonly x: number
  /** Of the first line. */
  readonly y: number
  readonly anchor: 'start' | 'end'
}

/** Lines that are not too long, broken between words. */
export const broken = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => {
    const parts: string[] = []
    for (const word of line.split(' ')) {
      const last = parts.at(-1)
      if (last !== undefined && last.length + word.length < longest) parts[parts.length - 1] = `${last} ${word}`
      else parts.push(word)
    }
    return parts
  })

/** @param size of the glass; undefined while it is not known */
export const textPlace = (points: readonly GlassPoint[], lines: readonly string[], size: { readonly width: number; readonly height: number } | undefined): TextPlace => {
  const first: GlassPoint = points[0] ?? [0, 0]
  const right = points.reduce((best, point) => (point[0] > best[0] ? point : best), first)
  const left = points.reduce((best, point) => (point[0] < best[0] ? point : best), first)
  const width = Math.max(0, ...lines.map((line) => line.length)) * letterWidth
  const height = (lines.length - 1) * lineHeight
  const { width: across, height: down } = size ?? { width: Infinity, height: Infinity }
  const goesLeft = right[0] + gap + width > across - edge && left[0] - gap - width >= edge
  const beside = goesLeft ? left : right
  const x = goesLeft ? left[0] - gap : Math.max(edge, Math.min(right[0] + gap, across - edge - width))
  const y = Math.max(edge + lineHeight, Math.min(beside[1] - height / 2 + 5, down - edge - height))
  return { x, y, anchor: goesLeft ? 'end' : 'start' }
}

import type { ProfileDraft } from '../../../shared/contract'
import { decodeText } from '../../../shared/standards/astm'
import { PageFramer, type PageEffect } from '../framers'

/** So much of what a device prints is read: some dozens of pages, and never long enough to keep others waiting. */
const readBytes = 32 * 1024

/** The part of a recording that is learned from, up to an end of line; messages are short work, and are taken whole. */
export const learnable = (recording: Uint8Array, protocol: ProfileDraft['protocol']): Uint8Array => {
  if (protocol !== 'text' || recording.length <= readBytes) return recording
  const head = recording.subarray(0, readBytes)
  const end = Math.max(head.lastIndexOf(0x0a), head.lastIndexOf(0x0d), head.lastIndexOf(0x03))
  return end < 0 ? head : head.subarray(0, end + 1)
}

/** One line of a page; `at` counts its characters from the beginning of the page. */
export interface PageLine {
  readonly text: string
  readonly at: number
}

/** The pages of a recording of a device that prints, as a framing cuts them. */
export const pagesOfRecording = (recording: Uint8Array, { start, end, answer }: ProfileDraft['framing']): string[] => {
  const framer = new PageFramer({ ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }), answer, checksum: 'none', idleMs: 1_500, limit: recording.length + 1 })
  const effects: PageEffect[] = [...framer.feed(recording, 0), ...framer.tick(Number.POSITIVE_INFINITY)]
  return effects.flatMap((effect) => (effect.do === 'commit' || effect.do === 'keep' ? [decodeText(effect.page)] : []))
}

/** Lines as the reading of pages knows them. */
export const linesOfPage = (page: string): PageLine[] => {
  const lines: PageLine[] = []
  let at = 0
  for (const part of page.split(/(\r\n|\n\r|[\r\n\f])/)) {
    if (!/^(?:\r\n|\n\r|[\r\n\f])$/.test(part)) lines.push({ text: part, at })
    at += part.length
  }
  return lines
}

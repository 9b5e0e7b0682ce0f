import type { ProfileDraft } from '../../../shared/contract'
import { decodeText } from '../../../shared/standards/astm'
import { PageFramer, type PageEffect } from '../framers'

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

import { useLayoutEffect, useRef } from 'react'
import type { LineBytes } from '../../../../shared/contract'
import { textOf } from '../../../../shared/standards/readableBytes'
import { ScrollRegion } from '../../../components'
import { t } from '../words'

/** Characters that are shown: the newest. */
const shown = 3_000

/** Bytes as a person reads them, a new line after each end of one. */
export const linesOf = (bytes: Uint8Array): string => textOf(bytes).replaceAll(/<CR><LF>|<CR>|<LF>/g, '$&\n')

/** What comes over a line and what goes back, as it happens. */
export const LiveBytes = ({ pieces }: { readonly pieces: readonly LineBytes[] }) => {
  const pane = useRef<HTMLElement>(null)
  const newest: { readonly number: number; readonly from: LineBytes['from']; readonly text: string }[] = []
  let length = 0
  for (const piece of pieces.toReversed()) {
    const text = linesOf(piece.bytes)
    length += text.length
    if (length > shown && newest.length > 0) break
    newest.unshift({ number: piece.number, from: piece.from, text: text.slice(-shown) })
  }
  const last = pieces.at(-1)?.number
  useLayoutEffect(() => {
    if (pane.current) pane.current.scrollTop = pane.current.scrollHeight
  }, [last])
  return (
    <ScrollRegion ref={pane} className="wizard-bytes" aria-label={t('listen.bytes')}>
      {newest.length === 0 ? <span className="faint">{t('listen.bytes.none')}</span> : null}
      {newest.map(({ number, from, text }) => (
        <span key={number} data-from={from}>
          {from === 'host' ? <span className="visually-hidden">{t('listen.bytes.ours')}</span> : null}
          {text}
        </span>
      ))}
    </ScrollRegion>
  )
}

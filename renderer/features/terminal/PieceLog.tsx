import { useLayoutEffect, useRef } from 'react'
import { hexOf, textOf } from '../../../shared/standards/readableBytes'
import { ScrollRegion } from '../../components'
import { clockOf, type Row } from './rows'
import { t } from './words'

/** How bytes are written. */
export type Shown = 'text' | 'hex' | 'both'

/** The choices of {@link Shown}, in words. */
export const shownOptions = () => (['text', 'hex', 'both'] as const).map((value) => ({ value, label: t(`show.${value}`) }))

const arrows = { device: '←', host: '→' } as const

interface Props {
  readonly rows: readonly Row[]
  readonly shown: Shown
  readonly label: string
  /** Stays at the newest row as long as nobody scrolls up. */
  readonly follows?: boolean
}

/** What a line said and was told, oldest first: time, direction as sign and word, bytes. */
export const PieceLog = ({ rows, shown, label, follows = false }: Props) => {
  const region = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    const box = region.current
    if (follows && box && isAtEnd.current) box.scrollTop = box.scrollHeight
  }, [rows, follows])
  return (
    <ScrollRegion
      ref={region}
      className="line-log"
      aria-label={label}
      onScroll={({ currentTarget: box }) => {
        isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24
      }}
    >
      {rows.length === 0 ? <p className="faint">{t('log.empty')}</p> : null}
      <ol className="line-rows">
        {rows.map((row) => (
          <li key={'note' in row ? `note ${row.number}` : `${row.number} ${row.at} ${row.bytes.length}`} data-from={'note' in row ? 'note' : row.from}>
            <time dateTime={row.at}>{clockOf(row.at)}</time>
            {'note' in row ? (
              <span className="line-note">{t(`note.${row.note}`, { text: row.text })}</span>
            ) : (
              <>
                <span className="line-way">
                  <span aria-hidden="true">{arrows[row.from]}</span>
                  <span className="visually-hidden">{t(`from.${row.from}`)}</span>
                </span>
                <span className="line-bytes">
                  {shown === 'hex' ? null : <code className="line-text">{textOf(row.bytes)}</code>}
                  {shown === 'text' ? null : <code className="line-hex">{hexOf(row.bytes)}</code>}
                </span>
              </>
            )}
          </li>
        ))}
      </ol>
    </ScrollRegion>
  )
}

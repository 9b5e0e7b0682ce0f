import type { News2, Risk } from '../../../shared/records/early-warning/news2'
import { t } from './words'

/** Signs of the bands, so that colour never tells alone. */
const bandSigns: Readonly<Record<Risk, string>> = { low: '', 'low-medium': '▲', medium: '▲▲', high: '▲▲▲' }

/** From this many points on, signs that were not measured can only make it worse: shown as the band that is certain already. */
const certainRisk = (atLeast: number): Risk | undefined => (atLeast >= 7 ? 'high' : atLeast >= 5 ? 'medium' : undefined)

/** A score in the colour of its band, with its sign; `short` for a cell of a grid, where the word is for the screen reader only. */
export const ScoreMark = ({ news2, short = false }: { readonly news2: Exclude<News2, { kind: 'not-used' }>; readonly short?: boolean }) => {
  const risk = news2.kind === 'score' ? news2.risk : certainRisk(news2.atLeast)
  const word = news2.kind === 'score' ? t(`risk.${news2.risk}`) : news2.atLeast > 0 ? t('incomplete.atLeast', { points: news2.atLeast }) : t('incomplete')
  const figure = news2.kind === 'score' ? String(news2.total) : news2.atLeast > 0 ? `≥${news2.atLeast}` : '–'
  return (
    <span className="score" data-risk={risk ?? 'unknown'} data-short={short || undefined} title={short ? word : undefined}>
      {risk && bandSigns[risk] ? <span aria-hidden="true" className="score-sign">{bandSigns[risk]}</span> : null}
      <span className="score-figure">{figure}</span> <span className={short ? 'visually-hidden' : 'score-word'}>{word}</span>
    </span>
  )
}

import type { WarningLevel, WarningScore } from '../../../shared/records/early-warning/score'
import { levelWord, t } from './words'

/** Signs of the bands, so that colour never tells alone. */
const bandSigns: Readonly<Record<WarningLevel, string>> = { none: '', low: '', 'low-medium': '▲', medium: '▲▲', high: '▲▲▲', emergency: '▲▲▲▲' }

/** What stands for a score: its total; in MEOWS how many red and yellow triggers. */
const figureOf = (score: Exclude<WarningScore, { kind: 'not-used' }>): string => {
  const total = score.kind === 'score' ? score.total : score.atLeast
  if (score.kind === 'incomplete' && total === 0) return '–'
  const given = Object.values(score.points)
  const figure = score.used.chart === 'meows' ? t('figure.meows', { red: given.filter((points) => points === 2).length, yellow: given.filter((points) => points === 1).length }) : String(total)
  return score.kind === 'score' ? figure : t('figure.atLeast', { figure })
}

/** A score in the colour of its band, with its sign; `short` for a cell of a grid, where the word is for the screen reader only. */
export const ScoreMark = ({ score, short = false }: { readonly score: Exclude<WarningScore, { kind: 'not-used' }>; readonly short?: boolean }) => {
  // Of an incomplete score the band that is certain already is shown: what was not measured can only make it worse.
  const isCertain = score.kind === 'score' || !['none', 'low'].includes(score.level)
  const word = score.kind === 'score' ? levelWord(score.used.chart, score.level) : score.atLeast > 0 ? t('incomplete.atLeast', { points: score.atLeast }) : t('incomplete')
  const sign = isCertain ? bandSigns[score.level] : ''
  return (
    <span className="score" data-chart={score.used.chart} data-risk={isCertain ? score.level : 'unknown'} data-short={short || undefined} title={short ? word : undefined}>
      {sign ? <span aria-hidden="true" className="score-sign">{sign}</span> : null}
      <span className="score-figure">{figureOf(score)}</span> <span className={short ? 'visually-hidden' : 'score-word'}>{word}</span>
    </span>
  )
}

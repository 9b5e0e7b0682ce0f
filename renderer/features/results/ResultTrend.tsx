import { results as words } from '../../../resources/locales/en/results'
import type { ResultPoint } from '../../../shared/contract'
import { formatDay, wording } from '../../components'
import { flagOf, unitText } from './resultLine'

const t = wording(words)
const [width, height, left, top, bottom] = [600, 150, 56, 12, 24]

/** One dot of the line. */
interface Dot {
  readonly x: number
  readonly y: number
  readonly point: ResultPoint
}

/** The numbers of a history that can stand on one axis: those in the unit of the newest, where the value is exact; oldest first. */
export const plottable = (points: readonly ResultPoint[]): readonly ResultPoint[] => {
  const numbers = points.filter(({ line }) => line.value !== undefined && line.comparator === undefined)
  return numbers.filter(({ line }) => line.unit === numbers[0]?.line.unit).reverse()
}

/** Results over time, at their distance in time; outside of the range as a filled dot. Nothing where there are fewer than two numbers. */
export const ResultTrend = ({ name, points }: { readonly name: string; readonly points: readonly ResultPoint[] }) => {
  const numbers = plottable(points)
  if (numbers.length < 2) return null
  const values = numbers.map(({ line }) => line.value ?? 0)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const margin = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1
  const times = numbers.map(({ at }) => Date.parse(at))
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const dots = numbers.map((point, index): Dot => ({
    point,
    x: left + ((times[index]! - first) / (last - first || 1)) * (width - left - 16),
    y: top + ((high + margin - values[index]!) / (high - low + 2 * margin)) * (height - top - bottom),
  }))
  const unit = unitText(numbers[0]?.line.unit ?? '')
  const yOf = (value: number) => top + ((high + margin - value) / (high - low + 2 * margin)) * (height - top - bottom)
  return (
    <svg className="result-trend" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('history.trend', { test: name, count: numbers.length, from: low, to: high, unit })}>
      {[...new Set([high, low])].map((value) => (
        <g key={value}>
          <line x1={left} x2={width - 8} y1={yOf(value)} y2={yOf(value)} className="result-trend-grid" />
          <text x={left - 8} y={yOf(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      <polyline points={dots.map(({ x, y }) => `${x},${y}`).join(' ')} className="result-trend-line" />
      {dots.map(({ x, y, point }, index) => (
        <circle key={`${point.at}-${index}`} cx={x} cy={y} r={4.5} className={flagOf(point.line) ? 'result-trend-outside' : 'result-trend-dot'} />
      ))}
      <text x={left} y={height - 6}>
        {formatDay(numbers[0]?.at ?? '')}
      </text>
      <text x={width - 8} y={height - 6} textAnchor="end">
        {formatDay(numbers.at(-1)?.at ?? '')}
      </text>
    </svg>
  )
}

import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { charting } from '../../../resources/locales/en/charting'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { shownVitalOf } from '../../../shared/records/observation/shownVital'
import { formatTime, wording } from '../../components'
import { unitOf, unitsNow, valueOf, vitalName } from '../language'
import { columnWidth, signWidth } from './Flowsheet'
import type { Cell, Flowsheet } from './flowsheet'

const t = wording(charting)
const height = 104

interface Props {
  readonly code: VitalCode
  readonly sheet: Flowsheet
  readonly band: { readonly above?: number; readonly below?: number } | undefined
  readonly pointed: number | null
  readonly onPoint: (column: number | null) => void
}

const cellsOf = (sheet: Flowsheet, code: VitalCode): readonly (Cell | undefined)[] =>
  sheet.rows.find((row) => row.code === code)?.cells ?? sheet.columns.map(() => undefined)

/** Round marks on an axis, three or four of them. */
const ticksOf = (min: number, max: number, decimals: number): readonly number[] => {
  const span = Math.max(max - min, 1e-6)
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200].find((one) => one >= 10 ** -decimals && span / one <= 5) ?? 500
  const ticks: number[] = []
  for (let at = Math.ceil(min / step) * step; at <= max + 1e-9; at += step) ticks.push(Number(at.toFixed(2)))
  return ticks
}

/**
 * One sign over time, on the columns of the flowsheet: the expected band shaded, typed values as open
 * circles, device values as filled diamonds, the value at the cursor beside the name.
 */
export const Trend = ({ code, sheet, band: stored, pointed, onPoint }: Props) => {
  const box = useRef<HTMLDivElement>(null)
  const [theme, setTheme] = useState(document.documentElement.dataset['theme'])
  const point = useRef(onPoint)
  point.current = onPoint
  const { decimals, toShown } = shownVitalOf(code, unitsNow())
  const cells = cellsOf(sheet, code)
  const values = cells.map((cell) => {
    const value = cell && valueOf(code, cell.entry.value)
    return typeof value === 'number' ? value : null
  })
  const band = stored && { ...(stored.above !== undefined && { above: toShown(stored.above) }), ...(stored.below !== undefined && { below: toShown(stored.below) }) }
  const known = values.filter((value) => value !== null)
  const low = Math.min(...known, ...(band?.above === undefined ? [] : [band.above]))
  const high = Math.max(...known, ...(band?.below === undefined ? [] : [band.below]))
  // A scale that a steady value does not fill with noise: at least ten steps of the sign's last digit.
  const margin = Math.max((high - low) * 0.12, 5 * 10 ** -decimals)
  const range: [number, number] = [low - margin, high + margin]
  const ticks = ticksOf(...range, decimals)

  useEffect(() => {
    const watch = new MutationObserver(() => setTheme(document.documentElement.dataset['theme']))
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => watch.disconnect()
  }, [])

  useEffect(() => {
    const place = box.current
    if (!place || known.length === 0) return
    const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
    const draw = (u: uPlot) => {
      const { ctx } = u
      const size = 4.5 * devicePixelRatio
      ctx.save()
      cells.forEach((cell, index) => {
        const value = values[index]
        if (!cell || value === null || value === undefined) return
        const x = u.valToPos(index, 'x', true)
        const y = u.valToPos(value, 'y', true)
        ctx.beginPath()
        if (cell.entry.origin.kind === 'device') {
          ctx.moveTo(x, y - size * 1.35)
          ctx.lineTo(x + size * 1.35, y)
          ctx.lineTo(x, y + size * 1.35)
          ctx.lineTo(x - size * 1.35, y)
          ctx.closePath()
        } else if (cell.entry.origin.kind === 'imported') ctx.rect(x - size, y - size, size * 2, size * 2)
        else ctx.arc(x, y, size, 0, Math.PI * 2)
        ctx.fillStyle = cell.entry.origin.kind === 'device' ? colour('--ink') : colour('--panel')
        ctx.strokeStyle = colour('--ink')
        ctx.lineWidth = 1.8 * devicePixelRatio
        ctx.fill()
        ctx.stroke()
      })
      ctx.restore()
    }
    const shade = (u: uPlot) => {
      const { ctx, bbox } = u
      ctx.save()
      if (band) {
        const top = band.below === undefined ? bbox.top : Math.max(bbox.top, u.valToPos(band.below, 'y', true))
        const bottom = band.above === undefined ? bbox.top + bbox.height : Math.min(bbox.top + bbox.height, u.valToPos(band.above, 'y', true))
        ctx.fillStyle = colour('--band')
        ctx.fillRect(bbox.left, top, bbox.width, bottom - top)
      }
      ctx.strokeStyle = colour('--line')
      ctx.lineWidth = devicePixelRatio
      for (const tick of ticks) {
        const y = Math.round(u.valToPos(tick, 'y', true)) + 0.5
        ctx.beginPath()
        ctx.moveTo(bbox.left, y)
        ctx.lineTo(bbox.left + bbox.width, y)
        ctx.stroke()
      }
      ctx.restore()
    }
    const plot = new uPlot(
      {
        width: columnWidth * sheet.columns.length,
        height,
        padding: [0, 0, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time: false, range: [-0.5, sheet.columns.length - 0.5] }, y: { range } },
        axes: [{ show: false }, { show: false }],
        series: [{}, { stroke: colour('--ink-2'), width: 1.5, spanGaps: true, points: { show: false } }],
        hooks: {
          drawClear: [shade],
          draw: [draw],
          setCursor: [
            (u) => {
              const left = u.cursor.left ?? -1
              point.current(left < 0 ? null : Math.max(0, Math.min(sheet.columns.length - 1, Math.floor(left / columnWidth))))
            },
          ],
        },
      },
      [sheet.columns.map((_column, index) => index), values],
      place,
    )
    return () => plot.destroy()
    // Drawn anew when the numbers, the columns or the colours change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [sheet, code, theme, decimals, band?.above, band?.below])

  const shownAt = pointed !== null && values[pointed] !== null && values[pointed] !== undefined ? pointed : lastIndex(values)
  const shown = shownAt === null ? null : values[shownAt]
  const name = vitalName(code)
  return (
    <div className="trend" style={{ width: signWidth + columnWidth * sheet.columns.length, height }}>
      <div className="trend-sign" style={{ width: signWidth, height }}>
        <strong>{name}</strong>
        <span className="trend-value">
          {shown} <span className="small faint">{unitOf(code)}</span>
        </span>
        <span className="small faint">{shownAt === null ? '' : formatTime(sheet.columns[shownAt]?.at ?? '')}</span>
        {band ? null : <span className="small faint">{t('trend.noband')}</span>}
        {ticks.map((tick) => (
          <span key={tick} className="trend-tick" style={{ top: ((range[1] - tick) / (range[1] - range[0])) * height }}>
            {tick}
          </span>
        ))}
      </div>
      <div ref={box} role="img" aria-label={t('trend.label', { name, count: known.length, value: known.at(-1) ?? '', unit: unitOf(code) })} />
    </div>
  )
}

const lastIndex = (values: readonly (number | null)[]): number | null => {
  for (let index = values.length - 1; index >= 0; index -= 1) if (values[index] !== null) return index
  return null
}

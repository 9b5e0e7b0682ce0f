import { memo, useEffect, useRef, useState } from 'react'
import type { SeriesEntry } from '../../../../shared/contract'
import { useLanguage } from '../../../components'
import { keepThumbnail } from '../storage/StudyThumbnail'
import { t } from '../words'
import { firstPlace, placesOf } from './places'

interface Props {
  readonly title: string
  /** Id of the study. */
  readonly study: string
  readonly series: readonly SeriesEntry[]
  /** UIDs of those that stand somewhere, with spaces between. */
  readonly shown: string
  /** UID of the one in the active area. */
  readonly chosen: string | undefined
  /** Small pictures wait until the first large one stands. */
  readonly ready: boolean
  readonly onChoose: (study: string, series: string) => void
}

const countOf = ({ instances }: SeriesEntry): number => instances.reduce((sum, { frames }) => sum + frames, 0)

/** The series of a study, each with a small picture. */
export const SeriesStrip = memo(function SeriesStrip({ title, study, series, shown, chosen, ready, onChoose }: Props) {
  useLanguage()
  const standing = new Set(shown.split(' '))
  return (
    <nav className="viewer-series" aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {series.map((each, index) => (
          <li key={each.seriesInstanceUid}>
            <button
              type="button"
              aria-current={each.seriesInstanceUid === chosen}
              data-shown={standing.has(each.seriesInstanceUid)}
              onClick={() => onChoose(study, each.seriesInstanceUid)}
              data-series={each.seriesInstanceUid}
            >
              {ready ? <Thumbnail series={each} {...(index === 0 && { study })} /> : <span className="viewer-thumb" />}
              <span className="viewer-series-words">
                <strong>
                  {each.modality} {each.number ?? ''}
                </strong>
                <span>{each.description !== '' ? each.description : t('viewer.series.noName')}</span>
                <span className="faint">{countOf(each) === 1 ? t('viewer.series.image') : t('viewer.series.images', { count: countOf(each) })}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
})

/** The middle of a stack, or the first picture; nothing where there is no picture. `study`: the chart keeps it as the study's. */
const Thumbnail = ({ series, study }: { readonly series: SeriesEntry; readonly study?: string }) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [drawn, setDrawn] = useState(false)
  useEffect(() => {
    const { places, pictures } = placesOf(series)
    const place = places[firstPlace(places)]?.picture === undefined ? places.find(({ picture }) => picture !== undefined) : places[firstPlace(places)]
    const picture = place?.picture === undefined ? undefined : pictures[place.picture]
    const box = canvas.current
    if (!picture || !box) return
    let gone = false
    // After what stands on the glass has fetched its neighbours: nobody waits for this one.
    const draw = async () => {
      const { drawThumbnail } = await import('./engine')
      const done = !gone && (await drawThumbnail(box, picture))
      if (!gone) setDrawn(done)
      if (!gone && done && study !== undefined) keepThumbnail(study, box)
    }
    const later = setTimeout(() => void draw().catch(() => undefined), 300)
    return () => {
      gone = true
      clearTimeout(later)
    }
  }, [series, study])
  return (
    <span className="viewer-thumb" data-drawn={drawn} aria-hidden="true">
      <canvas ref={canvas} width={96} height={96} />
    </span>
  )
}

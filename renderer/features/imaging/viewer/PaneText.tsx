import type { StudyEntry } from '../../../../shared/contract'
import { inFileWords, nameOfStudy, t, whenOf } from '../words'
import { orientationMarks } from './orientation'
import type { PaneContext } from './parts'
import { v } from './words'

/** One decimal. */
export const round = (value: number): number => Math.round(value * 10) / 10

interface CornersProps {
  readonly pane: PaneContext
  /** Index of the place asked for, while another one is on the glass. */
  readonly wanted: number
  /** Whether what the files say of the patient stands beside it. */
  readonly showInFile: boolean
  /** Images a second, while it plays. */
  readonly playing: number | undefined
  readonly study: StudyEntry
}

/** What stands in the corners of a picture: who, when, which, how. It is of the picture on the glass. */
export const PaneCorners = ({ pane, wanted, showInFile, playing, study }: CornersProps) => {
  const { patient, series, places, at, place, shown } = pane
  const seriesName = series.description !== '' ? series.description : t('viewer.series.noName')
  return (
    <>
      <div className="viewer-corner" data-corner="top-left">
        <span>{`${patient.family.toUpperCase()}, ${patient.given} · ${patient.number}`}</span>
        {showInFile ? <span>{t('viewer.inFile', { words: inFileWords(study) })}</span> : null}
      </div>
      <div className="viewer-corner" data-corner="top-right">
        <span>{nameOfStudy(study)}</span>
        <span>{whenOf(study.started)}</span>
      </div>
      <div className="viewer-corner" data-corner="bottom-left">
        <span>
          {series.modality} {series.number ?? ''} {seriesName}
        </span>
        <span>
          {t('viewer.slice', { number: at + 1, count: places.length })}
          {place?.frame !== undefined ? ` · ${t('viewer.frame', { number: place.frame })}` : ''}
          {place?.location !== undefined ? ` · ${t('viewer.location', { mm: round(place.location).toFixed(1) })}` : ''}
        </span>
        {shown && at !== wanted && playing === undefined ? <span>{t('viewer.slice.loading', { number: wanted + 1 })}</span> : null}
      </div>
      <div className="viewer-corner" data-corner="bottom-right">
        {playing !== undefined ? <span>{v('cine.playing', { rate: round(playing) })}</span> : null}
        {shown?.window ? <span>{t('viewer.window', { width: round(shown.window.width), centre: round(shown.window.centre) })}</span> : null}
        {shown ? <span>{t('viewer.zoom', { percent: Math.round(shown.zoom * 100) })}</span> : null}
      </div>
    </>
  )
}

/** Letters at the edges: which side of the patient lies there, however the picture is turned. */
export const PaneMarks = ({ pane: { shown } }: { readonly pane: PaneContext }) => {
  if (!shown) return null
  const marks = orientationMarks({ ...(shown.plane && { orientation: shown.plane.orientation }), ...(shown.letters && { letters: shown.letters }) }, shown.axes)
  if (!marks) {
    return (
      <span className="viewer-mark" data-edge="bottom">
        {t('viewer.noMarks')}
      </span>
    )
  }
  return (['top', 'right', 'bottom', 'left'] as const).map((edge) => (
    <span key={edge} className="viewer-mark" data-edge={edge}>
      {marks[edge]}
    </span>
  ))
}

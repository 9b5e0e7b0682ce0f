import { useCallback, useEffect, useRef, useState } from 'react'
import { shell, useAct, useAnswer } from '../../../client'
import { Button, Choice, Notice, Panel, ProblemNotice, Progress } from '../../../components'
import { framesASecond, loopOf } from '../viewer/cine'
import { placesOf } from '../viewer/places'
import type { PaneContext } from '../viewer/parts'
import { nameOfStudy, whenOf } from '../words'
import { drawnOf, mostFrames, movingFile, pictureFile, type Drawn, type Wanted } from './drawn'
import { PrintedSheet } from './PrintedSheet'
import { x } from './words'
import './export.css'

/** A picture that is to be printed, and what stands under it. */
interface OnSheet extends Wanted {
  readonly id: string
  /** Which examination it is of: a sheet may hold pictures of several, to compare them. */
  readonly study: string
  readonly caption: string
}

/** More would take a printer, and a person, too long. */
const mostOnSheet = 24
/** Where a file does not say how fast it plays. */
const usualRate = 10

/** The picture on the glass, as it is drawn. */
const onGlass = ({ place, series, shown }: PaneContext): Wanted | undefined => {
  const picture = place?.picture === undefined ? undefined : placesOf(series).pictures[place.picture]
  return picture && { picture, ...(shown?.window && !shown.colour && { window: shown.window }), ...(shown?.invert && { invert: true }) }
}

const seriesWords = ({ series }: PaneContext): string => [series.modality, series.number, series.description].filter((part) => part !== undefined && part !== '').join(' ')

const studyWords = ({ study }: PaneContext): string => `${nameOfStudy(study)} · ${whenOf(study.started)}`

const captionOf = (pane: PaneContext, wanted: Wanted, number: number): string =>
  [x('pictures.item', { series: seriesWords(pane), number }), ...(wanted.window ? [x('sheet.window', { width: Math.round(wanted.window.width), centre: Math.round(wanted.window.centre) })] : [])].join(' · ')

/** Prints pictures on a sheet with the patient's header, and keeps them as files. */
export const PicturesPanel = ({ pane, onClose }: { readonly pane: PaneContext; readonly onClose: () => void }) => {
  const [sheet, setSheet] = useState<readonly OnSheet[]>([])
  const [onPage, setOnPage] = useState<'1' | '4'>('4')
  const [printing, setPrinting] = useState<readonly (OnSheet & Drawn)[]>()
  const [failure, setFailure] = useState<string>()
  const { value: annotations } = useAnswer('listAnnotations', { patient: pane.patient.id, study: pane.study.id })
  const wanted = onGlass(pane)
  const add = (more: readonly OnSheet[]) => setSheet((before) => [...before, ...more.filter(({ id }) => before.every((each) => each.id !== id))].slice(0, mostOnSheet))
  const keys = (annotations ?? []).filter(({ kind, removedBy, place }) => kind === 'key-image' && removedBy === undefined && place.series === pane.series.seriesInstanceUid)
  const addKeys = () => {
    const { places, pictures } = placesOf(pane.series)
    add(
      keys.flatMap(({ id, place, label }) => {
        const at = places.findIndex(({ sopInstanceUid, frame }) => sopInstanceUid === place.instance && (frame ?? 1) === place.frame)
        const index = places[at]?.picture
        const picture = index === undefined ? undefined : pictures[index]
        return picture ? [{ id: `key ${id}`, study: studyWords(pane), picture, caption: [captionOf(pane, { picture }, at + 1), label].filter(Boolean).join(' · ') }] : []
      }),
    )
  }
  const print = async () => {
    setFailure(undefined)
    try {
      const drawn = []
      for (const each of sheet) drawn.push({ ...each, ...(await drawnOf(each)) })
      setPrinting(drawn)
    } catch {
      setFailure(x('pictures.notDrawn'))
    }
  }
  const printed = useCallback(() => setPrinting(undefined), [])
  const studies = [...new Set(sheet.map(({ study }) => study))]
  const underPicture = ({ study, caption }: OnSheet): string => (studies.length > 1 ? `${study} · ${caption}` : caption)
  return (
    <Panel id="imaging-pictures" title={x('pictures')} className="pictures" actions={<Button onClick={onClose}>{x('pictures.close')}</Button>}>
      <h3>{x('pictures.sheet')}</h3>
      {failure ? <Notice tone="abnormal" role="alert" title={failure} /> : null}
      <div className="acts">
        <Button disabled={!wanted || sheet.length >= mostOnSheet} onClick={() => wanted && add([{ ...wanted, id: `${wanted.picture.sopInstanceUid} ${wanted.picture.frame ?? 1}`, study: studyWords(pane), caption: captionOf(pane, wanted, pane.at + 1) }])}>
          {x('pictures.add')}
        </Button>
        {keys.length > 0 ? <Button onClick={addKeys}>{x('pictures.key')}</Button> : null}
      </div>
      {sheet.length === 0 ? <p className="faint">{x('pictures.empty')}</p> : null}
      {sheet.length >= mostOnSheet ? <p role="status">{x('pictures.full', { count: mostOnSheet })}</p> : null}
      <ol className="pictures-list">
        {sheet.map((each) => (
          <li key={each.id}>
            <span>{underPicture(each)}</span>
            <Button kind="quiet" onClick={() => setSheet((before) => before.filter(({ id }) => id !== each.id))} aria-label={x('pictures.remove.label', { picture: underPicture(each) })}>
              {x('pictures.remove')}
            </Button>
          </li>
        ))}
      </ol>
      <Choice label={x('pictures.layout')} value={onPage} options={[{ value: '1', label: x('pictures.layout.1') }, { value: '4', label: x('pictures.layout.4') }]} onChoose={setOnPage} />
      <div className="acts">
        <Button kind="main" disabled={sheet.length === 0} busy={printing !== undefined} onClick={() => void print()}>
          {x('pictures.print')}
        </Button>
      </div>
      <SaveAsFile pane={pane} wanted={wanted} />
      {printing ? (
        <PrintedSheet patient={pane.patient} title={studies.join(' | ')} onPrinted={printed}>
          {pagesOf(printing, Number(onPage)).map((page) => (
            <div className="printed-page" data-on-page={onPage} key={page[0]?.id}>
              {page.map((each) => (
                <figure key={each.id}>
                  <img src={each.url} alt="" style={{ aspectRatio: String(each.aspect) }} />
                  <figcaption>{underPicture(each)}</figcaption>
                </figure>
              ))}
            </div>
          ))}
          <p>{x('sheet.notForDiagnosis')}</p>
        </PrintedSheet>
      ) : null}
    </Panel>
  )
}

/** As many on each page. */
export const pagesOf = <Thing,>(things: readonly Thing[], onPage: number): Thing[][] => Array.from({ length: Math.ceil(things.length / onPage) }, (_, page) => things.slice(page * onPage, (page + 1) * onPage))

const SaveAsFile = ({ pane, wanted }: { readonly pane: PaneContext; readonly wanted: Wanted | undefined }) => {
  const [save, { busy, problem }] = useAct('savePicture')
  const [said, setSaid] = useState<{ readonly tone: 'done' | 'abnormal'; readonly words: string }>()
  const [drawing, setDrawing] = useState<{ readonly done: number; readonly of: number }>()
  const stop = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  const keep = async (type: 'png' | 'jpeg' | 'gif', make: () => Promise<Uint8Array<ArrayBuffer>>) => {
    setSaid(undefined)
    const folder = await shell.chooseFolder()
    if (folder === null) return
    try {
      const bytes = await make()
      const answer = await save({ patient: pane.patient.id, study: pane.study.id, folder, type, bytes })
      if (answer.ok) setSaid({ tone: 'done', words: x('pictures.saved', { path: answer.value.path }) })
    } catch {
      setSaid({ tone: 'abnormal', words: x('pictures.failed') })
    } finally {
      setDrawing(undefined)
    }
  }
  const { first, last } = loopOf(pane.places, pane.at)
  const frames = last - first + 1
  const moving = async () => {
    if (!wanted) throw new Error('nothing is on the glass')
    stop.current = new AbortController()
    const { pictures } = placesOf(pane.series)
    const { picture: _one, ...look } = wanted
    const loop = pane.places.slice(first, last + 1).flatMap(({ picture }) => {
      const each = picture === undefined ? undefined : pictures[picture]
      return each ? [{ picture: each, ...look }] : []
    })
    const rate = framesASecond(pane.place?.picture === undefined ? {} : (pane.view?.attributes(pane.place.picture) ?? {})) ?? usualRate
    return movingFile(loop, rate, (done) => setDrawing({ done, of: loop.length }), stop.current.signal)
  }
  const isBusy = busy || drawing !== undefined
  return (
    <>
      <h3>{x('pictures.file')}</h3>
      <p className="faint">{wanted ? x('pictures.file.text') : x('pictures.none')}</p>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {said ? <Notice tone={said.tone} role="status" title={said.words} /> : null}
      {drawing ? <Progress label={x('pictures.gif.drawing', drawing)} {...drawing} /> : null}
      <div className="acts">
        {(['png', 'jpeg'] as const).map((type) => (
          <Button key={type} disabled={!wanted} busy={isBusy} onClick={() => wanted && void keep(type, () => pictureFile(wanted, type))}>
            {x(`pictures.${type}`)}
          </Button>
        ))}
        {frames > 1 ? (
          <Button disabled={!wanted || frames > mostFrames} busy={isBusy} onClick={() => void keep('gif', moving)}>
            {x('pictures.gif')}
          </Button>
        ) : null}
      </div>
      {frames > mostFrames ? <p className="faint">{x('pictures.gif.long', { count: mostFrames })}</p> : null}
    </>
  )
}

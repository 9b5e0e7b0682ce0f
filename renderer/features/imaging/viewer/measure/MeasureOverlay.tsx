import { useRef, useState } from 'react'
import type { AnnotationEntry } from '../../../../../shared/contract'
import { pointsOf, type Point, type ShapeKind } from '../../../../../shared/standards/dicom/calibration'
import { clinic } from '../../../../client'
import { Button, Notice, ProblemNotice, useKeys, Waiting, type Refusal } from '../../../../components'
import { t } from '../../words'
import type { PaneContext } from '../parts'
import { AnnotationShape, Cross } from './AnnotationShape'
import { kindWords, linesOf, nameOf } from './lines'
import { toGlass } from './placing'
import { shapeOfHand } from './shapeKind'
import { preview, type Sketch } from './sketch'
import { drop, keep, save, useChosen, withoutUnit } from './unsaved'
import { isOn, useAnnotations } from './useAnnotations'
import { useDrawing, type Moved } from './useDrawing'
import { useKeyImage } from './useKeyImage'
import { measureShape, useMeaning } from './useMeaning'
import { useOtherButtons } from './useOtherButtons'
import { m } from './words'
import './measure.css'

/** What is measured and marked on a picture, and the drawing of it. */
export const MeasureOverlay = ({ pane }: { readonly pane: PaneContext }) => {
  const { patient, study, series, place, view, shown, active } = pane
  const kind = shapeOfHand(pane.hand)
  const annotations = useAnnotations(pane)
  const { saved, unsaved, maySave, person, problem: unread, refresh } = annotations
  const here = saved.filter((each) => isOn(pane, each.place))
  const shapes = here.filter((each): each is AnnotationEntry & { readonly kind: ShapeKind } => each.kind !== 'key-image')
  const drafts = unsaved.filter((each) => isOn(pane, each.place))
  const hasShapes = kind !== undefined || shapes.length > 0 || drafts.length > 0
  const { meaning, grid, problem } = useMeaning(pane, kind !== undefined)
  const [chosen, choose] = useChosen()
  const [refused, setRefused] = useState<Refusal>()
  const surface = useRef<SVGSVGElement>(null)
  useOtherButtons(surface, view)
  const size = surface.current?.clientWidth ? { width: surface.current.clientWidth, height: surface.current.clientHeight } : undefined
  const instance = series.instances.find(({ sopInstanceUid }) => sopInstanceUid === place?.sopInstanceUid)
  const isOnGlass = shown !== undefined && shown.index === place?.picture
  const placing = isOnGlass && hasShapes ? view?.placing() : undefined
  const picture = place && { study: study.studyInstanceUid, series: series.seriesInstanceUid, instance: place.sopInstanceUid, frame: place.frame ?? 1 }
  const measureOf = (of: ShapeKind, points: readonly Point[]) => meaning && measureShape({ kind: of, points }, meaning, grid)

  const drawn = (of: ShapeKind, points: readonly Point[]): void => {
    const found = measureOf(of, points)
    if (found && picture && person !== undefined) keep({ by: person, patient: patient.id, study: study.id, place: picture, kind: of, points, ...found }, maySave)
  }
  const moved = async ({ id, points }: Moved): Promise<void> => {
    const entry = shapes.find((each) => each.id === id)
    const found = entry && measureOf(entry.kind, points)
    if (!entry || !found) return
    const answer = await clinic.changeAnnotation({
      patient: patient.id, study: study.id, annotation: id, version: entry.version, points: points.map(([x, y]) => [x, y]), ...(found.values && { values: withoutUnit(found.values) }),
    })
    setRefused(answer.ok ? undefined : answer.problem)
    refresh()
  }
  const keyImage = useKeyImage(pane, annotations)
  const drawing = useDrawing({
    picture: `${place?.sopInstanceUid} ${place?.frame ?? 1}`, kind: meaning ? kind : undefined, placing, columns: instance?.columns ?? 0, rows: instance?.rows ?? 0, listens: active && kind !== undefined,
    onDrawn: drawn, onMoved: (shape) => void moved(shape), onLeave: () => choose(undefined),
  })
  useKeys(t('keys'), [
    ...(active && maySave && isOnGlass ? [{ keys: 'K', does: keyImage.does, run: () => void keyImage.toggle() }] : []),
    ...(active && kind ? [{ keys: 'Enter', does: m('drawing.start') }] : []),
  ])

  const { sketch, keyCursor } = drawing
  return (
    <>
      <svg ref={surface} className="measure" data-takes={kind !== undefined && meaning !== undefined} role="group" aria-label={m('drawing')} {...drawing.surface}>
        {placing
          ? shapes.map((entry) => {
              const isMoved = drawing.moved?.id === entry.id
              const points = isMoved && drawing.moved ? drawing.moved.points : entry.drawing.points
              const found = isMoved ? measureOf(entry.kind, points) : undefined
              const lines = linesOf(entry.kind, found?.measured ?? entry.drawing.measured, found ? found.values : entry.drawing.values, entry.label)
              const isChosen = chosen === entry.id
              return (
                <g key={entry.id} data-annotation={entry.id} onBlur={drawing.letGo}>
                  <AnnotationShape
                    kind={entry.kind}
                    points={points}
                    placing={placing}
                    lines={lines}
                    size={size}
                    chosen={isChosen}
                    {...(kind && {
                      onPress: (event) => {
                        if (sketch) return
                        event.stopPropagation()
                        choose(isChosen ? undefined : entry.id)
                      },
                    })}
                    {...(kind && isChosen && maySave && {
                      handleName: (index: number) => m('handle', { what: nameOf(entry), number: index + 1 }),
                      onHandle: (index, event) => drawing.take(entry.id, points, index, event),
                      onHandleKey: (index, event) => drawing.nudge(entry.id, points, index, event),
                    })}
                  />
                </g>
              )
            })
          : null}
        {placing
          ? drafts.map((draft) =>
              draft.kind === 'key-image' ? null : (
                <AnnotationShape key={draft.key} unsaved size={size} kind={draft.kind} points={draft.points} placing={placing} lines={[...linesOf(draft.kind, draft.measured, draft.values, ''), ...(draft.state === 'kept' ? [m('drawing.unsaved')] : [])]} />
              ),
            )
          : null}
        {placing && sketch ? <Sketched sketch={sketch} placing={placing} size={size} measureOf={measureOf} /> : null}
        {placing && keyCursor ? <KeyCursor at={toGlass(placing, keyCursor)} /> : null}
      </svg>
      {keyImage.marked ? (
        <div className="measure-key-image">
          <span aria-hidden="true">★</span> {kindWords('key-image')}
        </div>
      ) : null}
      <div className="measure-said">
        {keyCursor && kind ? (
          <div className="measure-hint" role="status">
            {m('drawing.point', { number: (sketch?.points.length ?? 0) + 1, count: pointsOf[kind] })}
          </div>
        ) : null}
        {kind && !meaning && !problem ? <Waiting>{m('calibration.loading')}</Waiting> : null}
        {kind && problem ? <ProblemNotice problem={problem} /> : null}
        {unread ? <ProblemNotice problem={unread} onAgain={refresh} /> : null}
        {refused ? <ProblemNotice problem={refused} onAgain={() => setRefused(undefined)} /> : null}
        {keyImage.problem ? <ProblemNotice problem={keyImage.problem} onAgain={() => void keyImage.toggle()} /> : null}
        {drafts
          .filter(({ state }) => state === 'failed')
          .map((draft) => (
            <Notice
              key={draft.key}
              tone="abnormal"
              role="alert"
              title={m('drawing.failed')}
              actions={
                <>
                  <Button onClick={() => void save(draft)}>{m('drawing.again')}</Button>
                  <Button kind="quiet" onClick={() => drop(draft.key)}>
                    {m('drawing.drop')}
                  </Button>
                </>
              }
            />
          ))}
      </div>
    </>
  )
}

interface SketchedProps {
  readonly sketch: Sketch
  readonly placing: NonNullable<ReturnType<NonNullable<PaneContext['view']>['placing']>>
  readonly size: { readonly width: number; readonly height: number } | undefined
  readonly measureOf: (kind: ShapeKind, points: readonly Point[]) => ReturnType<typeof measureShape> | undefined
}

/** The shape as it would be, with its numbers where it has all its points. */
const Sketched = ({ sketch, placing, size, measureOf }: SketchedProps) => {
  const points = preview(sketch)
  if (!points) return <KeyCursor at={toGlass(placing, sketch.cursor)} />
  const found = points.length === pointsOf[sketch.kind] ? measureOf(sketch.kind, points) : undefined
  return <AnnotationShape unsaved size={size} kind={sketch.kind} points={points} placing={placing} lines={found ? linesOf(sketch.kind, found.measured, found.values, '') : []} />
}

const KeyCursor = ({ at: [x, y] }: { readonly at: readonly [number, number] }) => <Cross x={x} y={y} cursor />

import { useEffect, useId, useMemo, useRef, type CSSProperties, type PointerEvent } from 'react'
import { Button, Notice } from '../../../../components'
import { orientationMarks } from '../orientation'
import type { PaneContext } from '../parts'
import { setCrosshair, useCrosshair } from './crosshair'
import { useVolume } from './useVolume'
import { cutVolume, greysOf, layoutOf, nameOfPlane, type Cut, type Layout, type Volume } from './volume'
import { p } from './words'
import './planes.css'

interface Props {
  readonly pane: PaneContext
  readonly onClose: () => void
}

/** Two further planes through a stack, cut where the crosshair stands; they turn the stack, and the stack moves their line. */
export const PlanesPanel = ({ pane, onClose }: Props) => {
  const planes = useVolume(pane)
  return (
    <section className="planes" aria-label={p('planes')}>
      <div className="panel-head">
        <h3>{p('planes')}</h3>
        <Button kind="quiet" onClick={onClose}>
          {p('close')}
        </Button>
      </div>
      {planes.state === 'loading' ? <p className="planes-note" role="status">{p('loading', { loaded: planes.loaded, all: planes.all })}</p> : null}
      {planes.state === 'refused' ? (
        <Notice tone="abnormal" title={p('refused')}>
          <p>{p(`refused.${planes.why}`)}</p>
        </Notice>
      ) : null}
      {planes.state === 'ready' ? <Cuts pane={pane} volume={planes.volume} /> : null}
    </section>
  )
}

const Cuts = ({ pane, volume }: { readonly pane: PaneContext; readonly volume: Volume }) => {
  const uid = pane.series.seriesInstanceUid
  const crosshair = useCrosshair(uid)
  useEffect(() => {
    setCrosshair({ series: uid, row: Math.floor(volume.rows / 2), column: Math.floor(volume.columns / 2) })
    return () => setCrosshair(undefined)
  }, [uid, volume])
  if (!crosshair) return null
  return (
    <>
      <CutView pane={pane} volume={volume} cut="rows" at={crosshair.row} across={crosshair.column} onMove={(at, across) => setCrosshair({ series: uid, row: at, column: across })} />
      <CutView pane={pane} volume={volume} cut="columns" at={crosshair.column} across={crosshair.row} onMove={(at, across) => setCrosshair({ series: uid, row: across, column: at })} />
      <p className="planes-note small">{p('note')}</p>
    </>
  )
}

/** Millimetres are as long across as down. */
const proportions = ({ widthMm, heightMm }: Layout): CSSProperties => ({ aspectRatio: `${widthMm} / ${heightMm}`, ['--wide-to-high' as 'width']: widthMm / heightMm })

interface CutProps {
  readonly pane: PaneContext
  readonly volume: Volume
  readonly cut: Cut
  /** Row, or column, at which it is cut. */
  readonly at: number
  /** Where the other plane cuts this one. */
  readonly across: number
  readonly onMove: (at: number, across: number) => void
}

const CutView = ({ pane, volume, cut, at, across, onMove }: CutProps) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const label = useId()
  const layout = useMemo(() => layoutOf(volume, cut), [volume, cut])
  const picture = useMemo(() => cutVolume(volume, cut, at), [volume, cut, at])
  const [centre, width] = [pane.shown?.window?.centre, pane.shown?.window?.width]
  const invert = pane.shown?.invert ?? false
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || centre === undefined || width === undefined) return
    context.putImageData(new ImageData(greysOf(picture, { centre, width }, invert), picture.width, picture.height), 0, 0)
  }, [picture, centre, width, invert])

  const count = volume.slices.length
  const slice = volume.slices.findIndex(({ place }) => place === pane.at)
  const wide = cut === 'rows' ? volume.columns : volume.rows
  const x = ((layout.mirrored ? wide - 1 - across : across) + 0.5) / wide
  const y = slice < 0 ? undefined : ((layout.upsideDown ? count - 1 - slice : slice) + 0.5) / count
  const marks = orientationMarks({ orientation: [...layout.right, ...layout.down] })
  const name = p(`plane.${nameOfPlane(layout.right, layout.down)}`)
  const deep = cut === 'rows' ? volume.rows : volume.columns
  const point = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return
    event.currentTarget.setPointerCapture?.(event.pointerId)
    const box = event.currentTarget.getBoundingClientRect()
    const left = Math.min(wide - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * wide)))
    const top = Math.min(count - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * count)))
    onMove(at, layout.mirrored ? wide - 1 - left : left)
    const place = volume.slices[layout.upsideDown ? count - 1 - top : top]?.place
    if (place !== undefined) pane.go(place)
  }
  return (
    <figure className="planes-cut" data-plane={cut}>
      <figcaption id={label}>{name}</figcaption>
      <div className="planes-black">
        <div className="planes-picture" style={proportions(layout)} onPointerDown={point} onPointerMove={point}>
          <canvas ref={canvas} width={picture.width} height={picture.height} role="img" aria-labelledby={label} />
          <span className="planes-line" data-line="across" style={{ left: `${x * 100}%` }} />
          {y === undefined ? null : <span className="planes-line" data-line="slice" style={{ top: `${y * 100}%` }} />}
        </div>
        {marks
          ? (['top', 'right', 'bottom', 'left'] as const).map((edge) => (
              <span key={edge} className="viewer-mark" data-edge={edge}>
                {marks[edge]}
              </span>
            ))
          : null}
      </div>
      <input
        className="viewer-slider"
        type="range"
        min={1}
        max={deep}
        value={at + 1}
        aria-label={name}
        aria-valuetext={p('at', { number: at + 1, count: deep })}
        onChange={({ target }) => onMove(Number(target.value) - 1, across)}
      />
    </figure>
  )
}

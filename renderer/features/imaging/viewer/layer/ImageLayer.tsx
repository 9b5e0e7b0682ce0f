import { useEffect, useMemo, useState } from 'react'
import type { PaneContext } from '../parts'
import { readOverlays, type FileOverlays } from './bits'
import { shuttersOf, shutterPath } from './shutter'

/** What the file itself lays over its picture: overlays (60xx), and shutters that blacken what is outside. */
export const ImageLayer = ({ pane: { place, shown, view, series } }: { readonly pane: PaneContext }) => {
  const picture = place?.picture
  const attributes = useMemo(() => (picture === undefined ? {} : (view?.attributes(picture) ?? {})), [view, picture])
  const instance = series.instances.find(({ sopInstanceUid }) => sopInstanceUid === place?.sopInstanceUid)
  const hasOverlay = attributes['OverlayRows'] !== undefined && attributes['OverlayData'] !== undefined
  const overlays = useOverlays(hasOverlay ? instance?.url : undefined)
  const frame = place?.frame ?? 1
  const drawn = useMemo(() => overlays?.frame(frame) ?? [], [overlays, frame])
  const shutters = useMemo(() => shuttersOf(attributes), [attributes])
  const placing = shown && (drawn.length > 0 || shutters.length > 0) ? view?.placing() : undefined
  if (!placing || !instance) return null
  return (
    <svg className="viewer-overlay" aria-hidden="true">
      <g transform={`matrix(${placing.join(' ')})`}>
        {drawn.map(({ group, url, ...box }) => (
          <image key={group} href={url} {...box} preserveAspectRatio="none" style={{ imageRendering: 'pixelated' }} data-overlay={group} />
        ))}
        {shutters.map((shutter) => (
          <path key={shutter.shape} d={shutterPath(shutter, instance.columns, instance.rows)} fillRule="evenodd" fill="#000" data-shutter={shutter.shape} />
        ))}
      </g>
    </svg>
  )
}

/** The file is read once more, by itself: what Cornerstone keeps of it holds one overlay only. */
const useOverlays = (url: string | undefined): FileOverlays | undefined => {
  const [read, setRead] = useState<{ readonly url: string; readonly overlays: FileOverlays }>()
  useEffect(() => {
    if (url === undefined) return
    let gone = false
    const open = async () => {
      const answer = await fetch(url)
      if (!answer.ok) return
      const overlays = readOverlays(new Uint8Array(await answer.arrayBuffer()))
      if (!gone) setRead({ url, overlays })
    }
    // Without its overlay the picture is still the picture.
    open().catch(() => undefined)
    return () => {
      gone = true
    }
  }, [url])
  return read?.url === url ? read?.overlays : undefined
}

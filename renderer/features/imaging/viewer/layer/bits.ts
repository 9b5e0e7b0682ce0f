import { formOf, openFile, overlayBit, overlayFrame, overlayPlanes, readElements, tags, type OverlayPlane } from '../../../../../shared/standards/dicom'

/** An overlay of a picture, drawn. */
export interface DrawnOverlay {
  readonly group: string
  /** A picture with a see-through ground. */
  readonly url: string
  /** Where it lies, in pixels of the picture. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The overlays of a file, and how to draw one of its frames. */
export interface FileOverlays {
  readonly frame: (frame: number) => readonly DrawnOverlay[]
}

/** Pale yellow, told from the greys of the picture. */
const colour = [243, 210, 91, 255] as const

/** Reads the overlays of a Part 10 file as the viewer gets it. */
export const readOverlays = (bytes: Uint8Array): FileOverlays => {
  const opening = openFile(bytes)
  if (!opening) return { frame: () => [] }
  const form = formOf(opening.transferSyntaxUid)
  const planes = overlayPlanes(bytes, readElements(bytes, opening.dataSetAt, form, tags.PixelData).byTag, form)
  return {
    frame: (frame) =>
      planes.flatMap((plane) => {
        const index = overlayFrame(plane, frame)
        const url = index === undefined ? undefined : draw(bytes, plane, index)
        return url === undefined ? [] : [{ group: plane.group, url, x: plane.origin[1] - 1, y: plane.origin[0] - 1, width: plane.columns, height: plane.rows }]
      }),
  }
}

const draw = (bytes: Uint8Array, plane: OverlayPlane, frame: number): string | undefined => {
  const canvas = document.createElement('canvas')
  canvas.width = plane.columns
  canvas.height = plane.rows
  const context = canvas.getContext('2d')
  if (!context) return undefined
  const picture = context.createImageData(plane.columns, plane.rows)
  for (let row = 0; row < plane.rows; row++) {
    for (let column = 0; column < plane.columns; column++) {
      if (overlayBit(bytes, plane, frame, row, column)) picture.data.set(colour, (row * plane.columns + column) * 4)
    }
  }
  context.putImageData(picture, 0, 0)
  return canvas.toDataURL()
}

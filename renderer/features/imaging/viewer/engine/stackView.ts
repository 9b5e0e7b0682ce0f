import { cache, Enums, eventTarget, imageLoader, RenderingEngine, type StackViewport, type Types } from '@cornerstonejs/core'
import type { Axes } from '../orientation'
import type { Plane, Vector } from '../plane'
import type { Window } from '../presets'
import { asDrawn, attributesOf, imageIdOf, planeOf, type Picture } from './picture'
import { fetchAround } from './prefetch'
import { keepPictures, onProcessor, start } from './start'
import { openHands } from './tools'

/** A picture as it is on the glass. */
export interface Shown {
  readonly index: number
  readonly window?: Window
  /** 1: the whole picture fits. */
  readonly zoom: number
  readonly invert: boolean
  /** How it is turned and flipped. */
  readonly axes: Axes
  /** Colours have no window. */
  readonly colour: boolean
  readonly plane?: Plane
  /** Patient Orientation (0020,0020), where the file has it. */
  readonly letters?: readonly string[]
}

/** From pixels of the picture (column, row; the corner of the first one is 0, 0) to pixels of the glass, as in CSS `matrix()`. */
export type Placing = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** A stack of pictures in an element of the page. Points on the glass are CSS pixels from its upper left corner. */
export interface StackView {
  /** Names in Cornerstone, for tools of their own. */
  readonly viewportId: string
  readonly renderingEngineId: string
  /** Name of a picture in Cornerstone. */
  imageId(index: number): string | undefined
  /** Shows a picture; resolves when it is on the glass. A later call overtakes an earlier one. */
  show(index: number): Promise<void>
  setWindow(window: Window): void
  /** The window that the file asks for; of a picture that asks for none, all its values. */
  fileWindow(index: number): Window | undefined
  /** All values of the picture. */
  wholeWindow(index: number): Window | undefined
  /** The window that the file asks for, the whole picture in the middle, neither turned nor flipped. */
  reset(): void
  /** About a point of the glass; without one about its middle. */
  zoomBy(factor: number, about?: readonly [x: number, y: number]): void
  panBy(x: number, y: number): void
  toggleInvert(): void
  /** Clockwise on the glass. */
  turn(degrees: 90 | -90): void
  /** Left and right change sides on the glass, or up and down. */
  flip(which: 'sides' | 'upsideDown'): void
  /** Gives the left button, or one finger, to a tool of Cornerstone's; `undefined` where the viewer itself follows it. */
  useTool(tool: string | undefined): void
  resize(): void
  /** Attributes of a loaded picture by keyword. */
  attributes(index: number): Readonly<Record<string, unknown>>
  planeOf(index: number): Plane | undefined
  /** Where a point of the patient is on the glass. */
  onGlass(point: Vector): readonly [x: number, y: number]
  /** The point of the patient that is under a point of the glass. */
  inPatient(x: number, y: number): Vector
  placing(): Placing | undefined
  /** Shows what is under a point of the glass larger, in another element, until it is called with `undefined`. */
  magnify(lens: HTMLDivElement, about: readonly [x: number, y: number] | undefined): void
  close(): void
}

/** What a {@link StackView} tells. */
export interface StackListener {
  shown(shown: Shown): void
  /** A picture that could not be loaded or decoded. */
  failed(index: number): void
}

/** Smallest and largest zoom, 1 being the whole picture. */
const zooms = { smallest: 0.25, largest: 20 }
/** The lens enlarges so much, and at least so that a pixel of the picture is one of the screen. */
const lensZoom = 3

let opened = 0

/** Cornerstone speaks of the first and the last value of the scale (PS3.3 §C.11.2.1.2.1), people of centre and width. */
const windowOf = ({ lower, upper }: Range): Window => ({ centre: (lower + upper) / 2 + 0.5, width: upper - lower + 1 })
const rangeOf = ({ centre, width }: Window): Range => ({ lower: centre - 0.5 - (width - 1) / 2, upper: centre - 0.5 + (width - 1) / 2 })

interface Range {
  readonly lower: number
  readonly upper: number
}

/** The window that the file asks for, or that spans its values when it asks for none. */
const fileWindowOf = (imageId: string | undefined): Window | undefined => {
  const image = imageId === undefined ? undefined : cache.getImage(imageId)
  const [centre] = [image?.windowCenter ?? []].flat()
  const [width] = [image?.windowWidth ?? []].flat()
  return centre !== undefined && width !== undefined && Number.isFinite(centre) && width >= 1 ? { centre, width } : undefined
}

const wholeWindowOf = (imageId: string | undefined): Window | undefined => {
  const image = imageId === undefined ? undefined : cache.getImage(imageId)
  if (!image || image.color || !Number.isFinite(image.minPixelValue) || !Number.isFinite(image.maxPixelValue)) return undefined
  // Where the loader has already turned stored values into those of the modality, the extremes are such values.
  const scale = image.preScale?.scaled === true ? { slope: 1, intercept: 0 } : image
  const ends = [image.minPixelValue, image.maxPixelValue].map((value) => value * (scale.slope || 1) + (scale.intercept || 0))
  return windowOf({ lower: Math.min(...ends), upper: Math.max(...ends) })
}

/** What the file says of a loaded picture: the same in every drawing of it. */
const saidOf = (imageId: string): Pick<Shown, 'colour' | 'plane' | 'letters'> => {
  const plane = planeOf(imageId)
  const letters = attributesOf(imageId)['PatientOrientation']
  return {
    colour: cache.getImage(imageId)?.color === true,
    ...(plane && { plane }),
    ...(Array.isArray(letters) && { letters: letters.map(String) }),
  }
}

/** A direction on the glass, in pixels, along rows and columns of the picture; 1 long. */
const unit = ([x, y]: readonly [number, number]): readonly [number, number] => {
  const length = Math.hypot(x, y)
  return length > 0 ? [x / length, y / length] : [0, 0]
}

/** Opens a stack in an element. */
export const openStackView = async (element: HTMLDivElement, pictures: readonly Picture[], first: number, listener: StackListener): Promise<StackView> => {
  await start()
  const id = `outpost-stack-${++opened}`
  const letGo = keepPictures()
  const engine = new RenderingEngine(id)
  engine.enableElement({ viewportId: id, element, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } })
  const viewport = engine.getViewport(id) as StackViewport
  const imageIds = pictures.map(imageIdOf)
  const hands = openHands(id, id)
  let closed = false
  let wanted = first
  let direction: 1 | -1 = 1
  let rotation = 0
  const flipped = { sides: false, upsideDown: false }

  // Rendering is also announced for an empty picture; only what was loaded counts as shown.
  let loaded: number | undefined
  let arriving: number | undefined
  let said = saidOf('')
  /** The zoom at which the whole picture fits, and its size on the glass then, before it is turned. */
  let upright = { zoom: 1, width: 1, height: 1 }
  /** The zoom at which the whole picture fits as it is turned now. */
  let fit = 1

  const inPatient = (x: number, y: number): Vector => {
    const [a = 0, b = 0, c = 0] = viewport.canvasToWorld([x, y])
    return [a, b, c]
  }
  const onGlass = ([x, y, z]: Vector): readonly [number, number] => {
    const [left, top] = viewport.worldToCanvas([x, y, z])
    return [left, top]
  }
  const placing = (): Placing | undefined => {
    const data = loaded === undefined ? undefined : viewport.getImageData()
    if (!data) return undefined
    const { origin, spacing, direction: cosines } = data
    const point = (column: number, row: number): readonly [number, number] =>
      onGlass([0, 1, 2].map((axis) => (origin[axis] ?? 0) + (cosines[axis] ?? 0) * (spacing[0] ?? 1) * column + (cosines[3 + axis] ?? 0) * (spacing[1] ?? 1) * row) as unknown as Vector)
    // On a graphics card a position is that of the middle of a pixel, on the processor that of its corner.
    const corner = onProcessor() ? 0 : -0.5
    const [e, f] = point(corner, corner)
    const [right, below] = [point(corner + 1, corner), point(corner, corner + 1)]
    return [right[0] - e, right[1] - f, below[0] - e, below[1] - f, e, f]
  }
  /** From where the picture lies, not from what was asked for. */
  const axes = (): Axes => {
    const [a, b, c, d] = placing() ?? [1, 0, 0, 1]
    const size = a * d - b * c || 1
    return { right: unit([d / size, -b / size]), down: unit([-c / size, a / size]) }
  }

  const tell = (): void => {
    if (closed || loaded === undefined) return
    const { voiRange, invert } = viewport.getProperties()
    listener.shown({
      index: loaded,
      ...(voiRange && !said.colour && { window: windowOf(voiRange) }),
      zoom: viewport.getZoom() / fit,
      invert: invert === true,
      axes: axes(),
      ...said,
    })
  }
  /** The window that a person set: it holds for the whole stack, until a reset. */
  let held: Range | undefined
  let changing = true
  const arrived = ({ detail }: Event & { detail?: { imageIdIndex?: number } }): void => {
    arriving = detail?.imageIdIndex
  }
  const windowSet = ({ detail }: Event & { detail?: { range?: Range } }): void => {
    if (!changing && detail?.range) held = detail.range
  }
  /**
   * Sets the window of the picture that has just come, always: on the processor Cornerstone draws it with the window
   * of the one before and says that it was the file's.
   */
  const settle = (): void => {
    if (closed || arriving === undefined) return
    loaded = arriving
    said = saidOf(imageIds[loaded] ?? '')
    const asked = fileWindowOf(imageIds[loaded])
    const range = held ?? (asked && rangeOf(asked))
    if (range) viewport.setProperties({ voiRange: { ...range } }, true)
    changing = false
    viewport.render()
  }
  element.addEventListener(Enums.Events.STACK_NEW_IMAGE, arrived as EventListener)
  element.addEventListener(Enums.Events.VOI_MODIFIED, windowSet as EventListener)
  element.addEventListener(Enums.Events.IMAGE_RENDERED, tell)

  const load = async (index: number): Promise<void> => {
    changing = true
    try {
      await viewport.setImageIdIndex(index)
      settle()
    } catch {
      changing = false
      if (!closed && wanted === index) listener.failed(index)
    }
  }

  const goOnFetching = (): void => void fetchAround({ imageIds, around: wanted, direction, stop: (around) => closed || wanted !== around, load: (imageId) => imageLoader.loadAndCacheImage(imageId, asDrawn()) })

  // One picture loads at a time, because Cornerstone forgets one that is overtaken while it loads. Turned faster than
  // they load, the stack skips pictures and keeps moving.
  let turning: Promise<void> | undefined
  const turn = async (): Promise<void> => {
    for (let index = -1; !closed && index !== wanted; ) {
      index = wanted
      await load(index)
    }
    turning = undefined
    goOnFetching()
  }

  const failedToLoad = ({ detail }: Event & { detail?: { imageId?: string } }): void => {
    const index = imageIds.indexOf(detail?.imageId ?? '')
    if (index >= 0 && index === wanted && !closed) listener.failed(index)
  }
  eventTarget.addEventListener(Enums.Events.IMAGE_LOAD_ERROR, failedToLoad as EventListener)

  /** Moves the picture by so many pixels of the glass. */
  const panBy = (x: number, y: number): void => {
    const { focalPoint, position } = viewport.getCamera()
    if (!focalPoint || !position) return
    const [from, to] = [inPatient(0, 0), inPatient(x, y)]
    const moved = (point: Types.Point3): Types.Point3 => [point[0] - to[0] + from[0], point[1] - to[1] + from[1], point[2] - to[2] + from[2]]
    viewport.setCamera({ focalPoint: moved(focalPoint), position: moved(position) })
  }
  const lay = (): void => {
    viewport.setCamera({ flipHorizontal: flipped.sides, flipVertical: flipped.upsideDown })
    viewport.setViewPresentation({ rotation })
  }
  /** Called where Cornerstone has just made the whole picture fit. */
  const fitted = (): void => {
    const [columns, rows] = viewport.getImageData()?.dimensions ?? [1, 1]
    const [a, b, c, d] = placing() ?? [1, 0, 0, 1]
    upright = { zoom: viewport.getZoom(), width: Math.hypot(a, b) * columns, height: Math.hypot(c, d) * rows }
    refit()
  }
  const refit = (): void => {
    const sideways = rotation % 180 !== 0
    fit = upright.zoom * (sideways ? Math.min(element.clientWidth / upright.height, element.clientHeight / upright.width) : 1)
  }

  const lensId = `${id}-lens`
  let lensOpen: Promise<StackViewport> | undefined
  /** The picture in the lens. */
  let enlargedId: string | undefined
  const openLens = async (lens: HTMLDivElement): Promise<StackViewport> => {
    engine.enableElement({ viewportId: lensId, element: lens, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } })
    return engine.getViewport(lensId) as StackViewport
  }
  const enlarge = async (enlarged: StackViewport, imageId: string): Promise<StackViewport> => {
    await enlarged.setStack([imageId])
    const { voiRange, invert } = viewport.getProperties()
    enlarged.setProperties({ ...(voiRange && { voiRange }), ...(invert !== undefined && { invert }) })
    enlarged.setCamera({ flipHorizontal: flipped.sides, flipVertical: flipped.upsideDown })
    enlarged.setViewPresentation({ rotation })
    return enlarged
  }

  const view: StackView = {
    viewportId: id,
    renderingEngineId: id,
    imageId: (index) => imageIds[index],
    show(index) {
      if (wanted === index && loaded === index) return Promise.resolve()
      if (index !== wanted) direction = index > wanted ? 1 : -1
      wanted = index
      return (turning ??= turn())
    },
    setWindow(window) {
      // Also while a picture is on its way, as when it plays: that one is shown with it, too.
      held = rangeOf(window)
      viewport.setProperties({ voiRange: rangeOf(window) })
      viewport.render()
    },
    fileWindow: (index) => fileWindowOf(imageIds[index]) ?? wholeWindowOf(imageIds[index]),
    wholeWindow: (index) => wholeWindowOf(imageIds[index]),
    reset() {
      changing = true
      held = undefined
      rotation = 0
      Object.assign(flipped, { sides: false, upsideDown: false })
      lay()
      viewport.resetCamera()
      viewport.resetProperties()
      fitted()
      settle()
    },
    zoomBy(factor, about) {
      const held = about && inPatient(...about)
      viewport.setZoom(fit * Math.min(zooms.largest, Math.max(zooms.smallest, (viewport.getZoom() / fit) * factor)))
      if (held && about) {
        const [x, y] = onGlass(held)
        panBy(about[0] - x, about[1] - y)
      }
      viewport.render()
    },
    panBy(x, y) {
      panBy(x, y)
      viewport.render()
    },
    toggleInvert() {
      viewport.setProperties({ invert: viewport.getProperties().invert !== true })
      viewport.render()
    },
    turn(degrees) {
      const zoom = viewport.getZoom() / fit
      rotation = (rotation + degrees + 360) % 360
      lay()
      refit()
      viewport.setZoom(fit * zoom)
      viewport.render()
    },
    flip(which) {
      // The picture is flipped first and turned then; what is asked for is seen from outside.
      const sideways = rotation % 180 !== 0
      const own = (which === 'sides') !== sideways ? 'sides' : 'upsideDown'
      flipped[own] = !flipped[own]
      lay()
      viewport.render()
    },
    useTool: (tool) => hands.use(tool),
    resize() {
      const zoom = viewport.getZoom() / fit
      engine.resize(true, false)
      lay()
      fitted()
      if (Number.isFinite(zoom)) viewport.setZoom(fit * zoom)
      viewport.render()
    },
    attributes: (index) => attributesOf(imageIds[index] ?? ''),
    planeOf: (index) => planeOf(imageIds[index] ?? ''),
    onGlass,
    inPatient,
    placing,
    magnify(lens, about) {
      const imageId = loaded === undefined ? undefined : imageIds[loaded]
      if (!about || imageId === undefined) {
        const open = lensOpen
        lensOpen = enlargedId = undefined
        if (open) void open.finally(() => engine.disableElement(lensId)).catch(() => undefined)
        return
      }
      lensOpen ??= openLens(lens)
      if (enlargedId !== imageId) lensOpen = lensOpen.then((enlarged) => enlarge(enlarged, imageId))
      enlargedId = imageId
      const point = inPatient(...about)
      lensOpen.then((enlarged) => {
        if (closed || !lensOpen) return
        const { focalPoint, position } = enlarged.getCamera()
        if (!focalPoint || !position) return
        const ratio = enlarged.getZoom() / scaleOf(enlarged, lens)
        enlarged.setZoom(ratio * Math.max(1, lensZoom * scaleOf(viewport, element)))
        const by = point.map((value, axis) => value - (focalPoint[axis] ?? 0))
        const moved = (from: Types.Point3) => from.map((value, axis) => value + (by[axis] ?? 0)) as Types.Point3
        enlarged.setCamera({ focalPoint: moved(focalPoint), position: moved(position) })
        enlarged.render()
      }).catch(() => undefined)
    },
    close() {
      if (closed) return
      closed = true
      element.removeEventListener(Enums.Events.STACK_NEW_IMAGE, arrived as EventListener)
      element.removeEventListener(Enums.Events.VOI_MODIFIED, windowSet as EventListener)
      element.removeEventListener(Enums.Events.IMAGE_RENDERED, tell)
      eventTarget.removeEventListener(Enums.Events.IMAGE_LOAD_ERROR, failedToLoad as EventListener)
      hands.close()
      engine.destroy()
      letGo()
    },
  }

  view.useTool(undefined)
  try {
    await viewport.setStack(imageIds, first)
    loaded = arriving
    fitted()
    settle()
    goOnFetching()
  } catch {
    listener.failed(first)
  }
  return view
}

/** Pixels of the glass that a pixel of the picture takes. */
const scaleOf = (viewport: StackViewport, element: HTMLElement): number => {
  const [from, to] = [viewport.canvasToWorld([0, 0]), viewport.canvasToWorld([0, element.clientHeight])]
  const spacing = viewport.getImageData()?.spacing[1] ?? 1
  return (element.clientHeight * spacing) / (Math.hypot(...from.map((value, axis) => value - (to[axis] ?? 0))) || 1)
}

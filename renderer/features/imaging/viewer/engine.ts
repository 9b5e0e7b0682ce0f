/**
 * The only file that knows Cornerstone3D. It is loaded when an image is opened (4 MB), never before.
 */
import {
  cache, Enums, eventTarget, imageLoader, init as initCore, metaData, RenderingEngine, setUseCPURendering, type StackViewport,
} from '@cornerstonejs/core'
import { init as initLoader } from '@cornerstonejs/dicom-image-loader'
import { Enums as MetadataEnums, metaData as storedMetaData } from '@cornerstonejs/metadata'
import {
  addTool, Enums as ToolEnums, init as initTools, PanTool, ToolGroupManager, WindowLevelTool, ZoomTool,
} from '@cornerstonejs/tools'
import dcmjs from 'dcmjs'
import { isSoftwareRenderer, rendererName } from './renderer'
import type { Window } from './presets'

/** One picture of a stack: an instance, or one frame of it. */
export interface Picture {
  readonly sopInstanceUid: string
  readonly url: string
  /** From 1; absent for an instance of one frame. */
  readonly frame?: number
}

/** What the left mouse button does. */
export type Hand = 'window' | 'pan' | 'zoom'

/** A picture as it is on the glass. */
export interface Shown {
  readonly index: number
  readonly window?: Window
  /** 1: the whole picture fits. */
  readonly zoom: number
  readonly orientation?: readonly number[]
  readonly invert: boolean
}

/** A stack of pictures in an element of the page. */
export interface StackView {
  /** Shows a picture; resolves when it is on the glass. A later call overtakes an earlier one. */
  show(index: number): Promise<void>
  setWindow(window: Window): void
  /** The window that the file asks for, the whole picture in the middle. */
  reset(): void
  zoomBy(factor: number): void
  panBy(x: number, y: number): void
  toggleInvert(): void
  useHand(hand: Hand): void
  resize(): void
  close(): void
}

/** What a {@link StackView} tells. */
export interface StackListener {
  shown(shown: Shown): void
  /** A picture that could not be loaded or decoded. */
  failed(index: number): void
}

/** Pictures kept decoded; a 512² CT slice takes half a megabyte. */
const cacheBytes = 512 * 1024 * 1024
/** Pictures fetched ahead on each side. */
const ahead = 12

let started: Promise<void> | undefined
let onProcessor = false
let opened = 0
let standing = 0

/** Starts Cornerstone once: on the processor where there is no real graphics card, which there is faster than software WebGL. */
const start = (): Promise<void> =>
  (started ??= (async () => {
    // It warns by the thousand lines on ordinary files, with what is in them.
    dcmjs.log.setLevel('silent')
    dcmjs.log.getLogger('validation.dcmjs').setLevel('silent')
    onProcessor = isSoftwareRenderer(rendererName())
    await initCore()
    setUseCPURendering(onProcessor)
    initLoader({ maxWebWorkers: 2 })
    initTools()
    for (const tool of [WindowLevelTool, PanTool, ZoomTool]) addTool(tool)
    cache.setMaxCacheSize(cacheBytes)
  })())

/** Cornerstone speaks of the first and the last value of the scale (PS3.3 §C.11.2.1.2.1), people of centre and width. */
const windowOf = ({ lower, upper }: { readonly lower: number; readonly upper: number }): Window => ({ centre: (lower + upper) / 2 + 0.5, width: upper - lower + 1 })
const rangeOf = ({ centre, width }: Window): { lower: number; upper: number } => ({ lower: centre - 0.5 - (width - 1) / 2, upper: centre - 0.5 + (width - 1) / 2 })

/** The window that the file asks for, or that spans its values when it asks for none. */
const fileRange = (imageId: string | undefined): { lower: number; upper: number } | undefined => {
  const image = imageId === undefined ? undefined : cache.getImage(imageId)
  const [centre] = [image?.windowCenter ?? []].flat()
  const [width] = [image?.windowWidth ?? []].flat()
  return centre !== undefined && width !== undefined && Number.isFinite(centre) && width >= 1 ? rangeOf({ centre, width }) : undefined
}

/** How the viewport itself would ask for a picture: colours with a fourth byte for the processor, without for a graphics card. */
const asDrawn = () => ({ useRGBA: onProcessor }) as unknown as Parameters<typeof imageLoader.loadAndCacheImage>[1]

const imageIdOf = ({ url, frame }: Picture): string => `wadouri:${url}${frame === undefined ? '' : `?frame=${frame}`}`

/** Opens a stack in an element. */
export const openStackView = async (element: HTMLDivElement, pictures: readonly Picture[], first: number, listener: StackListener): Promise<StackView> => {
  await start()
  const id = `outpost-stack-${++opened}`
  standing += 1
  const engine = new RenderingEngine(id)
  engine.enableElement({ viewportId: id, element, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } })
  const viewport = engine.getViewport(id) as StackViewport
  const imageIds = pictures.map(imageIdOf)
  const hands = ToolGroupManager.createToolGroup(id)
  let closed = false
  let wanted = first

  // Rendering is also announced for an empty picture; only what was loaded counts as shown.
  let loaded: number | undefined
  let arriving: number | undefined
  let fit = 1
  const tell = (): void => {
    if (closed || loaded === undefined) return
    const { voiRange, invert } = viewport.getProperties()
    const plane = metaData.get('imagePlaneModule', imageIds[loaded] ?? '') as { rowCosines?: number[]; columnCosines?: number[]; usingDefaultValues?: boolean } | undefined
    const orientation = plane?.rowCosines && plane.columnCosines && plane.usingDefaultValues !== true ? [...plane.rowCosines, ...plane.columnCosines] : undefined
    listener.shown({
      index: loaded,
      ...(voiRange && { window: windowOf(voiRange) }),
      zoom: viewport.getZoom() / fit,
      ...(orientation && { orientation }),
      invert: invert === true,
    })
  }
  /** The window that a person set: it holds for the whole stack, until a reset. */
  let held: { readonly lower: number; readonly upper: number } | undefined
  let changing = true
  const arrived = ({ detail }: Event & { detail?: { imageIdIndex?: number } }): void => {
    arriving = detail?.imageIdIndex
  }
  const windowSet = ({ detail }: Event & { detail?: { range?: { lower: number; upper: number } } }): void => {
    if (!changing && detail?.range) held = detail.range
  }
  /**
   * Sets the window of the picture that has just come, always: on the processor Cornerstone draws it with the window
   * of the one before and says that it was the file's.
   */
  const settle = (): void => {
    if (closed || arriving === undefined) return
    loaded = arriving
    const window = held ?? fileRange(imageIds[loaded])
    if (window) viewport.setProperties({ voiRange: { ...window } }, true)
    changing = false
    viewport.render()
  }
  element.addEventListener(Enums.Events.STACK_NEW_IMAGE, arrived as EventListener)
  element.addEventListener(Enums.Events.VOI_MODIFIED, windowSet as EventListener)
  element.addEventListener(Enums.Events.IMAGE_RENDERED, tell)

  const fetchAhead = async (around: number): Promise<void> => {
    for (let step = 1; step <= ahead; step++) {
      for (const index of [around + step, around - step]) {
        const imageId = imageIds[index]
        if (closed || wanted !== around || document.body.hasAttribute('data-locked')) return
        if (imageId === undefined || cache.isLoaded(imageId)) continue
        // Nobody asked for this one: when it cannot be had, neither can its neighbours now.
        if (!(await imageLoader.loadAndCacheImage(imageId, asDrawn()).then(() => true, () => false))) return
      }
    }
  }

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

  // One picture loads at a time, because Cornerstone forgets one that is overtaken while it loads. Turned faster than
  // they load, the stack skips pictures and keeps moving.
  let turning: Promise<void> | undefined
  const turn = async (): Promise<void> => {
    for (let index = -1; !closed && index !== wanted; ) {
      index = wanted
      await load(index)
    }
    turning = undefined
    void fetchAhead(wanted)
  }
  const show = (index: number): Promise<void> => {
    if (wanted === index && loaded === index) return Promise.resolve()
    wanted = index
    return (turning ??= turn())
  }

  const failedToLoad = ({ detail }: Event & { detail?: { imageId?: string } }): void => {
    const index = imageIds.indexOf(detail?.imageId ?? '')
    if (index >= 0 && index === wanted && !closed) listener.failed(index)
  }
  eventTarget.addEventListener(Enums.Events.IMAGE_LOAD_ERROR, failedToLoad as EventListener)

  const view: StackView = {
    show,
    setWindow(window) {
      viewport.setProperties({ voiRange: rangeOf(window) })
      viewport.render()
    },
    reset() {
      changing = true
      held = undefined
      viewport.resetCamera()
      viewport.resetProperties()
      fit = viewport.getZoom()
      settle()
    },
    zoomBy(factor) {
      viewport.setZoom(fit * Math.min(20, Math.max(0.25, (viewport.getZoom() / fit) * factor)))
      viewport.render()
    },
    panBy(x, y) {
      const [panX, panY] = viewport.getPan()
      viewport.setPan([panX + x, panY + y])
      viewport.render()
    },
    toggleInvert() {
      viewport.setProperties({ invert: viewport.getProperties().invert !== true })
      viewport.render()
    },
    useHand(hand) {
      const { Primary, Auxiliary, Secondary } = ToolEnums.MouseBindings
      const bindings = { window: Primary, pan: Auxiliary, zoom: Secondary }
      const bound = Object.entries({ ...bindings, [hand]: Primary }) as [Hand, (typeof bindings)[Hand]][]
      const names = { window: WindowLevelTool.toolName, pan: PanTool.toolName, zoom: ZoomTool.toolName }
      for (const name of Object.values(names)) hands?.setToolPassive(name, { removeAllBindings: true })
      for (const [each, button] of bound) {
        if (each !== hand && button === Primary) continue
        hands?.setToolActive(names[each], { bindings: [{ mouseButton: button }] })
      }
    },
    resize() {
      engine.resize(true, true)
    },
    close() {
      if (closed) return
      closed = true
      element.removeEventListener(Enums.Events.STACK_NEW_IMAGE, arrived as EventListener)
      element.removeEventListener(Enums.Events.VOI_MODIFIED, windowSet as EventListener)
      element.removeEventListener(Enums.Events.IMAGE_RENDERED, tell)
      eventTarget.removeEventListener(Enums.Events.IMAGE_LOAD_ERROR, failedToLoad as EventListener)
      ToolGroupManager.destroyToolGroup(id)
      engine.destroy()
      standing -= 1
      if (standing > 0) return
      // Pictures of one patient do not stay in memory for the next.
      cache.purgeCache()
      for (const module of Object.values(MetadataEnums.MetadataModules)) storedMetaData.clear(module)
    },
  }

  for (const name of [WindowLevelTool.toolName, PanTool.toolName, ZoomTool.toolName]) hands?.addTool(name)
  hands?.addViewport(id, id)
  view.useHand('window')
  try {
    await viewport.setStack(imageIds, first)
    fit = viewport.getZoom()
    settle()
    void fetchAhead(first)
  } catch {
    listener.failed(first)
  }
  return view
}

import { cache, init as initCore, setUseCPURendering } from '@cornerstonejs/core'
import { init as initLoader } from '@cornerstonejs/dicom-image-loader'
import { Enums as MetadataEnums, metaData as storedMetaData } from '@cornerstonejs/metadata'
import { addTool, init as initTools } from '@cornerstonejs/tools'
import dcmjs from 'dcmjs'
import { isSoftwareRenderer, rendererName } from '../renderer'
import { keepLean } from './lean'
import { engineTools } from './tools'

/** Pictures kept decoded; a 512² CT slice takes half a megabyte. */
const cacheBytes = 512 * 1024 * 1024

let started: Promise<void> | undefined
let processor = false
let standing = 0

/** Starts Cornerstone once: on the processor where there is no real graphics card, which there is faster than software WebGL. */
export const start = (): Promise<void> =>
  (started ??= (async () => {
    // It warns by the thousand lines on ordinary files, with what is in them.
    dcmjs.log.setLevel('silent')
    dcmjs.log.getLogger('validation.dcmjs').setLevel('silent')
    processor = isSoftwareRenderer(rendererName())
    await initCore()
    setUseCPURendering(processor)
    initLoader({ maxWebWorkers: 2 })
    initTools()
    for (const tool of engineTools) addTool(tool)
    cache.setMaxCacheSize(cacheBytes)
    keepLean()
  })())

/** Whether pictures are drawn by the processor; known once started. */
export const onProcessor = (): boolean => processor

/** Pictures stay in memory while somebody uses them: answers what says that it is over. */
export const keepPictures = (): (() => void) => {
  standing += 1
  let over = false
  return () => {
    if (over) return
    over = true
    standing -= 1
    if (standing > 0) return
    // Pictures of one patient do not stay in memory for the next.
    cache.purgeCache()
    for (const module of Object.values(MetadataEnums.MetadataModules)) storedMetaData.clear(module)
  }
}

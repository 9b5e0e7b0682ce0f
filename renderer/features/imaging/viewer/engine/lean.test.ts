import { describe, expect, it, vi } from 'vitest'

const other = vi.hoisted(() => ({ target: new EventTarget(), cached: new Set<string>(), stored: new Map<string, Record<string, unknown>>(), frames: new Map<string, string[]>() }))
vi.mock('@cornerstonejs/core', () => ({
  cache: { isLoaded: (id: string) => other.cached.has(id) },
  eventTarget: other.target,
  Enums: { Events: { IMAGE_CACHE_IMAGE_ADDED: 'added', IMAGE_CACHE_IMAGE_REMOVED: 'removed' } },
}))
vi.mock('@cornerstonejs/metadata', () => ({
  Enums: { MetadataModules: { NATURALIZED: 'naturalized', INSTANCE: 'instance', FRAME_IMAGE_IDS: 'frames' } },
  metaData: {
    get: (type: string, id: string) => (type === 'frames' ? other.frames.get(id) : other.stored.get(id)),
    clearQuery: (_type: string, id: string) => other.stored.delete(id),
  },
}))
const { keepLean } = await import('./lean')
keepLean()

const slice = 'wadouri:app://outpost/dicom/t/1.1'
const clip = 'wadouri:app://outpost/dicom/t/1.2'
const tell = (name: string, detail: object) => other.target.dispatchEvent(new CustomEvent(name, { detail }))

describe('memory', () => {
  it('D2: of a file of one picture goes back as soon as it is decoded; what the file says stays', () => {
    other.stored.set(slice, { Modality: 'CT', PixelData: [new ArrayBuffer(8)] })
    tell('added', { image: { imageId: slice } })
    expect(other.stored.get(slice)).toEqual({ Modality: 'CT' })
    tell('removed', { imageId: slice })
    expect(other.stored.has(slice)).toBe(false)
  })

  it('of a clip is kept until its last picture has gone, because all come from one file', () => {
    const frames = [`${clip}?frame=1`, `${clip}?frame=2`]
    other.stored.set(clip, { Modality: 'US', PixelData: [new ArrayBuffer(8)] })
    other.frames.set(clip, frames)
    other.cached.add(frames[1] ?? '')
    tell('added', { image: { imageId: frames[0] } })
    tell('removed', { imageId: frames[0] })
    expect(other.stored.get(clip)).toHaveProperty('PixelData')
    other.cached.clear()
    tell('removed', { imageId: frames[1] })
    expect(other.stored.has(clip)).toBe(false)
  })
})

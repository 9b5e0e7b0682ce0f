import { describe, expect, it, vi } from 'vitest'

const loaded = vi.hoisted(() => new Set<string>())
vi.mock('@cornerstonejs/core', () => ({ cache: { isLoaded: (id: string) => loaded.has(id) } }))
const { fetchAround, indexesAround } = await import('./prefetch')

describe('fetching ahead', () => {
  it('D2: goes the way the stack is turned, and a little the other way', () => {
    expect(indexesAround(50, 1, 300).slice(0, 6)).toEqual([51, 49, 52, 48, 53, 47])
    expect(indexesAround(50, 1, 300).at(-1)).toBe(74)
    expect(indexesAround(50, -1, 300).at(-1)).toBe(26)
    expect(indexesAround(0, -1, 300)).toEqual([1, 2, 3, 4, 5, 6])
    expect(indexesAround(0, 1, 1)).toEqual([])
  })

  it('leaves off when the stack is turned on, and when one cannot be had', async () => {
    const imageIds = Array.from({ length: 40 }, (_, index) => `image ${index}`)
    loaded.add('image 11')
    const asked: string[] = []
    const load = async (id: string) => void asked.push(id)
    await fetchAround({ imageIds, around: 10, direction: 1, stop: () => asked.length >= 3, load })
    expect(asked).toEqual(['image 9', 'image 12', 'image 8'])
    asked.length = 0
    await fetchAround({ imageIds, around: 10, direction: 1, stop: () => false, load: async (id) => {
      asked.push(id)
      throw new Error('gone')
    } })
    expect(asked).toEqual(['image 9'])
  })
})

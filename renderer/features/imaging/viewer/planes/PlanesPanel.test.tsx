import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SeriesEntry } from '../../../../../shared/contract'
import type { PaneContext } from '../parts'
import { CrosshairOverlay } from './CrosshairOverlay'
import { PlanesPanel } from './PlanesPanel'
import type { Slice } from './volume'

const engine = vi.hoisted(() => ({ slices: undefined as unknown }))
vi.mock('../engine', () => ({ loadSlices: () => Promise.resolve(engine.slices) }))

const slices = (count: number): Slice[] =>
  Array.from({ length: count }, (_, place) => ({
    place, rows: 4, columns: 6, plane: { position: [0, 0, place * 5], orientation: [1, 0, 0, 0, 1, 0], widthMm: 12, heightMm: 12 },
    values: new Int16Array(24), slope: 1, intercept: 0, colour: false,
  }))
const went: number[] = []
const pane = (count: number, more: Partial<SeriesEntry['instances'][number]> = {}): PaneContext => {
  const series = {
    seriesInstanceUid: '1.2', modality: 'CT', description: '',
    instances: Array.from({ length: count }, (_, index) => ({ sopInstanceUid: `1.${index}`, frames: 1, rows: 4, columns: 6, url: '', ...more })),
  }
  const places = series.instances.map(({ sopInstanceUid }, picture) => ({ sopInstanceUid, picture }))
  return {
    series, places, at: 2, place: places[2], active: true, go: (place: number) => void went.push(place),
    view: { placing: () => [2, 0, 0, 2, 10, 20] },
    shown: { index: 2, zoom: 1, invert: false, colour: false, axes: { right: [1, 0], down: [0, 1] }, window: { centre: 40, width: 400 } },
  } as unknown as PaneContext
}
const show = async (context: PaneContext) => {
  render(
    <>
      <PlanesPanel pane={context} onClose={() => undefined} />
      <CrosshairOverlay pane={context} />
    </>,
  )
  await act(() => new Promise<void>((next) => setTimeout(next, 5)))
}
afterEach(cleanup)

describe('the panel of planes', () => {
  it('D21: shows the two further planes with their sides, and lines where they cut the picture', async () => {
    engine.slices = slices(10)
    await show(pane(10))
    expect([...document.querySelectorAll('figcaption')].map((each) => each.textContent)).toEqual(['Coronal', 'Sagittal'])
    expect([...document.querySelectorAll('.viewer-mark')].map((mark) => mark.textContent).join('')).toBe('HLFRHPFA')
    const lines = () => [...document.querySelectorAll('.viewer-reference line')].map((line) => line.getAttribute('y1') === '0' ? line.getAttribute('x1') : line.getAttribute('y1'))
    expect(lines()).toEqual(['2.5', '3.5'])
    fireEvent.change(screen.getByRole('slider', { name: 'Sagittal' }), { target: { value: '6' } })
    expect(lines()).toEqual(['2.5', '5.5'])
    // 12 mm wide, ten slices of 5 mm high: a circle stays a circle.
    expect(document.querySelector<HTMLElement>('[data-plane="rows"] .planes-picture')?.style.getPropertyValue('--wide-to-high')).toBe('0.24')
    const line = document.querySelector<HTMLElement>('[data-plane="rows"] [data-line="slice"]')
    expect(line?.style.top).toBe('75%')
  })

  it('turns the stack to where a plane is touched', async () => {
    engine.slices = slices(10)
    await show(pane(10))
    const picture = document.querySelector<HTMLElement>('[data-plane="rows"] .planes-picture')
    if (!picture) throw new Error('no plane')
    picture.getBoundingClientRect = () => ({ left: 0, top: 0, width: 120, height: 100 }) as DOMRect
    fireEvent(picture, Object.assign(new MouseEvent('pointerdown', { bubbles: true, buttons: 1, clientX: 110, clientY: 5 }), { pointerId: 1 }))
    expect(went.at(-1)).toBe(9)
    expect(document.querySelectorAll('.viewer-reference line')[1]?.getAttribute('x1')).toBe('5.5')
  })

  it('D21: says why there are none', async () => {
    engine.slices = slices(5)
    await show(pane(5))
    expect(screen.getByText('This series has fewer than eight slices.')).toBeDefined()
    cleanup()
    engine.slices = undefined
    await show(pane(10))
    expect(screen.getByText('Not every image of this series can be shown.')).toBeDefined()
    cleanup()
    await show(pane(900, { rows: 1024, columns: 1024 }))
    expect(screen.getByText(/needs more memory/)).toBeDefined()
  })
})

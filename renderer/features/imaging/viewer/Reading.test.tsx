import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, type InstanceEntry, type SeriesEntry, type StudyEntry, type Who } from '../../../../shared/contract'
import { installBridge, type Answers } from '../../../client/bridge.test-parts'
import type { Picture, Shown, StackListener, StackView } from './engine'

/** Stands in for the drawing itself, which needs a browser with a canvas: shows at once whatever it is asked for. */
const glass = vi.hoisted(() => ({ acts: [] as string[], attributes: {} as Record<string, unknown>, colour: false, opening: Promise.resolve() }))
vi.mock('./engine', () => ({
  drawThumbnail: () => Promise.resolve(true),
  openStackView: async (_element: HTMLDivElement, pictures: readonly Picture[], first: number, listener: StackListener): Promise<StackView> => {
    const name = pictures[0]?.url.split('/')[4] ?? ''
    await glass.opening
    let index = first
    let window = { centre: 40, width: 400 }
    const show = () => {
      const plane = { position: [0, 0, Number(pictures[index]?.sopInstanceUid.split('.').at(-1))], orientation: [1, 0, 0, 0, 1, 0] }
      const shown: Shown = { index, window, zoom: 1, invert: false, colour: glass.colour, axes: { right: [1, 0], down: [0, 1] }, plane }
      listener.shown(shown)
    }
    act(show)
    const note = Object.fromEntries(
      ['reset', 'toggleInvert', 'turn', 'flip', 'useTool', 'zoomBy', 'panBy', 'resize', 'magnify', 'close'].map((act) => [
        act,
        (...args: unknown[]) => void glass.acts.push([name, act, ...args.filter((arg) => !(arg instanceof HTMLElement)).map((arg) => JSON.stringify(arg))].join(' ')),
      ]),
    )
    const view: Partial<StackView> = {
      show: async (to) => {
        index = to
        show()
      },
      setWindow: (to) => {
        window = { centre: to.centre, width: to.width }
        show()
      },
      fileWindow: () => ({ centre: 50, width: 300 }),
      wholeWindow: () => ({ centre: 500, width: 1000 }),
      attributes: () => glass.attributes,
      planeOf: () => undefined,
      placing: () => undefined,
      onGlass: () => [0, 0],
    }
    return { ...note, ...view } as unknown as StackView
  },
}))

const patient = { id: '01JD0000000000000000000ADA', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042' }
const study = (id: string, started: string, more: Partial<StudyEntry> = {}): StudyEntry => ({
  id, studyInstanceUid: `2.25.${id.length}`, description: 'CT head', modalities: ['CT'], started, series: 2, instances: 20, here: 20, place: 'chart',
  dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '' }, ...more,
})
const today = study('01JD000000000000000000NEWW', '2026-01-15T09:30:00')
const prior = study('01JD00000000000000000PRIOR', '2024-07-15T10:00:00')
const older = study('01JD00000000000000000OLDER', '2019-03-01', { here: 0 })

/** Slices every `thickness` millimetres; the last part of a UID is its height. */
const stack = (of: string, uid: string, description: string, thickness: number, count = 10, more: Partial<InstanceEntry> = {}): SeriesEntry => ({
  seriesInstanceUid: `${of}.${uid}`, number: Number(uid), modality: 'CT', description,
  instances: Array.from({ length: count }, (_, index): InstanceEntry => ({
    sopInstanceUid: `1.${index * thickness}`, frames: 1, rows: 4, columns: 4, url: `app://outpost/dicom/${of}-${uid}/1.${index * thickness}`,
    position: [0, 0, index * thickness], orientation: [1, 0, 0, 0, 1, 0], location: index * thickness, ...more,
  })),
})
const series: Record<string, SeriesEntry[]> = {
  [today.id]: [stack('today', '1', 'Head soft', 2, 12), stack('today', '2', 'Head bone', 4, 10)],
  [prior.id]: [stack('prior', '1', 'Scout', 9, 2), stack('prior', '2', 'Head bone', 5, 10), stack('prior', '3', 'Head soft', 4, 10)],
}
const who: Who = { practitioner: patient.id, user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.read'], locked: false }

let answers: Answers
beforeEach(() => {
  vi.resetModules()
  Object.assign(glass, { acts: [], attributes: {}, colour: false, opening: Promise.resolve() })
  answers = {
    whoAmI: () => done(who),
    listStudies: () => done([older, today, prior]),
    openStudy: ({ study: id }) => done({ study: id === prior.id ? prior : today, series: series[id] ?? [] }),
  }
})
afterEach(cleanup)

const show = async () => {
  const bridge = installBridge(answers)
  const [{ ClientProvider }, { KeysProvider }, { ViewerScreen }] = await Promise.all([import('../../../client'), import('../../../components'), import('./ViewerScreen')])
  render(
    <ClientProvider>
      <KeysProvider>
        <ViewerScreen patient={patient} study={today.id} onClose={() => undefined} />
      </KeysProvider>
    </ClientProvider>,
  )
  await areas(1)
  return bridge
}
const slices = () => [...document.querySelectorAll<HTMLElement>('.viewer-stage')].map(({ dataset }) => dataset['slice'])
const areas = (count: number) => waitFor(() => expect(document.querySelectorAll('[data-rendered]')).toHaveLength(count))
const key = (name: string) => fireEvent.keyDown(window, { key: name })
const compare = async () => {
  const button = await screen.findByRole('button', { name: /^Compare with 15-Jul-2024 10:00/ })
  fireEvent.click(button)
  await areas(2)
}

describe('reading', () => {
  it('D6: lays a study from before beside with one press, with the series that fits, and turns both together', async () => {
    const bridge = await show()
    expect(screen.getAllByRole('button', { name: /^Compare with/ }).map((button) => button.getAttribute('data-prior'))).toEqual([prior.id, older.id])
    await compare()
    expect(bridge.asksOf('openStudy').map((ask) => ask.study)).toEqual([today.id, prior.id])
    const [, second] = document.querySelectorAll('.viewer-stage')
    expect(second?.textContent).toContain('15-Jul-2024 10:00')
    expect(second?.textContent).toContain('Head soft')
    const link = await screen.findByRole('button', { name: /Scroll together/, pressed: true })
    expect(slices()).toEqual(['7', '6'])
    // 8 mm on in both: four slices of 2 mm, two of 4 mm.
    for (const _ of [1, 2, 3, 4]) key('ArrowDown')
    await waitFor(() => expect(slices()).toEqual(['11', '8']))
    fireEvent.click(link)
    key('ArrowUp')
    await waitFor(() => expect(slices()).toEqual(['10', '8']))
    key('l')
    key('ArrowUp')
    await waitFor(() => expect(slices()).toEqual(['9', '7']))
  })

  it('D6: says which studies are not on this computer, and goes back to one alone', async () => {
    await show()
    expect(screen.getByRole('button', { name: /^Compare with 01-Mar-2019/ })).toHaveProperty('disabled', true)
    expect(screen.getByText('Its images are not on this computer')).toBeDefined()
    await compare()
    fireEvent.click(screen.getByRole('button', { name: 'This study alone' }))
    await areas(1)
    key('p')
    await areas(2)
  })

  it('D2: tools work by key and by button, on the area that is active', async () => {
    await show()
    await compare()
    await waitFor(() => expect(glass.acts).toContain('prior-3 useTool "WindowLevel"'))
    glass.acts.length = 0
    for (const name of ['t', 'y', 'h', 'v', 'i', '=']) key(name)
    expect(glass.acts).toEqual(['today-1 turn 90', 'today-1 turn -90', 'today-1 flip "sides"', 'today-1 flip "upsideDown"', 'today-1 toggleInvert', 'today-1 zoomBy 1.25'])
    glass.acts.length = 0
    key('j')
    key('t')
    expect(glass.acts.filter((each) => !each.includes('useTool'))).toEqual(['prior-3 turn 90'])
    key('4')
    expect([...document.querySelectorAll<HTMLElement>('[data-ww]')].map(({ dataset }) => dataset['ww'])).toEqual(['400', '80'])
    fireEvent.click(screen.getByRole('button', { name: /^Zoom/ }))
    expect(glass.acts.slice(-2)).toEqual(['today-1 useTool "Zoom"', 'prior-3 useTool "Zoom"'])
    fireEvent.click(screen.getByRole('button', { name: /^View/ }))
    fireEvent.click(screen.getByRole('button', { name: /^Rotate left/ }))
    expect(glass.acts.at(-1)).toBe('prior-3 turn -90')
    fireEvent.click(screen.getByRole('button', { name: /^Reset/ }))
    expect(glass.acts.at(-1)).toBe('prior-3 reset')
  })

  it('lays out four areas, fills them with the series that stand nowhere, and asks for one where there is none', async () => {
    await show()
    fireEvent.change(screen.getByRole('combobox', { name: 'Layout' }), { target: { value: '2x2' } })
    await areas(2)
    expect(screen.getAllByRole('button', { name: 'Choose a series' })).toHaveLength(2)
    fireEvent.click(screen.getAllByRole('button', { name: 'Choose a series' })[0] as HTMLElement)
    fireEvent.click(within(screen.getByRole('navigation', { name: 'Series' })).getByRole('button', { name: /Head bone/ }))
    await areas(3)
    key('x')
    await areas(1)
    key('n')
    await waitFor(() => expect(document.querySelector('[data-corner="bottom-left"]')?.textContent).toContain('Head bone'))
    key('b')
    await waitFor(() => expect(document.querySelector('[data-corner="bottom-left"]')?.textContent).toContain('Head soft'))
  })

  it('D2: plays at the rate of the file, faster on request, and says so', async () => {
    glass.attributes = { FrameTime: '40' }
    await show()
    const before = Number(slices()[0])
    const rate = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Images a second' })
    expect(await within(rate).findByText('25 as in the file')).toBeDefined()
    expect(rate.value).toBe('25')
    key('c')
    await waitFor(() => expect(document.querySelector('[data-corner="bottom-right"]')?.textContent).toContain('Plays 25 images/s'))
    await waitFor(() => expect(Number(slices()[0])).not.toBe(before))
    key('.')
    expect(document.querySelector('[data-corner="bottom-right"]')?.textContent).toContain('Plays 30 images/s')
    key('c')
    await waitFor(() => expect(document.querySelector('[data-corner="bottom-right"]')?.textContent).not.toContain('Plays'))
  })

  it('says nothing of a picture while a study of which more has come is opened again', async () => {
    // The same session gets the same addresses; the pictures that came lie between those that were there.
    const some = (count: number) => done({ study: { ...today, instances: 20 }, series: [{ ...stack('today', '1', 'Head soft', 24 / count, count), seriesInstanceUid: 'today.1' }] })
    answers['openStudy'] = () => some(6)
    const bridge = await show()
    expect(document.querySelector<HTMLElement>('.viewer-stage')?.dataset['rendered']).toBe('1.0')
    let stands = (): void => undefined
    glass.opening = new Promise((next) => {
      stands = next
    })
    answers['openStudy'] = () => some(12)
    for (const locked of [true, false]) {
      answers['whoAmI'] = () => done({ ...who, locked })
      const before = bridge.asksOf('whoAmI').length
      act(() => bridge.tell('sessionChanged', { state: 'locked' } as never))
      await waitFor(() => expect(bridge.asksOf('whoAmI').length).toBeGreaterThan(before))
      await act(() => new Promise<void>((next) => setTimeout(next, 20)))
    }
    await waitFor(() => expect(bridge.asksOf('openStudy')).toHaveLength(2))
    await areas(0)
    expect(document.querySelector('[data-corner="bottom-right"]')?.textContent).toBe('')
    stands()
    await areas(1)
  })

  it('offers no windows for colours', async () => {
    glass.colour = true
    await show()
    expect(screen.queryByRole('combobox', { name: 'Window' })).toBeNull()
  })

  it('D2: two fingers zoom and move, one turns, a stroke goes to the next series, a press magnifies', async () => {
    await show()
    const at = (type: string, id: number, x: number, y: number, on: Element | Window = window) => fireEvent(on, Object.assign(new MouseEvent(type, { bubbles: true, button: 0, clientX: x, clientY: y }), { pointerId: id }))
    const stage = () => document.querySelector('.viewer-stage') as HTMLElement
    key('s')
    at('pointerdown', 1, 100, 100, stage())
    at('pointermove', 1, 102, 117)
    expect(slices()).toEqual(['9'])
    at('pointerup', 1, 102, 117)
    glass.acts.length = 0
    at('pointerdown', 1, 100, 100, stage())
    at('pointerdown', 2, 200, 100, stage())
    at('pointermove', 2, 300, 100)
    expect(glass.acts).toEqual(['today-1 zoomBy 2 [200,100]', 'today-1 panBy 50 0'])
    at('pointerup', 1, 100, 100)
    at('pointerup', 2, 300, 100)
    expect(slices()).toEqual(['9'])
    key('g')
    glass.acts.length = 0
    at('pointerdown', 3, 30, 40, stage())
    expect(glass.acts.at(-1)).toBe('today-1 magnify [30,40]')
    // Turned under the lens, the lens shows what is on the glass.
    glass.acts.length = 0
    key('ArrowDown')
    await waitFor(() => expect(glass.acts.at(-1)).toBe('today-1 magnify [30,40]'))
    key('ArrowUp')
    at('pointerup', 3, 30, 40)
    expect(glass.acts.at(-1)?.trim()).toBe('today-1 magnify')
    key('s')
    at('pointerdown', 4, 300, 100, stage())
    at('pointermove', 4, 180, 104)
    at('pointerup', 4, 180, 104)
    await waitFor(() => expect(document.querySelector('[data-corner="bottom-left"]')?.textContent).toContain('Head bone'))
  })
})

it('D2: every key of the viewer does one thing', async () => {
  installBridge(answers)
  const [{ ClientProvider }, { KeysProvider, useKeyBoard }, { ViewerScreen }] = await Promise.all([import('../../../client'), import('../../../components'), import('./ViewerScreen')])
  const Help = () => {
    const board = useKeyBoard()
    return <button type="button" onClick={(event) => event.currentTarget.setAttribute('data-keys', JSON.stringify(board?.all().flatMap(({ acts }) => acts.map(({ keys: each }) => each.toLowerCase()))))}>Help</button>
  }
  render(
    <ClientProvider>
      <KeysProvider>
        <Help />
        <ViewerScreen patient={patient} study={today.id} onClose={() => undefined} />
      </KeysProvider>
    </ClientProvider>,
  )
  await areas(1)
  const help = screen.getByRole('button', { name: 'Help' })
  fireEvent.click(help)
  const keys = JSON.parse(help.dataset['keys'] ?? '[]') as readonly string[]
  expect(keys.length).toBeGreaterThan(30)
  expect(keys.filter((each, index) => keys.indexOf(each) !== index)).toEqual([])
})

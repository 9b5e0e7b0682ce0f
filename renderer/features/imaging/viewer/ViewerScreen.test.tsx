import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse, type InstanceEntry, type SeriesEntry, type StudyEntry, type Who } from '../../../../shared/contract'
import type { Picture, StackListener, StackView } from './engine'

/** Stands in for the drawing itself, which needs a browser with a canvas: shows at once whatever it is asked for. */
const drawn = vi.hoisted(() => ({ acts: [] as string[], open: 0, failing: false, listener: undefined as unknown as StackListener }))
vi.mock('./engine', () => ({
  drawThumbnail: () => Promise.resolve(true),
  openStackView: (_element: HTMLDivElement, pictures: readonly Picture[], first: number, listener: StackListener): Promise<StackView> => {
    drawn.open += 1
    drawn.listener = listener
    let window = { centre: 40, width: 400 }
    let index = first
    const show = () => (drawn.failing ? listener.failed(index) : listener.shown({ index, window, zoom: 1, plane: { position: [0, 0, index], orientation: [1, 0, 0, 0, 1, 0] }, axes: { right: [1, 0], down: [0, 1] }, colour: false, invert: false }))
    drawn.acts.push(`open ${pictures[first]?.url}`)
    act(show)
    const view: Partial<StackView> = {
      show: (to) => {
        index = to
        show()
        return Promise.resolve()
      },
      setWindow: (to) => {
        window = { centre: to.centre, width: to.width }
        show()
      },
      fileWindow: () => undefined,
      wholeWindow: () => undefined,
      attributes: () => ({}),
      planeOf: () => undefined,
      close: () => {
        drawn.open -= 1
      },
    }
    const others = ['reset', 'zoomBy', 'panBy', 'toggleInvert', 'turn', 'flip', 'useTool', 'resize', 'magnify'].map((name) => [name, () => drawn.acts.push(name)])
    return Promise.resolve({ ...Object.fromEntries(others), ...view } as StackView)
  },
}))

const patient = { id: '01JD0000000000000000000ADA', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042' }
const study: StudyEntry = {
  id: '01JD000000000000000000STDY', studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['CT'], started: '2026-01-15T09:30:00',
  series: 2, instances: 13, place: 'chart', dicomPatient: { id: '4711', name: 'OTHER, Name', birthDate: '' }, linkedBy: 'Dr Test',
}
const instance = (number: number, ticket: string, more: Partial<InstanceEntry> = {}): InstanceEntry => ({
  sopInstanceUid: `2.25.${number}`, frames: 1, rows: 4, columns: 4, url: `app://outpost/dicom/${ticket}/2.25.${number}`, location: number * 3, ...more,
})
const seriesFor = (ticket: string): SeriesEntry[] => [
  { seriesInstanceUid: '1.1', number: 1, modality: 'CT', description: 'Head', instances: Array.from({ length: 12 }, (_, index) => instance(index + 1, ticket, index === 11 ? { cannotShow: 'truncated-pixels' } : {})) },
  { seriesInstanceUid: '1.2', number: 2, modality: 'OT', description: '', instances: [instance(99, ticket, { cannotShow: 'no-pixel-data' })] },
]

const who: Who = { practitioner: patient.id, user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.read'], locked: false }
let answers: Record<string, () => unknown>
let asked: string[]
let listeners: Map<string, Set<(value: unknown) => void>>

beforeEach(() => {
  vi.resetModules()
  Object.assign(drawn, { acts: [], open: 0, failing: false })
  asked = []
  listeners = new Map()
  let ticket = 0
  answers = { whoAmI: () => done(who), openStudy: () => done({ study, series: seriesFor(`ticket${++ticket}`) }) }
  const named = <Value,>(make: (name: string) => Value) => new Proxy({}, { get: (_target, name) => make(String(name)) })
  vi.stubGlobal('outpost', {
    requests: named((name) => () => {
      asked.push(name)
      return Promise.resolve(answers[name]?.() ?? refuse('not-found'))
    }),
    on: named((name) => (tell: (value: unknown) => void) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(tell))
      return () => set.delete(tell)
    }),
    shell: { painted: () => Promise.resolve() },
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const show = async (onClose = () => undefined as void) => {
  const [{ ClientProvider }, { KeysProvider }, { ViewerScreen }] = await Promise.all([import('../../../client'), import('../../../components'), import('./ViewerScreen')])
  const screenOf = (who = patient, which = study.id) => (
    <ClientProvider>
      <KeysProvider>
        <ViewerScreen patient={who} study={which} onClose={onClose} />
      </KeysProvider>
    </ClientProvider>
  )
  const shown = render(screenOf())
  return { ...shown, turnTo: (who: typeof patient, which: string) => shown.rerender(screenOf(who, which)) }
}
const stage = () => waitFor(() => {
  const found = document.querySelector<HTMLElement>('[data-rendered]')
  if (!found) throw new Error('nothing is on the glass')
  return found
})
const corner = (which: string) => document.querySelector(`[data-corner="${which}"]`)?.textContent

describe('the viewer', () => {
  it('opens a stack in its middle and writes on it who, what, where and how', async () => {
    await show()
    const glass = await stage()
    expect(glass.dataset).toMatchObject({ rendered: '2.25.7', slice: '7', wc: '40', ww: '400' })
    expect(corner('top-left')).toContain('OKONKWO-TEST, Ada · A-000042')
    // Put on this chart by a person: what the files say stands beside it.
    expect(corner('top-left')).toContain('In the file: OTHER, Name · 4711')
    expect(corner('top-right')).toContain('CT head')
    expect(corner('bottom-left')).toContain('Image 7 / 12 · at 21.0 mm')
    expect(corner('bottom-right')).toContain('W 400 · C 40')
    expect([...document.querySelectorAll('.viewer-mark')].map((mark) => mark.textContent)).toEqual(['A', 'L', 'P', 'R'])
  })

  it('is turned by keys and slider, and takes windows by number', async () => {
    await show()
    const glass = await stage()
    fireEvent.keyDown(window, { key: 'ArrowDown' })
    expect(glass.dataset['slice']).toBe('8')
    fireEvent.keyDown(window, { key: 'PageUp' })
    expect(glass.dataset['slice']).toBe('1')
    fireEvent.change(screen.getByRole('slider'), { target: { value: '5' } })
    expect(glass.dataset['slice']).toBe('5')
    fireEvent.keyDown(window, { key: '2' })
    expect(glass.dataset).toMatchObject({ wc: '-600', ww: '1500' })
    fireEvent.keyDown(window, { key: 'r' })
    fireEvent.keyDown(window, { key: 'i' })
    fireEvent.keyDown(window, { key: 'z' })
    expect(drawn.acts.filter((name) => !/^(open|magnify)/.test(name))).toEqual(['useTool', 'reset', 'toggleInvert', 'useTool'])
  })

  it('says why there is no picture, in its place in the stack, and shows none', async () => {
    await show()
    await stage()
    fireEvent.keyDown(window, { key: 'End' })
    expect(screen.getByText('This file ends before its image does')).toBeDefined()
    expect(document.querySelector('[data-rendered]')).toBeNull()
    fireEvent.keyDown(window, { key: 'ArrowUp' })
    expect((await stage()).dataset['slice']).toBe('11')
    fireEvent.click(screen.getByRole('button', { name: /OT 2/ }))
    expect(await screen.findByText('The image is missing in this file')).toBeDefined()
    expect(drawn.open).toBe(0)
  })

  it('says that a picture could not be loaded, and goes on with the next', async () => {
    drawn.failing = true
    await show()
    expect(await screen.findByText('This image could not be shown')).toBeDefined()
    expect(document.querySelector('[data-rendered]')).toBeNull()
    await waitFor(() => expect(drawn.acts).toContain('useTool'))
    // What was on the glass before is drawn again, as after a change of size.
    act(() => drawn.listener.shown({ index: 0, zoom: 1, axes: { right: [1, 0], down: [0, 1] }, colour: false, invert: false }))
    expect(screen.getByText('This image could not be shown')).toBeDefined()
    expect(document.querySelector('[data-rendered]')).toBeNull()
    drawn.failing = false
    fireEvent.keyDown(window, { key: 'ArrowDown' })
    expect((await stage()).dataset['slice']).toBe('8')
  })

  it('says why a study cannot be opened, and opens it when it can', async () => {
    const open = answers['openStudy']
    answers['openStudy'] = () => refuse('study-incomplete')
    await show()
    expect(await screen.findByRole('alert')).toBeDefined()
    answers['openStudy'] = open as () => unknown
    const again = screen.getAllByRole('button').find((button) => button.closest('.notice'))
    if (again) fireEvent.click(again)
    expect((await stage()).dataset['slice']).toBe('7')
  })

  it('goes on where it stood after the screen was locked, with new addresses', async () => {
    await show()
    const glass = await stage()
    fireEvent.keyDown(window, { key: 'Home' })
    expect(glass.dataset['slice']).toBe('1')
    const whoIs = (locked: boolean) => {
      answers['whoAmI'] = () => done({ ...who, locked })
      return act(() => {
        for (const tell of listeners.get('sessionChanged') ?? []) tell({ state: 'locked' })
        return new Promise<void>((next) => setTimeout(next, 20))
      })
    }
    await whoIs(true)
    expect(asked.filter((name) => name === 'openStudy')).toHaveLength(1)
    await whoIs(false)
    await waitFor(() => expect(drawn.acts.filter((act) => act.startsWith('open')).at(-1)).toBe('open app://outpost/dicom/ticket2/2.25.1'))
    expect((await stage()).dataset['slice']).toBe('1')
    expect(drawn.open).toBe(1)
  })

  it('shows who the files name when it is somebody else, and how many images are elsewhere', async () => {
    const { linkedBy: _nobody, ...byNumber } = study
    answers['openStudy'] = () => done({ study: { ...byNumber, instances: 40 }, series: seriesFor('t') })
    await show()
    await stage()
    expect(corner('top-left')).toContain('In the file: OTHER, Name')
    expect(screen.getByText('13 of 40 images are on this computer')).toBeDefined()
    cleanup()
    answers['openStudy'] = () => done({ study: { ...byNumber, dicomPatient: { ...study.dicomPatient, name: 'OKONKWO-TEST, A' } }, series: seriesFor('t') })
    await show()
    await stage()
    expect(corner('top-left')).toBe('OKONKWO-TEST, Ada · A-000042')
    expect(screen.queryByText(/images are on this computer/)).toBeNull()
  })

  it('stands anew for another patient: no picture is drawn under the name of somebody else', async () => {
    const { turnTo } = await show()
    const stood = await stage()
    answers['openStudy'] = () => new Promise(() => undefined)
    turnTo({ ...patient, id: '01JD00000000000000000BELLE', family: 'Somebody-Else' }, '01JD00000000000000000OTHER')
    expect(document.querySelector('[data-rendered]')).toBeNull()
    // The old picture left the page with the old name on it.
    expect(stood.isConnected).toBe(false)
    expect(stood.textContent).toContain('OKONKWO-TEST')
    await waitFor(() => expect(drawn.open).toBe(0))
  })

  it('lets go of the pictures when it is closed', async () => {
    let closed = 0
    const { unmount } = await show(() => {
      closed += 1
    })
    await stage()
    fireEvent.click(screen.getByRole('button', { name: 'Back to the studies' }))
    expect(closed).toBe(1)
    unmount()
    await waitFor(() => expect(drawn.open).toBe(0))
  })
})

import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse, type AnnotationEntry, type AskOf, type PixelMeaning, type SeriesEntry, type StudyEntry, type Who } from '../../../../../shared/contract'
import { installBridge, type OtherEnd, type PartAnswers } from '../../../../client/bridge.test-parts'
import { press } from '../../../../components/press.test-parts'
import type { StackView } from '../engine'
import type { PaneContext } from '../parts'

/** A picture of 100 × 80 pixels, each of them 2 × 2 on the glass; its values are -1000 and a tenth of the column. */
vi.mock('@cornerstonejs/core', () => ({
  cache: { getImage: () => ({ columns: 100, rows: 80, getPixelData: () => Float32Array.from({ length: 8000 }, (_, index) => index % 100) }) },
}))

const patient = { id: '01JD0000000000000000000ADA', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042' }
const study = { id: '01JD000000000000000000STDY', studyInstanceUid: '1.2', description: 'CT', modalities: ['CT'], series: 1, instances: 2, place: 'chart', dicomPatient: { id: '', name: '', birthDate: '' } } satisfies StudyEntry
const instance = (uid: string) => ({ sopInstanceUid: uid, frames: 1, rows: 80, columns: 100, url: '' })
const series: SeriesEntry = { seriesInstanceUid: '1.2.1', modality: 'CT', description: '', instances: [instance('1.2.1.1'), instance('1.2.1.2')] }
const places = series.instances.map(({ sopInstanceUid }, picture) => ({ sopInstanceUid, picture }))
const inMillimetres: PixelMeaning = { calibration: { kind: 'detector', spacing: { row: 0.5, column: 0.5 } }, values: { kind: 'values', slope: 0.1, intercept: -1000, unit: 'HU' } }
const who: Who = { practitioner: '01JD0000000000000000000D0C', user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.read', 'imaging.annotate'], locked: false }

let records: AnnotationEntry[]
let bridge: OtherEnd
let answers: PartAnswers
const version = () => `v${records.length}-${Math.random()}`

beforeEach(() => {
  vi.resetModules()
  records = []
  const entryOf = (ask: AskOf<'addAnnotation'>): AnnotationEntry => ({
    id: `record ${records.length + 1}`, kind: ask.kind, place: { study: '1.2', series: ask.series, instance: ask.instance, frame: ask.frame }, label: ask.label ?? '',
    drawing: { revision: ask.key, points: ask.points, by: { practitioner: who.practitioner, name: who.name }, measured: { basis: 'detector', quantities: [{ name: 'length', value: 25, unit: 'mm' }] } },
    version: version(), changedAt: '2026-11-21T10:00:00.000Z', createdAt: '2026-11-21T10:00:00.000Z', createdBy: who.name, station: 'A', versions: 1,
  })
  const revised = (id: string, change: (entry: AnnotationEntry) => AnnotationEntry) => {
    records = records.map((entry) => (entry.id === id ? { ...change(entry), version: version(), versions: entry.versions + 1 } : entry))
    return done(records.find((entry) => entry.id === id))
  }
  answers = {
    whoAmI: () => done(who),
    readPixelMeanings: () => done([inMillimetres]),
    listAnnotations: () => done([...records]),
    addAnnotation: (ask: AskOf<'addAnnotation'>) => {
      records = [...records, entryOf(ask)]
      return done(records.at(-1))
    },
    changeAnnotation: (ask: AskOf<'changeAnnotation'>) =>
      revised(ask.annotation, ({ removedBy: _nobody, ...entry }) => ({ ...entry, ...(ask.label !== undefined && { label: ask.label }), drawing: { ...entry.drawing, ...(ask.points && { points: ask.points }) } })),
    removeAnnotation: (ask: AskOf<'removeAnnotation'>) => revised(ask.annotation, (entry) => ({ ...entry, removedBy: { practitioner: who.practitioner, name: who.name } })),
    annotationHistory: () => done([{ act: 'drawn', by: 'Dr Test', at: '2026-11-21T10:00:00.000Z', station: 'A', annotation: records[0] }]),
  } as PartAnswers
  bridge = installBridge(answers)
})
afterEach(cleanup)

const acts: string[] = []
const view = {
  placing: () => [2, 0, 0, 2, 0, 0], imageId: () => 'an image', panBy: (x: number, y: number) => acts.push(`pan ${x} ${y}`), zoomBy: (factor: number) => acts.push(`zoom ${factor}`),
} as unknown as StackView
const paneOf = (more: Partial<PaneContext> = {}): PaneContext => ({
  patient, study, series, places, at: 0, place: places[0], view, active: true, hand: 'length', go: () => undefined,
  shown: { index: 0, zoom: 1, invert: false, axes: { right: [1, 0], down: [0, 1] }, colour: false }, ...more,
})

const show = async (more: Partial<PaneContext> = {}) => {
  const [{ ClientProvider }, { KeysProvider }, { MeasureOverlay }, { AnnotationsPanel }] = await Promise.all([import('../../../../client'), import('../../../../components'), import('./MeasureOverlay'), import('./AnnotationsPanel')])
  const drawn = (pane: PaneContext) => (
    <ClientProvider>
      <KeysProvider>
        <MeasureOverlay pane={pane} />
        <AnnotationsPanel pane={pane} onClose={() => undefined} />
      </KeysProvider>
    </ClientProvider>
  )
  const shown = render(drawn(paneOf(more)))
  await waitFor(() => expect(bridge.asksOf('listAnnotations').length).toBeGreaterThan(0))
  await screen.findByText('Millimetres on the detector: larger than in the patient.')
  await act(() => Promise.resolve())
  return (next: Partial<PaneContext>) => shown.rerender(drawn(paneOf(next)))
}
const glass = (): Element => {
  const found = document.querySelector('svg.measure')
  if (!found) throw new Error('there is no glass')
  return found
}
const at = (clientX: number, clientY: number, pointerId = 1) => ({ clientX, clientY, pointerId, button: 0 })
/** A stroke in pixels of the glass. */
const stroke = (from: readonly [number, number], to: readonly [number, number]) => {
  fireEvent.pointerDown(glass(), at(...from))
  fireEvent.pointerMove(glass(), at(...to))
  fireEvent.pointerUp(glass(), at(...to))
}
const added = () => bridge.asksOf('addAnnotation')
const texts = () => [...document.querySelectorAll('.measure-text')].map((text) => [...text.querySelectorAll('tspan')].map((line) => line.textContent).join(' | '))

describe('measuring on the glass', () => {
  it('D5: a stroke is a length in the picture’s own pixels, and is saved for everybody', async () => {
    await show()
    fireEvent.pointerDown(glass(), at(21, 21))
    fireEvent.pointerMove(glass(), at(81, 101))
    // 30 × 40 pixels of half a millimetre, while it is being drawn.
    expect(texts()).toEqual(['25.0 mm (detector)'])
    fireEvent.pointerUp(glass(), at(81, 101))
    await waitFor(() => expect(records).toHaveLength(1))
    expect(added()[0]).toMatchObject({ kind: 'length', series: '1.2.1', instance: '1.2.1.1', frame: 1, points: [[10, 10], [40, 50]] })
    expect(await screen.findByText(/Dr Test, /)).toBeDefined()
    expect(texts()).toEqual(['25.0 mm (detector)'])
  })

  it('D5: an area tells its values in the unit that the file says', async () => {
    await show({ hand: 'rectangle' })
    await waitFor(() => {
      fireEvent.pointerDown(glass(), at(21, 21))
      fireEvent.pointerMove(glass(), at(61, 41))
      expect(texts()[0]).toContain('Mean')
    })
    expect(texts()[0]).toBe('Area 50.0 mm² (detector) | 10.0 × 5.0 mm (detector) | Mean -998 HU · SD 0.6 | Min -999 · Max -997 HU')
    fireEvent.pointerUp(glass(), at(61, 41))
    await waitFor(() => expect(added()).toHaveLength(1))
    expect(added()[0]?.values).toMatchObject({ count: 21 * 11, mean: expect.closeTo(-998, 9) as number, least: -999, greatest: -997 })
    expect(added()[0]?.values).not.toHaveProperty('unit')
  })

  it('by keys alone: Enter, arrows, Enter; Esc gives up and loses nothing that was drawn', async () => {
    await show()
    fireEvent.keyDown(document.body, { key: 'Enter' })
    expect(screen.getByText(/^Point 1 of 2/)).toBeDefined()
    for (let step = 0; step < 3; step++) fireEvent.keyDown(document.body, { key: 'ArrowLeft', shiftKey: true })
    fireEvent.keyDown(document.body, { key: 'Enter' })
    expect(screen.getByText(/^Point 2 of 2/)).toBeDefined()
    for (let step = 0; step < 4; step++) fireEvent.keyDown(document.body, { key: 'ArrowRight', shiftKey: true })
    fireEvent.keyDown(document.body, { key: 'ArrowDown' })
    fireEvent.keyDown(document.body, { key: 'Enter' })
    await waitFor(() => expect(added()).toHaveLength(1))
    expect(added()[0]?.points).toEqual([[19.5, 39.5], [59.5, 40.5]])
    fireEvent.keyDown(document.body, { key: 'Enter' })
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(screen.queryByText(/^Point 1/)).toBeNull()
    expect(added()).toHaveLength(1)
  })

  it('arrows turn the stack as always while nothing is being drawn by keys, and Enter presses the button that has the focus', async () => {
    await show()
    const prevented = (target: Element, key: string) => !fireEvent.keyDown(target, { key })
    expect(prevented(document.body, 'ArrowDown')).toBe(false)
    expect(prevented(screen.getByRole('button', { name: 'Close' }), 'Enter')).toBe(false)
    expect(screen.queryByText(/^Point 1/)).toBeNull()
  })

  it('D5: a line that was begun on one picture does not end on the next', async () => {
    const again = await show()
    fireEvent.pointerDown(glass(), at(21, 21))
    fireEvent.pointerUp(glass(), at(21, 21))
    again({ at: 1, place: places[1], shown: { ...paneOf().shown, index: 1 } as PaneContext['shown'] })
    await screen.findByText('Millimetres on the detector: larger than in the patient.')
    await act(() => Promise.resolve())
    fireEvent.pointerDown(glass(), at(81, 101))
    fireEvent.pointerUp(glass(), at(81, 101))
    expect(added()).toEqual([])
    fireEvent.pointerDown(glass(), at(101, 101))
    await waitFor(() => expect(added()[0]).toMatchObject({ instance: '1.2.1.2', points: [[40, 50], [50, 50]] }))
  })

  it('the middle button still moves the picture, and the right one zooms it', async () => {
    await show()
    for (const button of [1, 2]) {
      fireEvent.pointerDown(glass(), { ...at(20, 20), button })
      fireEvent.pointerMove(glass(), { ...at(20, 170), button })
      fireEvent.pointerUp(glass(), { ...at(20, 170), button })
    }
    expect(acts).toEqual(['pan 0 150', 'zoom 2'])
    expect(texts()).toEqual([])
  })

  it('two fingers zoom and draw nothing', async () => {
    await show()
    fireEvent.pointerDown(glass(), at(20, 20, 1))
    fireEvent.pointerDown(glass(), at(90, 90, 2))
    fireEvent.pointerMove(glass(), at(10, 10, 1))
    fireEvent.pointerUp(glass(), at(10, 10, 1))
    fireEvent.pointerUp(glass(), at(120, 120, 2))
    expect(texts()).toEqual([])
    expect(added()).toEqual([])
  })

  it('what could not be saved stays on the picture and is saved again with the same key', async () => {
    const add = answers.addAnnotation
    answers.addAnnotation = () => refuse('disk-full')
    await show()
    stroke([20, 20], [60, 60])
    expect(await screen.findByText('This could not be saved')).toBeDefined()
    expect(texts()).toHaveLength(1)
    if (add) answers.addAnnotation = add
    await press('Save again')
    await waitFor(() => expect(records).toHaveLength(1))
    expect(added()[0]?.key).toBe(added()[1]?.key)
    await waitFor(() => expect(screen.queryByText('This could not be saved')).toBeNull())
    expect(texts()).toHaveLength(1)
  })

  it('whoever may not annotate measures for themselves, and is told', async () => {
    answers.whoAmI = () => done({ ...who, actions: ['imaging.read'] })
    await show()
    expect(await screen.findByText('You may measure here; what you draw is not saved.')).toBeDefined()
    stroke([20, 20], [80, 100])
    await waitFor(() => expect(texts()).toEqual(['25.0 mm (detector) | not saved']))
    expect(added()).toEqual([])
  })

  it('D5: without a scale that can be read nothing is drawn, and the reason is said', async () => {
    await show()
    cleanup()
    answers.readPixelMeanings = () => refuse('study-incomplete')
    const { ClientProvider } = await import('../../../../client')
    const { MeasureOverlay } = await import('./MeasureOverlay')
    render(
      <ClientProvider>
        <MeasureOverlay pane={paneOf({ place: { sopInstanceUid: '1.2.1.2', picture: 1 }, shown: { ...paneOf().shown, index: 1 } as PaneContext['shown'] })} />
      </ClientProvider>,
    )
    expect(await screen.findByRole('alert')).toBeDefined()
    stroke([20, 20], [80, 100])
    expect(texts()).toEqual([])
  })
})

describe('what is drawn', () => {
  const drawOne = async () => {
    const again = await show()
    stroke([21, 21], [81, 101])
    await waitFor(() => expect(records).toHaveLength(1))
    await screen.findByText(/Dr Test, /)
    return again
  }

  it('belongs to its picture alone, and leads back to it', async () => {
    let went: number | undefined
    const again = await drawOne()
    again({ at: 1, place: places[1], shown: { ...paneOf().shown, index: 1 } as PaneContext['shown'], go: (place) => (went = place) })
    expect(texts()).toEqual([])
    await press(/^Show its image/)
    expect(went).toBe(0)
  })

  it('D5: its points are moved by hand or by arrows, as another version', async () => {
    await drawOne()
    fireEvent.pointerDown(document.querySelector('.measure-grip') as Element, at(50, 60))
    const handle = await screen.findByRole('button', { name: /point 2$/ })
    fireEvent.pointerDown(handle, at(81, 101))
    fireEvent.pointerMove(glass(), at(21, 101))
    expect(texts()).toEqual(['20.0 mm (detector)'])
    fireEvent.pointerUp(glass(), at(21, 101))
    await waitFor(() => expect(records[0]?.drawing.points).toEqual([[10, 10], [10, 50]]))
    const first = await screen.findByRole('button', { name: /point 1$/ })
    fireEvent.keyDown(first, { key: 'ArrowUp', shiftKey: true })
    fireEvent.keyDown(first, { key: 'Enter' })
    await waitFor(() => expect(records[0]?.drawing.points).toEqual([[10, 0], [10, 50]]))
    expect(records[0]?.versions).toBe(3)
  })

  it('gets words, is removed and put back, and tells its history', async () => {
    await drawOne()
    await press(/^Edit words/)
    const field = await screen.findByLabelText('Words beside it')
    fireEvent.change(field, { target: { value: 'cyst' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await waitFor(() => expect(texts()).toEqual(['cyst | 25.0 mm (detector)']))
    await press(/^Remove/)
    expect(await screen.findByText(/“cyst” removed\./)).toBeDefined()
    await waitFor(() => expect(texts()).toEqual([]))
    await press('Put back')
    await waitFor(() => expect(texts()).toEqual(['cyst | 25.0 mm (detector)']))
    await press(/^History/)
    expect(await screen.findByText('Drawn')).toBeDefined()
  })

  it('what was removed is put back where it was, though another study is chosen by then', async () => {
    const next = await drawOne()
    await press(/^Remove/)
    await screen.findByText(/removed\./)
    next({ study: { ...study, id: '01JD00000000000000000OTHER', studyInstanceUid: '1.3' } })
    await press('Put back')
    await waitFor(() => expect(bridge.asksOf('changeAnnotation').map((ask) => ask.study)).toEqual([study.id]))
  })

  it('D9: a finger marks a key image in the list', async () => {
    await show({ hand: 'window' })
    await press('Key image')
    await waitFor(() => expect(records[0]).toMatchObject({ kind: 'key-image', place: { instance: '1.2.1.1' } }))
    await waitFor(() => expect(screen.getByRole('button', { name: 'Key image' }).getAttribute('aria-pressed')).toBe('true'))
    expect(document.querySelector('.measure-key-image')).not.toBeNull()
  })

  it('D9: K marks the picture as a key image and takes the mark away', async () => {
    await show({ hand: 'window' })
    await act(() => new Promise((next) => setTimeout(next, 5)))
    fireEvent.keyDown(window, { key: 'k' })
    await waitFor(() => expect(document.querySelector('.measure-key-image')?.textContent).toContain('Key image'))
    expect(added()[0]).toMatchObject({ kind: 'key-image', points: [], instance: '1.2.1.1' })
    fireEvent.keyDown(window, { key: 'k' })
    await waitFor(() => expect(document.querySelector('.measure-key-image')).toBeNull())
    expect(records[0]?.removedBy).toBeDefined()
  })
})

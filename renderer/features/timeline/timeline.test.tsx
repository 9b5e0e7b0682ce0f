import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type PatientSummary, type Timeline } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { KeysProvider } from '../../components'
import { press } from '../../components/press.test-parts'
import { TimelineTab } from '.'

let people = 0
const somebody = (): PatientSummary => ({ id: `01HV00000000000000000000P${++people}`, family: 'Okonkwo', given: 'Ada', gender: 'female', deceased: false, number: 'A-000123', at: 'x' })
const on = (day: number, hour = 9): number => new Date(2026, 10, day, hour).getTime()
const timeline: Timeline = {
  signs: [
    { code: 'pulse', at: [on(1), on(20), on(21)], value: [72, 88, 131] },
    { code: 'avpu', at: [on(20)], value: ['A'] },
  ],
  events: [
    { id: '01HV000000000000000000000R', lane: 'result', at: on(20, 11), title: 'Potassium', detail: 'Potassium 6.8 mmol/L', severity: 'critical' },
    { id: '01HV000000000000000000000T', lane: 'problem', at: on(19), title: 'Tuberculosis', detail: '', isSuspected: true },
    { id: '01HV000000000000000000000N', lane: 'note', at: on(20, 10), title: 'Note', detail: 'Crackles left' },
    { id: '01HV000000000000000000000S', lane: 'imaging', at: on(2), title: 'CT Head', detail: '', study: '01HV000000000000000000000S' },
  ],
  isCut: false,
}

let answers: Answers
let end: OtherEnd
beforeEach(() => {
  window.location.hash = ''
  answers = { readTimeline: () => done(timeline), studyThumbnails: () => done({}) }
  end = installBridge(answers)
})
afterEach(cleanup)

const show = (patient = somebody()) => {
  const shown = render(<ClientProvider><KeysProvider><TimelineTab patient={patient} /></KeysProvider></ClientProvider>)
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
  return { ...shown, patient }
}
const picture = () => screen.findByRole('group', { name: /^Timeline from/ })

describe('the timeline of a chart', () => {
  it('one line reads every lane: the last of each at or before it, in words and units, critical and suspected said in words; axe finds nothing', async () => {
    const { container } = show()
    await picture()
    const reading = screen.getByRole('status')
    expect(reading.textContent).toContain('At 21-Nov-2026 09:00')
    expect(reading.textContent).toContain('131 /min')
    expect(reading.textContent).toContain('Potassium 6.8 mmol/L · critical')
    expect(reading.textContent).toContain('Tuberculosis · suspected')
    expect(reading.textContent).toContain('Crackles left')
    expect(within(reading).getAllByText('nothing before')).toHaveLength(1)
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('is gone through by keyboard alone: from value to value, nearer, farther, and Enter opens what stands at the line', async () => {
    const { patient } = show()
    const glass = await picture()
    glass.focus()
    fireEvent.keyDown(glass, { key: 'ArrowLeft' })
    expect(screen.getByRole('status').textContent).toContain('At 20-Nov-2026 11:00')
    expect(screen.getByRole('status').textContent).toContain('88 /min')
    const before = glass.getAttribute('aria-label')
    fireEvent.keyDown(glass, { key: '+' })
    expect(glass.getAttribute('aria-label')).not.toBe(before)
    fireEvent.keyDown(glass, { key: 'Home' })
    expect(glass.getAttribute('aria-label')).toBe(before)
    fireEvent.keyDown(glass, { key: 'Enter' })
    expect(window.location.hash).toBe(`#/patients/${patient.id}/results`)
  })

  it('is come nearer to with the wheel, and with two fingers', async () => {
    show()
    const glass = await picture()
    const whole = glass.getAttribute('aria-label')
    // The wheel of the test window knows no place.
    fireEvent(glass, Object.assign(new WheelEvent('wheel', { deltaY: -400, bubbles: true, cancelable: true }), { clientX: 450 }))
    const wheeled = glass.getAttribute('aria-label')
    expect(wheeled).not.toBe(whole)
    expect(wheeled).toMatch(/\d.* to .*\d/)
    fireEvent.pointerDown(glass, { pointerId: 1, clientX: 300 })
    fireEvent.pointerDown(glass, { pointerId: 2, clientX: 400 })
    fireEvent.pointerMove(glass, { pointerId: 2, clientX: 700 })
    expect(glass.getAttribute('aria-label')).not.toBe(wheeled)
  })

  it('shows the small picture of a study that was looked at', async () => {
    answers.studyThumbnails = () => done({ '01HV000000000000000000000S': '/9j/4AAQ' })
    const { container } = show()
    await picture()
    await waitFor(() => expect(container.querySelector('.timeline-event img')?.getAttribute('src')).toBe('data:image/jpeg;base64,/9j/4AAQ'))
  })

  it('opens the study of an image, and shows everything as a table, too', async () => {
    const { patient } = show()
    await picture()
    await press(/^Images: CT Head/)
    expect(window.location.hash).toBe(`#/patients/${patient.id}/imaging/01HV000000000000000000000S`)
    fireEvent.click(screen.getByRole('radio', { name: 'Table' }))
    const rows = within(await screen.findByRole('table')).getAllByRole('row').slice(1)
    expect(rows.map((row) => row.textContent)).toHaveLength(8)
    expect(rows[0]!.textContent).toBe('21-Nov-2026 09:00Pulse131 /min')
    await press('Week')
    expect(within(screen.getByRole('table')).getAllByRole('row').slice(1)).toHaveLength(6)
  })

  it('reads the older vital signs again when something changed: a corrected one is shown as it is now, and none falls between two pages', async () => {
    let [before, value] = [on(1), 55]
    answers.readTimeline = ({ before: until }) =>
      done(until === undefined ? { ...timeline, before: new Date(before).toISOString() } : { signs: [{ code: 'pulse', at: [until === new Date(on(2)).toISOString() ? on(1) : on(1) - 86_400_000], value: [value] }], events: [], isCut: false })
    const { patient } = show()
    await press('Show older ones')
    fireEvent.click(await screen.findByRole('radio', { name: 'Table' }))
    await screen.findByText('55 /min')
    ;[before, value] = [on(2), 66]
    await act(async () => end.tell('recordsChanged', { types: ['Observation'], patients: [patient.id] }))
    expect(await screen.findByText('66 /min')).toBeTruthy()
    expect(screen.queryByText('55 /min')).toBeNull()
    expect(end.asksOf('readTimeline').at(-1)).toEqual({ patient: patient.id, before: new Date(on(2)).toISOString() })
  })

  it('says what is not shown: older vital signs until they are asked for, and what could not be read', async () => {
    answers.readTimeline = ({ before }) => done(before === undefined ? { ...timeline, before: new Date(on(1)).toISOString() } : { signs: [{ code: 'pulse', at: [on(1) - 86_400_000], value: [55] }], events: [], isCut: false })
    show()
    await press('Show older ones')
    fireEvent.click(await screen.findByRole('radio', { name: 'Table' }))
    expect(await screen.findByText('55 /min')).toBeTruthy()
    expect(screen.queryByText('Show older ones')).toBeNull()
    cleanup()
    answers.readTimeline = () => refuse('disk-full')
    show()
    expect(await screen.findByRole('alert')).toBeTruthy()
    cleanup()
    answers.readTimeline = () => done({ signs: [], events: [], isCut: false })
    show()
    expect(await screen.findByText('Nothing has happened yet')).toBeTruthy()
  })
})

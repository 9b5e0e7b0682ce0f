import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type EncounterEntry, type NoteEntry, type PatientSummary, type Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { EncountersTab } from '.'

const patient: PatientSummary = { id: '01HV000000000000000000000P', family: 'Okonkwo', given: 'Ada', gender: 'female', deceased: false, number: 'A-000123', at: 'x' }
const note: NoteEntry = {
  id: '01HV000000000000000000000N', text: 'Crackles left', by: 'Dr Ben', at: '2026-11-21T10:00:00.000Z',
  sections: [{ part: 'subjective', text: 'Cough' }, { part: 'objective', text: 'Crackles left' }],
  addenda: [{ id: '01HV000000000000000000000A', text: 'Crackles right', reason: 'wrong side', by: 'Sister Amina', at: '2026-11-21T10:01:00.000Z' }],
}
const visit: EncounterEntry = { id: '01HV000000000000000000000E', start: '2026-11-21T09:55:00.000Z', reason: 'Cough', status: 'in-progress', by: 'Dr Ben', notes: [note] }
const who: Who = { practitioner: '01HV000000000000000000000D', user: 'ben', name: 'Dr Ben', role: 'doctor', actions: ['chart.read', 'encounter.write'], locked: false }

let answers: Answers
let end: OtherEnd
beforeEach(() => {
  forgetDrafts()
  answers = { listEncounters: () => done([visit]), addNote: () => done(note), addAddendum: () => done(note) }
  end = installBridge(answers)
})
afterEach(cleanup)

const show = () => {
  const shown = render(<ClientProvider><KeysProvider><Seat value={who}><EncountersTab patient={patient} /></Seat></KeysProvider></ClientProvider>)
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
  return shown
}
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })

describe('A12, A14: notes of a visit', () => {
  it('stand under their headings, with what was added to them: who, when and why', async () => {
    const { container } = show()
    await screen.findByText('Addendum: wrong side')
    expect([...container.querySelectorAll('.note h3')].map((heading) => heading.textContent)).toEqual(['Subjective', 'Objective', 'Addendum: wrong side'])
    expect(screen.getByText(/Sister Amina, 21-Nov-2026/)).toBeTruthy()
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('are written as S, O, A and P or as free text; what was typed stays when it is refused, and an empty one is not signed', async () => {
    show()
    await screen.findByLabelText('New note')
    type('New note', 'Calls for her father')
    fireEvent.click(screen.getByRole('radio', { name: 'S, O, A, P' }))
    await press(/^Add note/)
    expect(screen.getByText('The note is empty.')).toBeTruthy()
    type('Subjective', 'Cough for a week')
    type('Plan', 'Amoxicillin')
    answers.addNote = () => refuse('disk-full')
    await press(/^Add note/)
    await waitFor(() => expect(end.asksOf('addNote')).toHaveLength(1))
    expect(screen.getByLabelText<HTMLTextAreaElement>('Subjective').value).toBe('Cough for a week')
    answers.addNote = () => done(note)
    await press(/^Add note/)
    await screen.findByText('Saved on this computer.')
    const [first, second] = end.asksOf('addNote')
    expect(second).toEqual(first)
    expect(second).toMatchObject({ encounter: visit.id, soap: { subjective: 'Cough for a week', objective: '', assessment: '', plan: 'Amoxicillin' } })
    expect(second).not.toHaveProperty('text')
    expect(screen.getByLabelText<HTMLTextAreaElement>('Subjective').value).toBe('')
    fireEvent.click(screen.getByRole('radio', { name: 'Free text' }))
    expect(screen.getByLabelText<HTMLTextAreaElement>('New note').value).toBe('Calls for her father')
    await press(/^Add note/)
    await waitFor(() => expect(end.asksOf('addNote')).toHaveLength(3))
    await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>('New note').value).toBe(''))
    const [, soap, free] = end.asksOf('addNote') as { key: string; text?: string }[]
    expect([free!.text, free!.key === soap!.key]).toEqual(['Calls for her father', false])
  })

  it('A12, A14: a visit is begun, and a note is written as S, O, A and P and signed, by keyboard alone', async () => {
    answers.startEncounter = () => done(visit)
    show()
    const { push, fill, choose, save, type } = hands()
    await push('Start encounter')
    const dialog = await screen.findByRole('dialog')
    await type('Fever')
    await save()
    await waitFor(() => expect(end.asksOf('startEncounter')).toMatchObject([{ patient: patient.id, reason: 'Fever' }]))
    await waitFor(() => expect(dialog.isConnected).toBe(false))
    await choose('S, O, A, P')
    await fill('Subjective', 'Cough for a week')
    await fill('Plan', 'Amoxicillin')
    await save()
    await waitFor(() => expect(end.asksOf('addNote')).toMatchObject([{ encounter: visit.id, soap: { subjective: 'Cough for a week', plan: 'Amoxicillin' } }]))
  })

  it('are added to with a reason, by keyboard', async () => {
    show()
    await press(/^Add to it: note of Dr Ben/)
    const dialog = await screen.findByRole('dialog')
    expect(document.activeElement).toBe(within(dialog).getByLabelText('Why'))
    await press(/^Sign the addendum/, dialog)
    expect(within(dialog).getByText('A few words are needed.')).toBeTruthy()
    type('Why', 'wrong side')
    type('What is to be added', 'Crackles right')
    await press(/^Sign the addendum/, dialog)
    await waitFor(() => expect(end.asksOf('addAddendum')).toMatchObject([{ patient: patient.id, note: note.id, reason: 'wrong side', text: 'Crackles right' }]))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })
})

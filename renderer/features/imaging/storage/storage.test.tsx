import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import type { ArchiveState, StudyEntry } from '../../../../shared/contract'
import { done, refuse } from '../../../../shared/contract'
import { ClientProvider } from '../../../client'
import { installBridge, type PartAnswers } from '../../../client/bridge.test-parts'
import { KeysProvider } from '../../../components'
import { ImagingTab } from '../ImagingTab'
import { ArchivePanel } from './ArchivePanel'

/** Another patient in each test: what was answered about one is remembered. */
const patients = { drop: '01JD00000000000000000DR0P0', here: '01JD00000000000000000HERE0', nurse: '01JD0000000000000000NVRSE0', delete: '01JD0000000000000000DE1ETE' } as const
const study: StudyEntry = {
  id: '01JD000000000000000000STDY', studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['CT'], started: '2026-01-15T09:30:00', series: 1, instances: 64, here: 64, place: 'chart',
  dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '19610506' },
}
const archive: ArchiveState = {
  bytes: 5_000_000_000, files: 9000, studies: 30, alsoOnServer: 28, rule: { gigabytes: 4, days: 90 }, excess: 1_000_000_000, mayGo: { studies: 6, bytes: 1_100_000_000 }, faulty: 0, job: { state: 'none' },
}
const who = (actions: readonly string[]) => () => done({ practitioner: patients.drop, user: 'd', name: 'Dr Test', role: 'doctor', actions, locked: false })

const show = (part: React.ReactElement, answers: PartAnswers) => {
  const end = installBridge({ whoAmI: who(['imaging.read', 'imaging.configure', 'tray.file']), listStudies: () => done([study]), studyWhereabouts: () => done({ [study.id]: 'both' }), readArchive: () => done(archive), ...answers })
  render(<ClientProvider>{<KeysProvider>{part}</KeysProvider>}</ClientProvider>)
  return end
}
afterEach(cleanup)

describe('where the images of a study are', () => {
  it('D19: says it on the chart, and lets them go from this computer only on a second look', async () => {
    const end = show(<ImagingTab patient={{ id: patients.drop }} />, { dropStudy: () => refuse('study-not-confirmed') })
    expect(await screen.findByText('on this computer and on the server')).toBeDefined()
    fireEvent.click(await screen.findByRole('button', { name: /^Remove the images of CT head/ }))
    expect(end.asksOf('dropStudy')).toEqual([])
    fireEvent.click(await screen.findByRole('button', { name: 'Remove from this computer' }))
    await waitFor(() => expect(end.asksOf('dropStudy')).toEqual([{ patient: patients.drop, study: study.id }]))
    await waitFor(() => expect(document.querySelector('dialog')?.textContent).toContain('study-not-confirmed'))
  })

  it('deletes a study only with a reason', async () => {
    const end = show(<ImagingTab patient={{ id: patients.delete }} />, { deleteStudy: () => done(null) })
    fireEvent.click(await screen.findByRole('button', { name: /^Delete CT head/ }))
    fireEvent.click(await screen.findByRole('button', { name: /^Delete the study/ }))
    expect(await screen.findByText('Say why it is deleted.')).toBeDefined()
    expect(end.asksOf('deleteStudy')).toEqual([])
    fireEvent.change(screen.getByLabelText(/^Why/), { target: { value: 'Of another person' } })
    fireEvent.click(screen.getByRole('button', { name: /^Delete the study/ }))
    await waitFor(() => expect(end.asksOf('deleteStudy')).toEqual([{ study: study.id, patient: patients.delete, why: 'Of another person' }]))
  })

  it('offers nothing to remove where the server does not have them, or to a role that may not', async () => {
    show(<ImagingTab patient={{ id: patients.here }} />, { studyWhereabouts: () => done({ [study.id]: 'here' }) })
    expect(await screen.findByText('on this computer only')).toBeDefined()
    expect(screen.queryByRole('button', { name: /^Remove the images/ })).toBeNull()
    cleanup()
    const end = show(<ImagingTab patient={{ id: patients.nurse }} />, { whoAmI: who(['imaging.read']) })
    expect(await screen.findByText('on this computer and on the server')).toBeDefined()
    act(() => end.tell('sessionChanged', { state: 'signed-out' }))
    await waitFor(() => expect(screen.queryAllByRole('button', { name: /^(Remove the images|Delete)/ })).toEqual([]))
  })
})

describe('the images of this computer', () => {
  it('D19: tells the room they take, saves the rule, and makes room on a second look', async () => {
    const end = show(<ArchivePanel />, { setKeepRule: () => done({ ...archive, rule: { gigabytes: 8, days: 30 }, excess: 0 }), makeRoom: () => done({ ...archive, job: { state: 'running', does: 'room', done: 1, of: 6 } }) })
    expect(await screen.findByText('5 GB in 9000 images of 30 studies')).toBeDefined()
    expect(screen.getByText('28 of 30 studies')).toBeDefined()
    expect(screen.getByText('1.1 GB of 6 studies')).toBeDefined()
    fireEvent.change(screen.getByLabelText(/^Limit/), { target: { value: 'a lot' } })
    expect(await screen.findByText('A whole number, 0 or more.')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Save the rule' }))
    expect(end.asksOf('setKeepRule')).toEqual([])
    fireEvent.change(screen.getByLabelText(/^Limit/), { target: { value: '8' } })
    fireEvent.change(screen.getByLabelText(/^Always keep/), { target: { value: '30' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save the rule' }))
    await waitFor(() => expect(end.asksOf('setKeepRule')).toEqual([{ gigabytes: 8, days: 30 }]))
    expect(await screen.findByText('The rule was saved.')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Make room now…' }))
    fireEvent.click(await screen.findByRole('button', { name: 'Make room' }))
    expect(await screen.findByText('Making room: 1 of 6')).toBeDefined()
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('1')
  })

  it('checks all images, says what is damaged, and fetches it again', async () => {
    const end = show(<ArchivePanel />, { checkArchive: () => done({ ...archive, job: { state: 'running', does: 'check', done: 0, of: 9000 } }), mendArchive: () => done(archive) })
    fireEvent.click(await screen.findByRole('button', { name: 'Check all images' }))
    expect(await screen.findByText('Checking images: 0 of 9000')).toBeDefined()
    act(() => end.tell('imagingArchiveChanged', { ...archive, faulty: 3, job: { state: 'done', does: 'check', files: 9000, missing: 1, damaged: 2 } }))
    expect((await screen.findByRole('alert')).textContent).toContain('9000 images were read: 2 are damaged, 1 are missing.')
    fireEvent.click(screen.getByRole('button', { name: 'Fetch damaged images again' }))
    await waitFor(() => expect(end.asksOf('mendArchive')).toHaveLength(1))
    act(() => end.tell('imagingArchiveChanged', { ...archive, faulty: 1, job: { state: 'done', does: 'mend', files: 2, lost: 1 } }))
    expect((await screen.findByRole('alert')).textContent).toContain('1 are not on the server either')
    act(() => end.tell('imagingArchiveChanged', { ...archive, job: { state: 'failed', does: 'room', problem: 'no-server' } }))
    expect((await screen.findByRole('alert')).textContent).toContain('The server cannot be asked now')
  })
})

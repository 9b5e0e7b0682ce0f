import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClinicEvents, ImportProgress, StudyEntry } from '../../../shared/contract'
import { done, refuse } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { KeysProvider } from '../../components'
import { ImagingTab, ImagingTray } from './index'

const patient = { id: '01JD0000000000000000000ADA', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042', birthDate: '1961-05-06', gender: 'female', deceased: false, at: '' } as const
const study: StudyEntry = {
  id: '01JD000000000000000000STDY',
  studyInstanceUid: '2.25.1',
  description: 'CT head',
  modalities: ['CT'],
  started: '2026-01-15T09:30:00',
  series: 1,
  instances: 64,
  place: 'chart',
  dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '19610506' },
}
const running: ImportProgress = { id: 'one', state: 'running', seen: 0, total: 0, imported: 0, leftOutTotal: 0, leftOut: [], studies: [], found: [] }

/** A practice host that answers from here; every ask is kept. */
const bridge = () => {
  const asked: [string, unknown][] = []
  const answers: Record<string, (ask: unknown) => unknown> = {
    whoAmI: () => done({ practitioner: patient.id, user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.read', 'imaging.import', 'tray.read', 'tray.file'], locked: false }),
    listStudies: () => done([]),
    listImagingTray: () => done([]),
  }
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  const folder = { value: '/media/disc' as string | null }
  const named = <Value,>(make: (name: string) => Value) => new Proxy({}, { get: (_target, name) => make(String(name)) })
  vi.stubGlobal('outpost', {
    requests: named((name) => (_practice: unknown, ask: unknown) => {
      asked.push([name, ask])
      return Promise.resolve(answers[name]?.(ask) ?? refuse('not-found'))
    }),
    on: named((name) => (tell: (value: unknown) => void) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(tell))
      return () => set.delete(tell)
    }),
    shell: { chooseFolder: () => Promise.resolve(folder.value), chooseFiles: () => Promise.resolve(['/home/a.zip', '/home/b.dcm']), painted: () => Promise.resolve() },
  })
  const tell = <Name extends keyof ClinicEvents>(name: Name, value: ClinicEvents[Name]) =>
    act(() => {
      for (const listener of listeners.get(name) ?? []) listener(value)
      return Promise.resolve()
    })
  return { asked, answers, folder, tell }
}

const show = (part: React.ReactElement) => render(<ClientProvider>{<KeysProvider>{part}</KeysProvider>}</ClientProvider>)

let host: ReturnType<typeof bridge>
beforeEach(() => {
  host = bridge()
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('imaging on a chart', () => {
  it('teaches the first step when there are no images, and lists studies when there are', async () => {
    show(<ImagingTab patient={{ id: '01JD00000000000000000EMPTY' }} />)
    expect(await screen.findByText('No images on this chart')).toBeDefined()
    cleanup()
    host.answers['listStudies'] = () => done([study, { ...study, id: '01JD00000000000000000STDY2', description: '', linkedBy: 'Nurse Test' }])
    const opened: string[] = []
    show(<ImagingTab patient={patient} onOpen={({ id }) => opened.push(id)} />)
    const row = (await screen.findByText('CT head')).closest('tr')
    expect(row?.textContent).toContain('15-Jan-2026 09:30')
    expect(row?.textContent).toContain('patient number')
    expect(screen.getByText('Nurse Test')).toBeDefined()
    fireEvent.click(within(row as HTMLElement).getByRole('button', { name: /^Open/ }))
    expect(opened).toEqual([study.id])
  })

  it('imports a chosen folder with progress, and says afterwards what was left out and why', async () => {
    host.answers['lookThrough'] = () => done({ ...running, state: 'looking' })
    let whole: ImportProgress = running
    host.answers['readImport'] = () => done(whole)
    host.answers['cancelImport'] = () => done({ ...running, state: 'cancelled' })
    show(<ImagingTab patient={patient} />)
    fireEvent.click(await screen.findByRole('button', { name: 'Import images…' }))
    expect(await screen.findByText('Looking through the folder…')).toBeDefined()
    expect(host.asked).toContainEqual(['lookThrough', { from: ['/media/disc'], patient: patient.id }])
    await host.tell('importChanged', { ...running, id: 'another window’s', seen: 9, total: 9 })
    await host.tell('importChanged', { ...running, seen: 10, total: 80, imported: 7, leftOutTotal: 3 })
    expect(await screen.findByText('10 of 80 files · 7 imported · 3 left out')).toBeDefined()
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('10')
    fireEvent.click(screen.getByRole('button', { name: 'Stop importing' }))
    expect(host.asked).toContainEqual(['cancelImport', { import: 'one' }])
    whole = { ...running, state: 'done', seen: 80, total: 80, imported: 78, leftOutTotal: 2, leftOut: [{ file: 'AUTORUN.INF', reason: 'not-dicom' }, { file: 'CT/9', reason: 'truncated' }], studies: [study, { ...study, place: 'tray' }] }
    await host.tell('importChanged', { ...whole, leftOut: [], studies: [] })
    expect(await screen.findByText('78 images imported')).toBeDefined()
    expect(screen.getByText('AUTORUN.INF').closest('tr')?.textContent).toContain('not an image file')
    expect(screen.getByText('CT/9').closest('tr')?.textContent).toContain('cut off before its end')
    expect(screen.getByText(/^One study carries another number/)).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Close this report' }))
    expect(screen.queryByText('AUTORUN.INF')).toBeNull()
  })

  it('does nothing when no folder was chosen, and says why an import was refused', async () => {
    host.folder.value = null
    show(<ImagingTab patient={patient} />)
    fireEvent.click(await screen.findByRole('button', { name: 'Import images…' }))
    await waitFor(() => expect(host.asked.some(([name]) => name === 'lookThrough')).toBe(false))
    host.folder.value = '/gone'
    host.answers['lookThrough'] = () => refuse('folder-unreadable')
    fireEvent.click(screen.getByRole('button', { name: 'Import images…' }))
    expect(await screen.findByRole('alert')).toBeDefined()
  })

  it('offers no import to a role that may not', async () => {
    host.answers['whoAmI'] = () => done({ practitioner: patient.id, user: 'r', name: 'R', role: 'receptionist', actions: ['imaging.read'], locked: false })
    show(<ImagingTab patient={{ id: '01JD0000000000000000READER' }} />)
    expect(await screen.findByText('No images on this chart')).toBeDefined()
    await host.tell('sessionChanged', { state: 'signed-out' })
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Import images…' })).toBeNull())
  })
})

describe('the imaging tray', () => {
  it('shows what the files say and files the study only on a person’s second look', async () => {
    const waiting: StudyEntry = { ...study, place: 'tray', dicomPatient: { id: '4711', name: 'OKONKWO, Ada', birthDate: '19610506' } }
    host.answers['listImagingTray'] = () => done([waiting])
    host.answers['whoAmI'] = () => done({ practitioner: patient.id, user: 'd', name: 'Dr Test', role: 'doctor', actions: ['tray.read', 'tray.file'], locked: false })
    host.answers['findPatients'] = () => done([patient, { ...patient, id: '01JD0000000000000000000BEN', given: 'Ben', number: 'A-000043' }])
    host.answers['fileStudy'] = () => done({ ...waiting, place: 'chart' })
    show(<ImagingTray />)
    await host.tell('trayChanged', { waiting: 1 })
    await host.tell('sessionChanged', { state: 'signed-out' })
    expect(await screen.findByText('OKONKWO, Ada · 4711 · born 06-May-1961')).toBeDefined()
    fireEvent.click(await screen.findByRole('button', { name: /^Choose patient/ }))
    expect(screen.queryByRole('button', { name: /^Put onto the chart/ })).toBeNull()
    fireEvent.change(screen.getByLabelText('Find the patient'), { target: { value: 'okonkwo' } })
    fireEvent.click(await screen.findByText('OKONKWO-TEST, Ada · A-000042 · born 06-May-1961'))
    expect(host.asked.some(([name]) => name === 'fileStudy')).toBe(false)
    fireEvent.click(screen.getByRole('button', { name: /^Put onto the chart of OKONKWO-TEST, Ada/ }))
    await waitFor(() => expect(host.asked).toContainEqual(['fileStudy', { study: waiting.id, patient: patient.id }]))
    expect(await screen.findByText(/^Put onto the chart of OKONKWO-TEST, Ada/)).toBeDefined()
  })
})

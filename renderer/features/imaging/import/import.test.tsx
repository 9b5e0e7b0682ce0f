import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import type { FoundStudy, ImportProgress } from '../../../../shared/contract'
import { done } from '../../../../shared/contract'
import { ClientProvider } from '../../../client'
import { installBridge, type OtherEnd } from '../../../client/bridge.test-parts'
import { KeysProvider } from '../../../components'
import { ImagingTab } from '../ImagingTab'

const patient = '01JD0000000000000000000ADA'
const mine: FoundStudy = {
  studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['CT'], started: '2026-01-15T09:30:00', series: 2, images: 64, bytes: 34_000_000, here: 0, owner: 'this',
  dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '19610506' },
}
const others: FoundStudy = { ...mine, studyInstanceUid: '2.25.2', description: '', modalities: ['CR'], images: 1, series: 1, owner: 'another', dicomPatient: { id: 'A-000043', name: 'BEN', birthDate: '' } }
const nobodys: FoundStudy = { ...others, studyInstanceUid: '2.25.3', owner: 'nobody', here: 1 }

/** A practice host in which an import with these studies goes from state to state. */
const host = (found: readonly FoundStudy[]) => {
  const now = { value: { id: 'one', state: 'looking', seen: 0, total: 0, imported: 0, leftOutTotal: 0, leftOut: [], studies: [], found: [] } as ImportProgress }
  const end: OtherEnd = installBridge(
    {
      whoAmI: () => done({ practitioner: patient, user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.read', 'imaging.import'], locked: false }),
      listStudies: () => done([]),
      lookThrough: () => done(now.value),
      readImport: () => done(now.value),
      importChosen: () => {
        now.value = { ...now.value, state: 'running', seen: 0, total: 64 }
        return done(now.value)
      },
      cancelImport: () => {
        now.value = { ...now.value, state: 'cancelled' }
        end.tell('importChanged', now.value)
        return done(now.value)
      },
    },
    { chooseFolder: async () => '/media/disc', chooseFiles: async () => ['/home/a.zip', '/home/b.dcm'] },
  )
  const tell = (state: ImportProgress['state'], more: Partial<ImportProgress> = {}) => {
    now.value = { ...now.value, ...more, state, found }
    end.tell('importChanged', { ...now.value, found: [], leftOut: [] })
  }
  render(<ClientProvider>{<KeysProvider>{<ImagingTab patient={{ id: patient }} />}</KeysProvider>}</ClientProvider>)
  return { ...end, tell }
}

afterEach(cleanup)

const lookThrough = async (at: ReturnType<typeof host>): Promise<void> => {
  fireEvent.click(await screen.findByRole('button', { name: 'Import images…' }))
  await screen.findByText('Looking through the folder…')
  at.tell('choosing', { seen: 70, total: 70, leftOutTotal: 1, leftOut: [{ file: 'AUTORUN.INF', reason: 'not-dicom' }] })
}

describe('choosing what is imported', () => {
  it('shows nothing of one patient’s disc on the chart that was opened meanwhile, and gives it up', async () => {
    let answer: () => void = () => undefined
    const asked = new Promise<void>((resolve) => (answer = resolve))
    const found = { id: 'slow', state: 'choosing', seen: 1, total: 1, imported: 0, leftOutTotal: 0, leftOut: [], studies: [], found: [mine, others] } as ImportProgress
    const end = installBridge(
      {
        whoAmI: () => done({ practitioner: patient, user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.read', 'imaging.import'], locked: false }),
        listStudies: () => done([]),
        lookThrough: async () => {
          await asked
          return done(found)
        },
        readImport: () => done(found),
        cancelImport: () => done({ ...found, state: 'cancelled' }),
      },
      { chooseFolder: async () => '/media/disc' },
    )
    const tab = (id: string) => <ClientProvider>{<KeysProvider>{<ImagingTab patient={{ id }} />}</KeysProvider>}</ClientProvider>
    const { rerender } = render(tab(patient))
    fireEvent.click(await screen.findByRole('button', { name: 'Import images…' }))
    await waitFor(() => expect(end.asksOf('lookThrough')).toHaveLength(1))
    rerender(tab('01JD0000000000000000000BEN'))
    answer()
    await waitFor(() => expect(end.asksOf('cancelImport')).toEqual([{ import: 'slow' }]))
    expect(screen.queryByText('2 studies found')).toBeNull()
  })

  it('D1: lists the studies of a disc against the open patient, this patient’s ticked, and imports what is chosen', async () => {
    const at = host([mine, others, nobodys])
    await lookThrough(at)
    expect(await screen.findByText('3 studies found')).toBeDefined()
    expect(screen.getByText('AUTORUN.INF')).toBeDefined()
    const row = (study: FoundStudy) => within(document.querySelector(`[data-study="${study.studyInstanceUid}"]`) as HTMLElement)
    expect(row(mine).getByText('64 in 2 series, 34 MB')).toBeDefined()
    expect(row(mine).getByText('this chart')).toBeDefined()
    expect(row(others).getByText('BEN · A-000043')).toBeDefined()
    expect(row(others).getByText(/the number is another patient’s/)).toBeDefined()
    expect(row(nobodys).getByText('all here already')).toBeDefined()
    expect([mine, others, nobodys].map((study) => (row(study).getByRole('checkbox') as HTMLInputElement).checked)).toEqual([true, false, false])
    fireEvent.click(row(nobodys).getByRole('checkbox'))
    fireEvent.click(screen.getByRole('button', { name: 'Import 2 studies' }))
    await waitFor(() => expect(at.asksOf('importChosen')).toEqual([{ import: 'one', studies: ['2.25.1', '2.25.3'] }]))
    expect(await screen.findByRole('button', { name: 'Stop importing' })).toBeDefined()
  })

  it('asks nothing when there is one study and it is this patient’s', async () => {
    const at = host([mine])
    await lookThrough(at)
    await waitFor(() => expect(at.asksOf('importChosen')).toEqual([{ import: 'one', studies: ['2.25.1'] }]))
    expect(screen.queryByText('1 study found')).toBeNull()
  })

  it('imports nothing when that is chosen, or nothing is ticked', async () => {
    const at = host([others])
    await lookThrough(at)
    expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Import 0 studies' })).disabled).toBe(true)
    fireEvent.click(screen.getByRole('button', { name: 'Import nothing' }))
    expect(await screen.findByText(/^Stopped\. 0 images/)).toBeDefined()
    expect(at.asksOf('importChosen')).toEqual([])
  })

  it('gives up what nobody chose from when another chart is opened', async () => {
    const at = host([mine, others])
    await lookThrough(at)
    expect(await screen.findByText('2 studies found')).toBeDefined()
    cleanup()
    await waitFor(() => expect(at.asksOf('cancelImport')).toEqual([{ import: 'one' }]))
  })

  it('takes zip archives and files from the dialog', async () => {
    const at = host([mine])
    fireEvent.click(await screen.findByRole('button', { name: 'Zip or files…' }))
    await waitFor(() => expect(at.asksOf('lookThrough')).toEqual([{ from: ['/home/a.zip', '/home/b.dcm'], patient }]))
  })
})

describe('dropping onto the studies', () => {
  const drop = (files: readonly object[], types = ['Files']) => {
    const area = document.querySelector('.import-drop') as HTMLElement
    fireEvent.dragEnter(area, { dataTransfer: { types, files } })
    const dropped = fireEvent.drop(area, { dataTransfer: { types, files } })
    return !dropped
  }

  it('D1: looks through a folder, a zip archive or files that are dropped', async () => {
    const at = host([mine])
    await screen.findByRole('button', { name: 'Import images…' })
    expect(drop([{ path: '/media/disc' }, { path: '/home/study.zip' }])).toBe(true)
    await waitFor(() => expect(at.asksOf('lookThrough')).toEqual([{ from: ['/media/disc', '/home/study.zip'], patient }]))
  })

  it('says so when what is dropped lies on no disk, and leaves dropped words alone', async () => {
    const at = host([mine])
    await screen.findByRole('button', { name: 'Import images…' })
    expect(drop([], ['text/plain'])).toBe(false)
    expect(drop([{}])).toBe(true)
    expect(await screen.findByText(/has no place on this computer/)).toBeDefined()
    expect(at.asksOf('lookThrough')).toEqual([])
  })
})

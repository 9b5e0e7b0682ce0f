import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { done, refuse, type ExportPlan, type ExportProgress, type SeriesEntry, type StudyEntry } from '../../../../shared/contract'
import { ClientProvider } from '../../../client'
import { installBridge, type Answers } from '../../../client/bridge.test-parts'
import { KeysProvider } from '../../../components'
import { press } from '../../../components/press.test-parts'
import { ExportStudy } from './ExportStudy'
import { placesOf } from '../viewer/places'
import type { PaneContext } from '../viewer/parts'
import { pagesOf, PicturesPanel } from './PicturesPanel'

vi.mock('./drawn', () => ({ mostFrames: 300, drawnOf: ({ picture }: { readonly picture: { readonly sopInstanceUid: string } }) => Promise.resolve({ url: `data:,${picture.sopInstanceUid}`, aspect: 1 }) }))

const plan: ExportPlan = { instances: 3, bytes: 1_500_000, missing: 0, burnedIn: 0, mayBeBurnedIn: 1, documents: 1 }
const running: ExportProgress = { id: 'one', state: 'running', done: 0, of: 3, notExported: {} }
let charts = 0
const open = async (answers: Answers, folder: string | null = '/media/stick') => {
  charts += 1
  const end = installBridge({
    whoAmI: () => done({ practitioner: '01JD0000000000000000000D0C', user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.export'], locked: false }),
    planExport: () => done(plan),
    ...answers,
  })
  Object.assign(window.outpost.shell, { chooseFolder: async () => folder })
  const id = (letters: string) => `01JD0000000000000000${letters}${String(charts).padStart(6 - letters.length, '0')}`
  render(<ClientProvider><KeysProvider><ExportStudy patient={id('PA')} study={id('ST')} name="CT head" /></KeysProvider></ClientProvider>)
  await press('Export CT head…')
  await screen.findByText('3 files, 1.5 MB')
  return end
}
afterEach(cleanup)

describe('the export of a study', () => {
  it('D17: without the patient waits until somebody has looked for text in the pixels', async () => {
    const end = await open({ exportStudies: () => done(running), readExport: () => done({ ...running, state: 'done', done: 3, path: '/media/stick/images-1', notExported: { document: 1 } }) })
    fireEvent.click(screen.getByLabelText('Without the patient'))
    expect(screen.getByText(/1 reports or documents are left out/)).toBeDefined()
    await press('Choose where…')
    expect(await screen.findByText('Look at the pictures first.')).toBeDefined()
    expect(end.asksOf('exportStudies')).toEqual([])
    fireEvent.click(screen.getByLabelText('I looked at these pictures: nobody is named in them'))
    await press('Choose where…')
    expect(await screen.findByText('Exported to /media/stick/images-1')).toBeDefined()
    expect(end.asksOf('exportStudies')[0]).toMatchObject({ folder: '/media/stick', form: 'folder', deidentify: { dates: 'remove', pixelsLookedAt: true } })
  })

  it('D17: with the patient says that it holds the name; a folder that nobody chose exports nothing', async () => {
    const end = await open({ exportStudies: () => done({ ...running, state: 'done', done: 3, path: '/x' }) }, null)
    await press('Choose where…')
    expect(end.asksOf('exportStudies')).toEqual([])
    Object.assign(window.outpost.shell, { chooseFolder: async () => '/media/stick' })
    fireEvent.click(screen.getByLabelText('Zip archive'))
    await press('Choose where…')
    expect(await screen.findByText(/with the patient’s name. Keep it as safe/)).toBeDefined()
    expect(end.asksOf('exportStudies')[0]).not.toHaveProperty('deidentify')
  })

  it('says what is left in the folder when there was no room: nothing', async () => {
    await open({ exportStudies: () => done({ ...running, state: 'failed', problem: 'disk-full' }) })
    await press('Choose where…')
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Nothing was left in it'))
  })

  it('D22: a sheet with pictures of two examinations says under each which one it is of', async () => {
    const study = (id: string, started: string): StudyEntry => ({ id, studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['CT'], started, series: 1, instances: 1, place: 'chart', dicomPatient: { id: '', name: '', birthDate: '' } })
    const paneOf = (of: StudyEntry): PaneContext => {
      const series: SeriesEntry = { seriesInstanceUid: `${of.id}.1`, modality: 'CT', description: 'Axial', instances: [{ sopInstanceUid: `2.25.${of.started ?? ''}`, frames: 1, rows: 2, columns: 2, url: `app://outpost/dicom/${of.id}/1` }] }
      const { places } = placesOf(series)
      return { patient: { id: '01JD00000000000000000SHEET', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042' }, study: of, series, places, at: 0, place: places[0], shown: undefined, view: undefined, active: true, hand: 'window', go: () => undefined }
    }
    installBridge({
      whoAmI: () => done({ practitioner: '01JD0000000000000000000D0C', user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.export'], locked: false }),
      listAnnotations: () => done([]),
      readLetterhead: () => done({ name: 'Clinic of Ours', address: '', phone: '', email: '' }),
      readBanner: () => refuse('internal'),
    })
    Object.assign(window.outpost.shell, { print: () => new Promise<void>(() => undefined) })
    const panel = (of: StudyEntry) => <ClientProvider><KeysProvider><PicturesPanel pane={paneOf(of)} onClose={() => undefined} /></KeysProvider></ClientProvider>
    const { rerender } = render(panel(study('01JD0000000000000000000NEW', '2026-01-15T09:30:00')))
    await press('Put this picture on the sheet')
    rerender(panel(study('01JD0000000000000000000OLD', '2024-07-15T10:00:00')))
    await press('Put this picture on the sheet')
    await press('Print…')
    await waitFor(() => expect(document.querySelectorAll('.printed-sheet figcaption')).toHaveLength(2))
    expect([...document.querySelectorAll('.printed-sheet figcaption')].map(({ textContent }) => textContent)).toEqual([expect.stringContaining('15-Jan-2026'), expect.stringContaining('15-Jul-2024')])
    expect(document.querySelector('.printed-sheet h1')?.textContent).toMatch(/15-Jan-2026.*15-Jul-2024/)
  })

  it('D22: a sheet has one or four pictures on a page', () => {
    expect(pagesOf([1, 2, 3, 4, 5], 4)).toEqual([[1, 2, 3, 4], [5]])
    expect(pagesOf([1, 2], 1)).toEqual([[1], [2]])
    expect(pagesOf([], 4)).toEqual([])
  })
})

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { done, refuse, type AnnotationEntry, type ImagingReportEntry, type ReportTemplate, type SeriesEntry, type StudyEntry } from '../../../../shared/contract'
import { ClientProvider, Seat } from '../../../client'
import { installBridge, type Answers } from '../../../client/bridge.test-parts'
import { KeysProvider } from '../../../components'
import { press } from '../../../components/press.test-parts'
import { placesOf } from '../viewer/places'
import type { PaneContext } from '../viewer/parts'
import { ReportPanel, filledIn } from './ReportPanel'
import { ReportsPanel } from './ReportsPanel'

vi.mock('../export/drawn', () => ({ drawnOf: ({ picture }: { readonly picture: { readonly sopInstanceUid: string } }) => Promise.resolve({ url: `data:,${picture.sopInstanceUid}`, aspect: 1 }) }))

const reader = { practitioner: '01JD000000000000000READER0', user: 'rita', name: 'Dr Rita', role: 'doctor', actions: ['chart.read', 'result.read', 'report.sign', 'imaging.read'], locked: false } as const
const own: ReportTemplate = { name: 'Ours', modality: 'CT', text: { technique: 'Low dose', findings: 'As before.', impression: '' } }
let charts = 0
/** A study of a chart of its own: answers are kept between tests. */
const paneOf = (): PaneContext => {
  charts += 1
  const id = (letters: string) => `01JD0000000000000000${letters}${String(charts).padStart(6 - letters.length, '0')}`
  const study: StudyEntry = { id: id('ST'), studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['CT'], series: 1, instances: 2, place: 'chart', dicomPatient: { id: '', name: '', birthDate: '' } }
  const instance = (sopInstanceUid: string) => ({ sopInstanceUid, frames: 1, rows: 2, columns: 2, url: `app://outpost/dicom/t/${sopInstanceUid}` })
  const series: SeriesEntry = { seriesInstanceUid: '2.25.2', modality: 'CT', description: 'Axial', instances: [instance('2.25.31'), instance('2.25.32')] }
  const { places } = placesOf(series)
  return { patient: { id: id('PA'), family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042' }, study, series, places, at: 0, place: places[0], shown: undefined, view: undefined, active: true, hand: 'window', go: () => undefined }
}
const keyImage = ({ study }: PaneContext): AnnotationEntry => ({
  id: '01JD00000000000000000ANN0T', kind: 'key-image', label: 'Left frontal', place: { study: study.studyInstanceUid, series: '2.25.2', instance: '2.25.32', frame: 1 },
  drawing: { revision: '1', points: [], measured: { basis: 'none', quantities: [] } as never, by: { practitioner: reader.practitioner, name: 'Dr Rita' } },
  version: '1', changedAt: '', station: 'A', createdBy: 'Dr Rita', createdAt: '', versions: 1,
})
const reportOf = ({ study }: PaneContext): ImagingReportEntry => ({
  id: '01JD0000000000000000REP0RT', title: 'CT Head', accession: 'A26000001', studies: [study.id], text: { technique: '', findings: 'No bleeding.', impression: 'Normal' },
  keyImages: [{ studyInstanceUid: '2.25.1', seriesInstanceUid: '2.25.2', sopInstanceUid: '2.25.32', frame: 1, caption: 'Left frontal' }], addenda: [], by: 'Dr Rita', at: '2026-01-15T10:00:00.000Z',
})
const open = (pane: PaneContext, answers: Answers) => {
  const end = installBridge({
    whoAmI: () => done(reader),
    listImagingReports: () => done([]),
    listAnnotations: () => done([]),
    listReportTemplates: () => done([own]),
    readLetterhead: () => done({ name: 'Clinic of Ours', address: '1 High Street', phone: '123', email: '' }),
    readBanner: () => done({ patient: { ...pane.patient, birthDate: '1961-05-06', gender: 'female', deceased: false, at: '' }, allergies: { status: 'not-asked' }, reviewItems: 0 }),
    ...answers,
  })
  render(<ClientProvider><KeysProvider><ReportPanel pane={pane} onClose={() => undefined} /></KeysProvider></ClientProvider>)
  return end
}
afterEach(cleanup)

describe('a report beside its images', () => {
  it('D9: is signed with its key images after a second look, and not while it is empty', async () => {
    const pane = paneOf()
    const end = open(pane, { listAnnotations: () => done([keyImage(pane)]), signImagingReport: () => done(reportOf(pane)) })
    await screen.findByText('Image 2 · Left frontal')
    await press('Sign…')
    expect(await screen.findByText('Write something first.')).toBeDefined()
    fireEvent.change(screen.getByLabelText('Impression'), { target: { value: 'Normal' } })
    await press('Sign…')
    await press('Sign')
    await waitFor(() => expect(end.asksOf('signImagingReport')).toHaveLength(1))
    expect(end.asksOf('signImagingReport')[0]).toMatchObject({
      patient: pane.patient.id, studies: [pane.study.id], text: { impression: 'Normal' }, keyImages: [{ sopInstanceUid: '2.25.32', frame: 1, caption: 'Left frontal' }],
    })
  })

  it('D9: begins with a template, which fills what is empty and nothing else', async () => {
    open(paneOf(), {})
    const technique = await screen.findByLabelText<HTMLTextAreaElement>('Technique')
    fireEvent.change(technique, { target: { value: 'Typed' } })
    fireEvent.change(await screen.findByLabelText(/Begin with/), { target: { value: '0' } })
    await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>('Findings').value).toBe('As before.'))
    expect(technique.value).toBe('Typed')
    expect(filledIn({ technique: ' ', findings: 'a', impression: '' }, own.text)).toEqual({ technique: 'Low dose', findings: 'a', impression: '' })
  })

  it('D9: prints on letterhead with the patient and the key images, as they are', async () => {
    const pane = paneOf()
    open(pane, { listImagingReports: () => done([reportOf(pane)]), openStudy: () => done({ study: pane.study, series: [pane.series] }) })
    const printed = vi.fn(() => new Promise<void>(() => undefined))
    Object.assign(window.outpost.shell, { print: printed })
    await press('Print the report about CT Head')
    await waitFor(() => expect(printed).toHaveBeenCalledTimes(1))
    const sheet = document.querySelector('.printed-sheet')
    for (const words of ['Clinic of Ours', '1 High Street', 'OKONKWO-TEST, Ada', 'A-000042', 'born 06-May-1961', 'CT Head', 'Normal', 'Left frontal']) expect(sheet?.textContent).toContain(words)
    expect(sheet?.querySelector('img')?.getAttribute('src')).toBe('data:,2.25.32')
  })

  it('D9: is not printed with a hole where a key image is not here', async () => {
    const pane = paneOf()
    open(pane, { listImagingReports: () => done([reportOf(pane)]), openStudy: () => done({ study: pane.study, series: [] }) })
    await press('Print the report about CT Head')
    expect(await screen.findByText(/The key images are not on this workstation/)).toBeDefined()
    expect(document.querySelector('.printed-sheet')).toBeNull()
  })

  it('D9: is read, and not printed, while nobody can say whose it is', async () => {
    const pane = paneOf()
    installBridge({ listImagingReports: () => done([reportOf(pane)]), readBanner: () => refuse('internal') })
    render(<ClientProvider><KeysProvider><Seat value={reader}><ReportsPanel patient={pane.patient.id} /></Seat></KeysProvider></ClientProvider>)
    expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Print the report about CT Head' })).disabled).toBe(true)
    expect(screen.getByText('Normal')).toBeDefined()
  })
})

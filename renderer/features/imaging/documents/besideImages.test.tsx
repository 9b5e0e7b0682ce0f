import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { done, type SeriesEntry, type StudyEntry } from '../../../../shared/contract'
import { contentItem, dicomObject, reportFile } from '../../../../shared/testing/dicomObjects'
import { installBridge } from '../../../client/bridge.test-parts'
import { ClientProvider } from '../../../client'
import { KeysProvider } from '../../../components'
import { findImage } from '../viewer/imageOpener'
import type { Picture, StackListener, StackView } from '../viewer/engine'
import { ViewerScreen } from '../viewer/ViewerScreen'

/** Stands in for the drawing itself, which needs a browser with a canvas. */
vi.mock('../viewer/engine', () => ({
  drawThumbnail: () => Promise.resolve(true),
  openStackView: (_element: HTMLDivElement, _pictures: readonly Picture[], first: number, listener: StackListener): Promise<StackView> => {
    const show = (index: number) => listener.shown({ index, window: { centre: 40, width: 400 }, zoom: 1, axes: { right: [1, 0], down: [0, 1] }, colour: false, invert: false })
    act(() => show(first))
    const nothing = new Proxy({}, { get: () => () => undefined })
    const view = { show: (index: number) => (show(index), Promise.resolve()), attributes: () => ({}) }
    return Promise.resolve(new Proxy(view, { get: (known, name) => (name === 'then' ? undefined : (Reflect.get(known, name) ?? Reflect.get(nothing, name))) }) as unknown as StackView)
  },
}))

const patient = { id: '01JD0000000000000000000ADA', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042' }
const study: StudyEntry = {
  id: '01JD000000000000000000STDY', studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['CT', 'SR'], started: '2026-01-15T09:30:00',
  series: 2, instances: 5, place: 'chart', dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '' },
}
const images: SeriesEntry = {
  seriesInstanceUid: '1.1', number: 1, modality: 'CT', description: 'Head',
  instances: [1, 2, 3, 4].map((number) => ({ sopInstanceUid: `2.25.${number}`, frames: number === 4 ? 3 : 1, rows: 4, columns: 4, url: `app://outpost/dicom/t/2.25.${number}` })),
}
const reports: SeriesEntry = {
  seriesInstanceUid: '1.2', number: 2, modality: 'SR', description: 'Findings',
  instances: [{ sopInstanceUid: '2.25.99', frames: 1, rows: 0, columns: 0, url: 'app://outpost/dicom/t/2.25.99', cannotShow: 'not-an-image' }],
}
const report = reportFile('Findings', [contentItem('IMAGE', 'CONTAINS', 'Key image', ['00081199', 'SQ', [dicomObject(['00081155', 'UI', '2.25.3'])]])])

afterEach(cleanup)

describe('A report among its images', () => {
  it('has the image that it points at laid beside it, and stays', async () => {
    installBridge({
      whoAmI: () => done({ practitioner: patient.id, user: 'd', name: 'Dr Test', role: 'doctor' as const, actions: ['imaging.read' as const], locked: false }),
      openStudy: () => done({ study, series: [images, reports] }),
      listStudies: () => done([study]),
      readImagingFile: () => done({ bytes: report, leftAway: 'nothing' as const, size: report.length }),
    })
    render(
      <ClientProvider>
        <KeysProvider>
          <ViewerScreen patient={patient} study={study.id} />
        </KeysProvider>
      </ClientProvider>,
    )
    const strip = await waitFor(() => {
      const found = document.querySelector<HTMLButtonElement>('[data-series="1.2"]')
      if (!found || found.disabled) throw new Error('the series is not there')
      return found
    })
    fireEvent.click(strip)
    fireEvent.click(await screen.findByRole('button', { name: 'Show image 3' }))
    await waitFor(() => expect(document.querySelector('[data-rendered="2.25.3"]')).not.toBeNull())
    expect(screen.getByRole('heading', { name: 'Findings' })).toBeDefined()
  })

  it('an image is found by its instance, and by its frame where it has several', () => {
    const series = [reports, images]
    expect(findImage(series, '2.25.2', [])).toEqual({ series: '1.1', place: 1 })
    expect(findImage(series, '2.25.4', [2])).toEqual({ series: '1.1', place: 4 })
    expect(findImage(series, '2.25.4', [])).toEqual({ series: '1.1', place: 3 })
    expect(findImage(series, '2.25.4', [9])).toBeUndefined()
    expect(findImage(series, '2.25.5', [])).toBeUndefined()
  })
})

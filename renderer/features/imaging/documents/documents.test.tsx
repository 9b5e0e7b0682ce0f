import axe from 'axe-core'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { done, refuse, type ImagingFile, type SeriesEntry, type StudyEntry } from '../../../../shared/contract'
import { installBridge, type OtherEnd } from '../../../client/bridge.test-parts'
import { KeysProvider } from '../../../components'
import { codeItem, contentItem, dicomFile, dicomObject, measuredItem, reportFile, waveformFile } from '../../../../shared/testing/dicomObjects'
import { ImageOpenerContext } from '../viewer/imageOpener'
import type { PaneContext } from '../viewer/parts'
import { standardLeads } from './ecg/paper'
import { documents, tagPanel } from './index'

const drawn = vi.hoisted(() => ({ pages: [] as number[], opened: 0, closed: 0, failing: false }))
/** Stands in for the drawing of pages, which needs a browser with a canvas and a worker. */
vi.mock('./pdf/pages', () => ({
  openPages: async () => {
    if (drawn.failing) throw new Error('locked')
    drawn.opened += 1
    return {
      count: 2,
      draw: async (number: number) => {
        drawn.pages.push(number)
        return `words of page ${number}`
      },
      close: () => {
        drawn.closed += 1
      },
    }
  },
}))

const patient = { id: '01JD0000000000000000000ADA', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042' }
const study: StudyEntry = {
  id: '01JD000000000000000000STDY', studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['SR'], started: '2026-01-15T09:30:00',
  series: 1, instances: 2, place: 'chart', dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '' },
}
const series: SeriesEntry = { seriesInstanceUid: '1.1', modality: 'SR', description: '', instances: [] }

const show = vi.fn()
/** The images that a report may point at. */
const images: SeriesEntry = {
  seriesInstanceUid: '1.2', modality: 'CT', description: '',
  instances: ['2.25.8', '2.25.10'].map((sopInstanceUid) => ({ sopInstanceUid, frames: 1, rows: 4, columns: 4, url: `app://outpost/dicom/t/${sopInstanceUid}` })),
}
const paneOf = (sopInstanceUid: string): PaneContext => {
  const place = { sopInstanceUid, cannotShow: 'not-an-image' as const }
  return { patient, study, series, places: [place], at: 0, place, shown: undefined, view: undefined, active: true } as unknown as PaneContext
}

const file = (bytes: Uint8Array, leftAway: ImagingFile['leftAway'] = 'nothing'): ImagingFile => ({ bytes, leftAway, size: bytes.length })

let bridge: OtherEnd
const showDocument = (bytes: Uint8Array, leftAway?: ImagingFile['leftAway']) => {
  bridge = installBridge({ readImagingFile: () => done(file(bytes, leftAway)) })
  return render(
    <KeysProvider>
      <ImageOpenerContext.Provider value={{ series: [series, images], show }}>
        <documents.View pane={paneOf('2.25.9')} />
      </ImageOpenerContext.Provider>
    </KeysProvider>,
  )
}
const showTags = (bytes: Uint8Array, onClose = () => undefined as void) => {
  bridge = installBridge({ readImagingFile: () => done(file(bytes)) })
  return render(
    <KeysProvider>
      <tagPanel.Panel pane={paneOf('2.25.9')} onClose={onClose} />
    </KeysProvider>,
  )
}
const accessible = async (element: Element) => {
  const { violations } = await axe.run(element, { rules: { region: { enabled: false }, 'color-contrast': { enabled: false } } })
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
}

afterEach(() => {
  cleanup()
  show.mockClear()
  Object.assign(drawn, { pages: [], opened: 0, closed: 0, failing: false })
})

describe('D16: a report in the viewer', () => {
  const report = reportFile(
    'Imaging Measurement Report',
    [
      contentItem('PNAME', 'HAS OBS CONTEXT', 'Observer', ['0040a123', 'PN', 'Cooper^Harold']),
      contentItem('CONTAINER', 'CONTAINS', 'Measurements', ['0040a050', 'CS', 'SEPARATE'], [
        '0040a730', 'SQ',
        [
          measuredItem('Area', '1.70', ['cm2', 'square centimeter']),
          contentItem('NUM', 'CONTAINS', 'Ratio', ['0040a300', 'SQ', [dicomObject(['0040a30a', 'DS', '3'])]]),
          contentItem('IMAGE', 'CONTAINS', undefined, ['00081199', 'SQ', [dicomObject(['00081155', 'UI', '2.25.10'])]]),
          contentItem('IMAGE', 'CONTAINS', undefined, ['00081199', 'SQ', [dicomObject(['00081155', 'UI', '2.25.77'])]]),
        ],
      ]),
    ],
    ['0040a491', 'CS', 'COMPLETE'],
    ['0040a493', 'CS', 'UNVERIFIED'],
  )

  it('says first whether it is complete and signed off, then what it says, with the unit as it was written', async () => {
    const { container } = showDocument(report)
    expect(await screen.findByRole('heading', { name: 'Imaging Measurement Report' })).toBeDefined()
    expect(screen.getByText('Complete')).toBeDefined()
    expect(screen.getByText('Not signed off')).toBeDefined()
    expect(screen.getByRole('heading', { name: 'Measurements' })).toBeDefined()
    expect(screen.getByText('1.70 cm²')).toBeDefined()
    expect(screen.getByText('3 (no unit given)')).toBeDefined()
    expect(screen.getByText('COOPER, Harold')).toBeDefined()
    expect(bridge.asksOf('readImagingFile')).toEqual([{ patient: patient.id, study: study.id, instance: '2.25.9' }])
    await accessible(container)
  })

  it('leads to the images of its study, and says which are not there', async () => {
    showDocument(report)
    fireEvent.click(await screen.findByRole('button', { name: 'Show image 2' }))
    expect(show).toHaveBeenCalledWith({ series: '1.2', place: 1 })
    expect(screen.getByText('image (not among the images here)')).toBeDefined()
  })

  it('sentences in pieces stand as one text; a group of measurements that calls itself continuous stays a list', async () => {
    const containerOf = (name: string, ...items: readonly Uint8Array[]) => contentItem('CONTAINER', 'CONTAINS', name, ['0040a050', 'CS', 'CONTINUOUS'], ['0040a730', 'SQ', items])
    const text = (words: string) => contentItem('TEXT', 'CONTAINS', undefined, ['0040a160', 'UT', words])
    const { container } = showDocument(
      reportFile('x', [
        containerOf('Diagnosis', text('A mass of'), measuredItem('Diameter', '3', ['cm', 'centimeter']), text('was detected.')),
        containerOf('Measurement Group', contentItem('UIDREF', 'HAS OBS CONTEXT', 'Tracking', ['0040a124', 'UI', '2.25.1']), measuredItem('Area', '1', ['cm2', 'square centimeter'])),
      ]),
    )
    await screen.findByRole('heading', { name: 'Diagnosis' })
    expect([...container.querySelectorAll('.sr-flow')].map((each) => each.querySelector('h4')?.textContent)).toEqual(['Diagnosis'])
    expect(container.querySelectorAll('.sr-section')).toHaveLength(1)
  })

  it('says that it goes on where the file ends early, and shows what came before', async () => {
    showDocument(report.subarray(0, report.length - 20))
    expect(await screen.findByRole('heading', { name: 'Imaging Measurement Report' })).toBeDefined()
    expect(screen.getByText(/ends in the middle of an element/)).toBeDefined()
  })
})

describe('D4: curves in the viewer', () => {
  const channels = standardLeads.map((name) => ({ name: `Lead ${name}`, unit: 'uV', sensitivity: '1' }))
  /** A pulse of 1 mV for 200 ms after a second. */
  const sample = (_: number, index: number): number => (index >= 500 && index < 600 ? 1000 : 0)
  const ecg = waveformFile({ channels, frequency: 500, samples: 5000, sample, beside: [['0040b020', 'SQ', [dicomObject(['00700006', 'ST', 'Sinus rhythm'])]]] })

  it('twelve leads stand on millimetre paper: 10 s at 25 mm/s are 250 mm, 1 mV is 10 mm', async () => {
    const { container } = showDocument(ecg)
    await screen.findByText(/one small square is 40 ms and 0.1 mV/)
    const sheet = container.querySelector('svg[data-waveform]')
    expect(sheet?.getAttribute('width')).toBe('260mm')
    // Three rows of four, and lead II below in its whole length.
    expect(container.querySelectorAll('[data-channel]')).toHaveLength(13)
    expect(container.querySelectorAll('[data-channel="II"]')).toHaveLength(2)
    await accessible(container)
    fireEvent.click(screen.getByRole('radio', { name: 'One below the other' }))
    expect([...container.querySelectorAll('[data-channel]')].map((each) => each.getAttribute('data-channel'))).toEqual([...standardLeads])
    const path = container.querySelector('[data-channel="I"] path')?.getAttribute('d') ?? ''
    const points = [...path.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const)
    const high = points.filter(([, y]) => y === -10)
    // From 1 s to 1.2 s: 25 mm to 30 mm.
    expect(Math.min(...high.map(([x]) => x))).toBeCloseTo(25, 1)
    expect(Math.abs(Math.max(...high.map(([x]) => x)) - 30)).toBeLessThan(0.15)
    expect(points.every(([, y]) => y === 0 || y === -10)).toBe(true)
    expect(screen.getByText('Sinus rhythm')).toBeDefined()
  })

  it('speed and height change the paper, and its words with it', async () => {
    const { container } = showDocument(ecg)
    await screen.findByText(/40 ms and 0.1 mV/)
    fireEvent.click(screen.getByRole('radio', { name: /50.mm\/s/ }))
    fireEvent.click(screen.getByRole('radio', { name: /20.mm\/mV/ }))
    expect(screen.getByText(/one small square is 20 ms and 0.05 mV/)).toBeDefined()
    expect(container.querySelector('svg[data-waveform]')?.getAttribute('width')).toBe('510mm')
    expect(container.querySelector('[data-channel="I"] path')?.getAttribute('d')).toContain(' -20')
    // A quarter of ten seconds in each column of 125 mm.
    expect(container.querySelector('[data-channel="V6"]')?.getAttribute('transform')).toMatch(/^translate\(380 /)
  })

  it('what has no unit says that its height means nothing; what is no voltage has its range beside it', async () => {
    const { unmount } = showDocument(waveformFile({ channels: [{ name: 'X' }], frequency: 100, samples: 50, sample: (_, index) => index }))
    expect(await screen.findByText(/does not say what a sample measures/)).toBeDefined()
    expect(screen.queryByText(/mm\/mV/)).toBeNull()
    unmount()
    const { container } = showDocument(waveformFile({ channels: [{ name: 'Aorta', unit: 'mm[Hg]', sensitivity: '1' }], frequency: 100, samples: 50, sample: (_, index) => 70 + index }))
    await screen.findByText(/drawn to its own height/)
    expect(container.querySelector('.wave-label')?.textContent).toContain('70 to 119 mmHg')
  })

  it('a median beat is not cut into columns', async () => {
    const { container } = showDocument(waveformFile({ channels, frequency: 500, samples: 600, sample }))
    await screen.findByText(/40 ms and 0.1 mV/)
    expect(container.querySelectorAll('[data-channel]')).toHaveLength(12)
    expect(screen.queryByRole('radio', { name: /3 × 4/ })).toBeNull()
  })

  it('says why it is not drawn when its samples contradict the file', async () => {
    showDocument(waveformFile({ channels, frequency: 500, samples: 100, sample, more: [['003a0010', 'UL', 100_000]] }))
    expect(await screen.findByText(/file ends before its samples do/)).toBeDefined()
  })
})

describe('Documents in the viewer', () => {
  const encapsulated = (content: string, mime: string, sopClass: string) =>
    dicomFile(sopClass, dicomObject(['00080016', 'UI', sopClass], ['00420010', 'ST', 'Discharge letter'], ['00420011', 'OB', new TextEncoder().encode(content)], ['00420012', 'LO', mime]))
  const pdf = encapsulated('%PDF-1.4 …', 'application/pdf', '1.2.840.10008.5.1.4.1.1.104.1')

  it('a PDF is drawn page by page, and let go when it is closed', async () => {
    const { unmount, container } = showDocument(pdf)
    expect(await screen.findByRole('heading', { name: 'Discharge letter' })).toBeDefined()
    expect(await screen.findByText('words of page 1')).toBeDefined()
    const next = screen.getByRole('button', { name: 'Next page' })
    fireEvent.click(next)
    expect(await screen.findByText('words of page 2')).toBeDefined()
    expect(drawn.pages).toEqual([1, 2])
    await accessible(container)
    unmount()
    await waitFor(() => expect(drawn.closed).toBe(1))
  })

  it('a PDF that cannot be opened says so', async () => {
    drawn.failing = true
    showDocument(pdf)
    expect(await screen.findByText('This document could not be drawn')).toBeDefined()
  })

  it('what says it is a PDF and is none is not given to the drawing', async () => {
    showDocument(encapsulated('GIF89a', 'application/pdf', '1.2.840.10008.5.1.4.1.1.104.1'))
    expect(await screen.findByText(/of a kind that cannot be shown here yet/)).toBeDefined()
    expect(drawn.opened).toBe(0)
  })

  it.each([
    ['text/XML', '1.2.840.10008.5.1.4.1.1.104.2', /clinical document/],
    ['model/stl', '1.2.840.10008.5.1.4.1.1.104.3', /model for printing/],
    ['application/x-unknown', '1.2.3', /of a kind/],
  ])('%s is named, with its title and size', async (mime, sopClass, words) => {
    showDocument(encapsulated('<x/>', mime, sopClass))
    expect(await screen.findByText(words)).toBeDefined()
    expect(screen.getByText('Discharge letter')).toBeDefined()
  })

  it('a plan says that there is nothing to read in it', async () => {
    showDocument(dicomFile('1.2.840.10008.5.1.4.1.1.481.5', dicomObject(['300a0002', 'SH', 'Plan'])))
    expect(await screen.findByText(/nothing that can be read as a document/)).toBeDefined()
  })

  it('a file that is not on this workstation says so, and is asked for again', async () => {
    let there = false
    bridge = installBridge({ readImagingFile: () => (there ? done(file(pdf)) : refuse('study-incomplete')) })
    render(<KeysProvider><documents.View pane={paneOf('2.25.9')} /></KeysProvider>)
    const again = await screen.findByRole('button')
    there = true
    fireEvent.click(again)
    expect(await screen.findByRole('heading', { name: 'Discharge letter' })).toBeDefined()
  })
})

describe('D24: the tags of a file beside its picture', () => {
  const bytes = dicomFile(
    '1.2.840.10008.5.1.4.1.1.2',
    dicomObject(['00100010', 'PN', 'Okonkwo-Test^Ada'], ['00280010', 'US', 512], ['00081140', 'SQ', [dicomObject(['00081155', 'UI', '2.25.7'])]], ['00090010', 'LO', 'ACME'], ['00091001', 'LO', 'own'], ['0040a730', 'SQ', [codeItem('1', '2', '3')]]),
  )

  it('are listed, and found by name or by number', async () => {
    let closed = 0
    const { container } = showTags(bytes, () => {
      closed += 1
    })
    const field = await screen.findByLabelText('Find a tag')
    const tags = () => [...container.querySelectorAll('[data-tag]')].map((row) => row.getAttribute('data-tag'))
    expect(tags()).toContain('(0028,0010)')
    fireEvent.change(field, { target: { value: 'patient’s' } })
    await waitFor(() => expect(tags()).toEqual(['(0010,0010)']))
    expect(screen.getByText('Okonkwo-Test^Ada')).toBeDefined()
    fireEvent.change(field, { target: { value: '0008,1155' } })
    await waitFor(() => expect(tags()).toEqual(['(0008,1140)', '(0008,1155)']))
    expect(screen.getByText('Item 1')).toBeDefined()
    fireEvent.change(field, { target: { value: 'nothing like it' } })
    await waitFor(() => expect(screen.getByText('No tag of this file matches.')).toBeDefined())
    fireEvent.change(field, { target: { value: '' } })
    await waitFor(() => expect(tags()).toContain('(0009,1001)'))
    expect(screen.getByText('private, ACME')).toBeDefined()
    await accessible(container)
    fireEvent.click(screen.getByRole('button', { name: 'Close the tags' }))
    expect(closed).toBe(1)
  })

  it('many lines come a few hundred at a time', async () => {
    const many = Array.from({ length: 420 }, (_, index) => [`0011${(0x1000 + index).toString(16)}`, 'LO', String(index)] as const)
    const { container } = showTags(dicomFile('1.2.840.10008.5.1.4.1.1.2', dicomObject(...many)))
    const more = await screen.findByText(/^Show \d+ more$/)
    expect(container.querySelectorAll('[data-tag]')).toHaveLength(400)
    fireEvent.click(more)
    await waitFor(() => expect(container.querySelectorAll('[data-tag]').length).toBeGreaterThan(420))
    expect(screen.queryByText(/^Show \d+ more$/)).toBeNull()
  })

  it('arrow keys stay in the list, and do not turn the stack beside it', async () => {
    showTags(bytes)
    const field = await screen.findByLabelText('Find a tag')
    const heard = vi.fn()
    window.addEventListener('keydown', heard)
    fireEvent.keyDown(field, { key: 'ArrowDown' })
    expect(heard).not.toHaveBeenCalled()
    fireEvent.keyDown(field, { key: 'Escape' })
    expect(heard).toHaveBeenCalledTimes(1)
    window.removeEventListener('keydown', heard)
    expect(within(document.body).getByLabelText('Find a tag')).toBeDefined()
  })
})

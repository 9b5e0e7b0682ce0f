import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { contentItem, dicomFile, dicomObject, measuredItem, reportFile, waveformFile, type ObjectElement } from '../shared/testing/dicomObjects'
import { ask, until } from './ask'
import { axeViolations, closeDisplay, launch, scratchFolder, type Running } from './harness'
import { administrator, createPractice, register, signIn } from './steps'

const patient = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const files = scratchFolder('documents')
let running: Running | undefined

afterAll(async () => {
  await running?.close()
  files.remove()
  await closeDisplay()
})

/** What says whose it is, and where it belongs. */
const belongs = (number: string, modality: string, sopClass: string, uid: number): ObjectElement[] => [
  ['00080016', 'UI', sopClass], ['00080018', 'UI', `2.25.${uid}3`], ['00080060', 'CS', modality], ['00080020', 'DA', '20260115'], ['00081030', 'LO', `${modality} of the journey`],
  ['00100010', 'PN', 'UMUHOZA-FAIRWEATHER^CLEMENCE'], ['00100020', 'LO', number], ['0020000d', 'UI', `2.25.${uid}1`], ['0020000e', 'UI', `2.25.${uid}2`],
]

/** A page with a script that would call out, a font that is not in the file, and a box in the clinic's green. */
const page = `%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R /OpenAction <</S /JavaScript /JS (app.alert\\("from the document"\\); this.submitForm\\("https://example.invalid/"\\);)>>>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>> /Annots [<</Type /Annot /Subtype /Link /Rect [0 0 300 200] /A <</S /URI /URI (https://example.invalid/)>>>>]>> endobj
4 0 obj <</Length 96>> stream
0 0.5 0.25 rg 100 20 100 60 re f BT 0 g /F1 18 Tf 30 150 Td (Discharge summary of the day) Tj ET
endstream endobj
5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj
trailer <</Root 1 0 R /Size 6>>
%%EOF`

const pdfClass = '1.2.840.10008.5.1.4.1.1.104.1'
const write = (number: string): void => {
  mkdirSync(files.path, { recursive: true })
  const leads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map((name) => ({ name: `Lead ${name}`, unit: 'uV', sensitivity: '1' }))
  const pulse = (_: number, index: number): number => (index % 500 < 20 ? 1000 : 0)
  const all = {
    pdf: dicomFile(pdfClass, dicomObject(...belongs(number, 'DOC', pdfClass, 1), ['00420010', 'ST', 'Discharge letter'], ['00420011', 'OB', new TextEncoder().encode(page)], ['00420012', 'LO', 'application/pdf'])),
    report: reportFile('Imaging Measurement Report', [measuredItem('Area', '1.7', ['cm2', 'square centimeter']), contentItem('TEXT', 'CONTAINS', 'Finding', ['0040a160', 'UT', 'Nothing of note'])], ...belongs(number, 'SR', '1.2.840.10008.5.1.4.1.1.88.33', 2)),
    ecg: waveformFile({ channels: leads, frequency: 500, samples: 5000, sample: pulse, beside: belongs(number, 'ECG', '1.2.840.10008.5.1.4.1.1.9.1.1', 3) }),
  }
  for (const [name, bytes] of Object.entries(all)) writeFileSync(join(files.path, `${name}.dcm`), bytes)
}

describe('Documents among the images of a patient', () => {
  let window: Page
  let chart = ''
  const open = async (modality: string): Promise<void> => {
    const study = (await ask<{ id: string; modalities: string[] }[]>(window, 'listStudies', { patient: chart })).find(({ modalities }) => modalities.includes(modality))
    await window.evaluate((hash) => {
      location.hash = hash
    }, `/patients/${chart}/imaging/${study?.id}`)
  }
  /** What axe finds in the document itself. */
  const accessible = async (): Promise<void> => {
    const found = await axeViolations(window)
    expect(found.filter(({ targets }) => targets.some((target) => /document|wave|pdf|sr-|tags/.test(target)))).toEqual([])
  }

  it('come with an import onto the chart', async () => {
    running = await launch()
    window = running.window
    await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    await register(window, patient)
    const [found] = await ask<{ id: string; number: string }[]>(window, 'findPatients', { text: patient.family })
    chart = found?.id ?? ''
    write(found?.number ?? '')
    const { id } = await ask<{ id: string }>(window, 'importFolder', { folder: files.path, patient: chart })
    const ended = await until(() => ask<{ state: string; imported: number }>(window, 'readImport', { import: id }), ({ state }) => state !== 'running', 'the import')
    expect(ended).toMatchObject({ state: 'done', imported: 3 })
  })

  it('a PDF is drawn with letters it does not bring, and its script, form and link do nothing', async () => {
    await open('DOC')
    const canvas = window.locator('canvas[data-page="1"]')
    await canvas.waitFor({ timeout: 30_000 })
    // The middle of the box, and a place where nothing is; the text is drawn by the font that comes with the application.
    const colours = await canvas.evaluate((drawn: HTMLCanvasElement) => {
      const context = drawn.getContext('2d')
      const at = (x: number, y: number) => Array.from(context?.getImageData(Math.round((drawn.width * x) / 300), Math.round((drawn.height * (200 - y)) / 200), 1, 1).data ?? [])
      const line = Array.from(context?.getImageData(0, Math.round(drawn.height * 0.2), drawn.width, Math.round(drawn.height * 0.08)).data ?? [])
      return { box: at(150, 50), empty: at(20, 50), dark: line.filter((value, index) => index % 4 === 0 && value < 100).length }
    })
    expect(colours.box).toEqual([0, 128, 64, 255])
    expect(colours.empty).toEqual([255, 255, 255, 255])
    expect(colours.dark).toBeGreaterThan(100)
    await window.getByText('Text of the page').click()
    expect(await window.locator('.pdf-text').textContent()).toContain('Discharge summary of the day')
    const before = window.url()
    await canvas.click()
    expect(window.url()).toBe(before)
    expect(await window.locator('.document a, .document form, .document iframe').count()).toBe(0)
    await accessible()
  })

  it('a report reads as text, with number and unit', async () => {
    await open('SR')
    await window.getByRole('heading', { name: 'Imaging Measurement Report' }).waitFor()
    expect(await window.locator('.document').textContent()).toContain('1.7\u00a0cm²')
    await accessible()
  })

  it('an electrocardiogram is drawn on millimetre paper', async () => {
    await open('ECG')
    await window.getByText(/one small square is 40 ms and 0.1 mV/).waitFor()
    // Ten seconds at 25 mm/s and a margin, in CSS millimetres.
    const box = await window.locator('svg[data-waveform]').boundingBox()
    expect(box?.width).toBeCloseTo((260 * 96) / 25.4, 0)
    expect(await window.locator('[data-channel]').count()).toBe(13)
    await accessible()
  })

  it('the tags of any of them are found by name, with the keyboard alone', async () => {
    await window.keyboard.press('f')
    await window.getByLabel('Find a tag').focus()
    await window.keyboard.type('sampling frequency')
    await window.locator('[data-tag="(003A,001A)"]').waitFor()
    await until(() => window.locator('[data-tag]').count(), (count) => count < 5, 'lines of the list')
    expect(await window.locator('[data-tag="(003A,001A)"]').textContent()).toContain('500')
    await accessible()
    expect(running?.pageErrors).toEqual([])
  })
})

import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { LabOrdersPlaced, UnverifiedReport } from '../shared/contract'
import { ask, patientId, until } from './ask'
import { closeDisplay, launch, picture, scratchFolder, type Running } from './harness'
import { administrator, createPractice, register, signIn, signOut, tab } from './steps'

const technician = { name: 'Lena Technician', user: 'lena', password: 'technicians password' }
const doctor = { name: 'Daniel Doctor', user: 'daniel', password: 'doctors password' }
const data = scratchFolder('lab-report')
const open: { running?: Running } = {}

afterAll(async () => {
  await open.running?.close()
  data.remove()
  await closeDisplay()
})
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || !open.running) return
  await picture(open.running.window, 'failed-lab-report').catch(() => undefined)
})

/** What would be printed, as a PDF. */
const answerPrint = (running: Running) =>
  running.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    const contents = window?.webContents as unknown as { print: unknown; printToPDF(options: object): Promise<Buffer> }
    contents.print = async (_options: object, done: (ok: boolean) => void) => {
      Object.assign(globalThis, { printed: (await contents.printToPDF({ printBackground: true, preferCSSPageSize: true })).toString('base64') })
      done(true)
    }
  })

/** Within so many millimetres. */
const near = (mm: number, off: number): number => expect.closeTo(mm, -Math.log10(2 * off)) as number

interface Word {
  readonly text: string
  /** Millimetres from the start and the top of the paper. */
  readonly at: number
  readonly top: number
  readonly width: number
}

const mmOf = (points: number): number => Math.round((points / 72) * 254) / 10

/** Every text of a PDF with its place, page by page. */
const wordsOf = async (pdf: string): Promise<Word[][]> => {
  const file = await getDocument({ data: Uint8Array.from(Buffer.from(pdf, 'base64')), useSystemFonts: true }).promise
  const pages: Word[][] = []
  for (let number = 1; number <= file.numPages; number += 1) {
    const page = await file.getPage(number)
    const { height } = page.getViewport({ scale: 1 })
    const { items } = await page.getTextContent()
    pages.push(
      items.flatMap((item) => {
        if (!('str' in item) || item.str.trim() === '') return []
        const [, , , , across, up] = item.transform as number[]
        return [{ text: item.str, at: mmOf(across ?? 0), top: mmOf(height - (up ?? 0)), width: mmOf(item.width) }]
      }),
    )
  }
  return pages
}

describe('The laboratory’s report', () => {
  let window: Page

  it('I5: prints to PDF offline, every word at its place, the patient and the page on each sheet', async () => {
    const running = await launch({ data: data.path, size: { width: 1366, height: 768 } })
    open.running = running
    window = running.window
    await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    await ask(window, 'addStaff', { ...doctor, role: 'doctor' })
    await ask(window, 'addStaff', { ...technician, role: 'lab-technician' })
    await signOut(window)
    await signIn(window, doctor)
    await register(window, { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' })
    const patient = await patientId(window)
    const placed = await ask<LabOrdersPlaced>(window, 'placeLabOrders', { key: 'an order of ours', patient, orders: [{ code: 'FBC-DIFF' }] })
    const order = placed.orders[0]!
    await tab(window, 'Orders & results')
    await window.getByRole('button', { name: /^Enter results of Full blood count/ }).click()
    const sheet = window.getByRole('dialog', { name: /^Results of UMUHOZA/ })
    await sheet.waitFor()
    // As on the paper form: a value, Enter, the next one.
    for (const { code } of order.tests) {
      await window.keyboard.type(code === 'PLT' ? '200' : code === 'RBC' ? '4.2' : '12')
      await window.keyboard.press('Enter')
    }
    const remark = 'Measured twice, and looked at under the microscope because of the clumps that the counter reports; '.repeat(2).slice(0, 190)
    // Twenty results stand on one sheet; with long remarks they need a second.
    for (const test of ['White cells', 'Platelets', 'Neutrophils', 'Monocytes']) {
      await sheet.getByRole('button', { name: `Remark on ${test}`, exact: true }).click()
      await sheet.getByRole('textbox', { name: `Remark on ${test}`, exact: true }).fill(remark)
    }
    await window.keyboard.press('Control+Enter')
    await sheet.waitFor({ state: 'detached' })
    const [waiting] = await until(() => ask<UnverifiedReport[]>(window, 'listUnverified'), (all) => all.length === 1, 'the typed results')
    expect(waiting?.results.filter(({ state }) => state === 'waiting')).toHaveLength(order.tests.length)
    await ask(window, 'decideResults', { report: waiting?.report, decision: 'accept' })
    await answerPrint(running)
    await window.getByRole('button', { name: /^Print report/ }).click()
    const pdf = await until(() => running.app.evaluate(() => (globalThis as { printed?: string }).printed ?? ''), (made) => made !== '', 'the page that is printed')
    const pages = await wordsOf(pdf)
    expect(pages).toHaveLength(2)
    for (const [index, words] of pages.entries()) {
      const said = words.map(({ text }) => text)
      expect(said).toContain('UMUHOZA-FAIRWEATHER, Clémence')
      expect(said.join(' ')).toContain(`Page ${index + 1} of 2`)
      // Nothing leaves the paper, and no cell reaches into the next one.
      for (const { at, width } of words) expect(at + width).toBeLessThan(210 - 11)
      for (const one of words) {
        const beside = words.find((other) => other.at > one.at && Math.abs(other.top - one.top) < 1)
        if (beside) expect([one.text, one.at + one.width <= beside.at + 0.5]).toEqual([one.text, true])
      }
    }
    const said = pages.flat().map(({ text }) => text).join(' ')
    // Letters that are joined in print are words of their own.
    const spaceless = (text: string): string => text.replace(/\s/g, '')
    for (const { name } of order.tests) expect(spaceless(said)).toContain(spaceless(name))
    // What was accepted a moment ago is on paper, not the version that the window still showed.
    expect(spaceless(said)).toContain(spaceless('Verified by Daniel Doctor'))
    expect(spaceless(said)).not.toContain(spaceless('not verified'))
    // The layout, in millimetres from the start and the top of the sheet; letters of another font stand a little higher or lower.
    const places: readonly (readonly [text: string, at: number, top: number])[] = [
      ['Riverside Clinic', 12, 15], ['UMUHOZA-FAIRWEATHER, Clémence', 107, 15], ['Number A-000001', 107, 20], ['Test', 12, 55], ['Result', 72, 55], ['Unit', 100, 55], ['Expected', 128, 55], ['Flag', 174, 55],
      ['White cells', 12, 63], ['Red cells', 12, 86], ['Haemoglobin', 12, 97], ['Platelets', 12, 159],
    ]
    for (const [text, at, top] of places) {
      const word = pages[0]!.find((each) => each.text === text)
expect({ text, at: word?.at, top: word?.top }).toEqual({ text, at: near(at, 1), top: near(top, 1.5) })
    }
    await until(() => window.locator('.lab-paper').count(), (count) => count === 0, 'the sheet to be gone')
  })
})

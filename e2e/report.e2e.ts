import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { writePhantom } from '../main/imaging'
import type { ImagingOrderEntry, ImagingReportEntry, Inbox, StudyEntry } from '../shared/contract'
import { ask, patientId, until } from './ask'
import { journey, launch, scratchFolder, type Running } from './harness'
import { administrator, createPractice, openChart, register, settled, signIn, signOut, tab } from './steps'

const patient = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const doctor = { name: 'Daniel Doctor', user: 'daniel', password: 'doctors password' }
const reader = { name: 'Rita Reader', user: 'rita', password: 'readers password' }
const folders = { data: scratchFolder('report'), images: scratchFolder('images'), out: scratchFolder('out') }
const open: { running?: Running } = {}

journey('report', () => open.running, folders)

/** The print dialog and the folder dialog, answered: what would be printed is a PDF. */
const answerDialogs = (running: Running, folder: string) =>
  running.app.evaluate(({ BrowserWindow, dialog }, chosen) => {
    const [window] = BrowserWindow.getAllWindows()
    const contents = window?.webContents as unknown as { print: unknown; printToPDF(options: object): Promise<Buffer> }
    contents.print = async (_options: object, done: (ok: boolean) => void) => {
      const pdf = await contents.printToPDF({ printBackground: true, preferCSSPageSize: true })
      Object.assign(globalThis, { printed: pdf.toString('base64') })
      done(true)
    }
    dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [chosen] })) as unknown as typeof dialog.showOpenDialog
  }, folder)

const printed = async (running: Running): Promise<string> => {
  await until(() => running.app.evaluate(() => (globalThis as { printed?: string }).printed !== undefined), (isThere) => isThere, 'the page that is printed')
  const pdf = await running.app.evaluate(() => {
    const holder = globalThis as { printed?: string }
    const { printed: made = '' } = holder
    delete holder.printed
    return made
  })
  return Buffer.from(pdf, 'base64').toString('latin1')
}

/** Grey values of a PNG, as the browser decodes it. */
const greys = (window: Page, png: Buffer): Promise<{ readonly corner: number; readonly middle: number }> =>
  window.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const at = (x: number, y: number): number => context?.getImageData(x, y, 1, 1).data[0] ?? -1
    return { corner: at(0, 0), middle: at(canvas.width / 2, canvas.height / 2) }
  }, png.toString('base64'))

describe('From the order to the report', () => {
  let window: Page
  let id = ''

  it('images are ordered, and come to their order by its number', async () => {
    open.running = await launch({ data: folders.data.path, size: { width: 1366, height: 768 } })
    window = open.running.window
    await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    for (const each of [doctor, reader]) await ask(window, 'addStaff', { ...each, role: 'doctor' })
    await signOut(window)
    await signIn(window, doctor)
    await register(window, patient)
    id = await patientId(window)
    await tab(window, 'Imaging')
    await window.getByRole('button', { name: 'Order images…' }).click()
    await window.getByLabel('Kind of examination').selectOption('CT')
    await window.getByLabel('Part of the body').fill('Head')
    await window.getByRole('textbox', { name: 'Reason' }).fill('Fell from a ladder')
    await window.keyboard.press('Control+Enter')
    await window.getByText('Ordered under A26000001').waitFor()
    await window.keyboard.press('Escape')
    await writePhantom(folders.images.path, { patient: { number: 'A-000001', family: 'Umuhoza-Fairweather', given: 'Clémence' }, accession: 'A26000001', slices: 6, size: 64 })
    await ask(window, 'importFolder', { folder: folders.images.path, patient: id })
    const [order] = await until(() => ask<ImagingOrderEntry[]>(window, 'listImagingOrders', { patient: id }), ([each]) => (each?.studies.length ?? 0) > 0, 'the images of the order')
    expect(order?.steps.find(({ step }) => step === 'linked')?.at).toBeDefined()
  })

  it('the report is written beside the pictures, and signed with a key image', async () => {
    await signOut(window)
    await signIn(window, reader)
    await openChart(window, 'Umuhoza')
    await tab(window, 'Imaging')
    await window.getByRole('button', { name: /^Open CT head/ }).click()
    await settled(window, 'viewer')
    await window.locator('.viewer canvas').first().waitFor()
    await window.getByText(/^W \d+ · C/).first().waitFor()
    await window.keyboard.press('k')
    await until(() => ask<{ kind: string }[]>(window, 'listAnnotations', { patient: id, study: window.url().split('/').at(-1) }), (all) => all.length === 1, 'the key image')
    await window.getByRole('button', { name: 'Report', exact: true }).click()
    await window.getByLabel('Begin with').selectOption({ label: 'CT head without contrast, normal' })
    await window.getByRole('button', { name: 'Sign…' }).click()
    await window.getByRole('dialog').getByRole('button', { name: 'Sign', exact: false }).last().click()
    await window.getByText(/Signed by Rita Reader/).waitFor()
    const [report] = await ask<ImagingReportEntry[]>(window, 'listImagingReports', { patient: id })
    expect(report).toMatchObject({ accession: 'A26000001', keyImages: [{ caption: '' }] })
  })

  it('the report prints on letterhead with the picture pixel for pixel, and a sheet with the patient’s header', async () => {
    const running = open.running
    if (!running) throw new Error('nothing runs')
    await answerDialogs(running, folders.out.path)
    await window.getByRole('button', { name: /^Print the report/ }).click()
    const report = await printed(running)
    expect(report.startsWith('%PDF')).toBe(true)
    expect(report).toMatch(/\/Width 64\b/)
    await window.getByRole('button', { name: 'Print and save' }).click()
    await window.getByRole('button', { name: 'Put this picture on the sheet' }).click()
    await window.getByRole('button', { name: 'Print…', exact: true }).last().click()
    expect(await printed(running)).toMatch(/\/Width 64\b/)
    for (let slice = 0; slice < 3; slice++) await window.keyboard.press('ArrowDown')
    await window.getByText(/^Image 4 \/ 6/).waitFor()
    await window.getByRole('button', { name: 'PNG…' }).click()
    await window.getByText(/^Kept as /).waitFor()
    await window.getByRole('button', { name: 'Moving picture (GIF)…' }).click()
    await until(async () => readdirSync(folders.out.path).some((name) => name.endsWith('.gif')), (isThere) => isThere, 'the moving picture')
    const bytes = (ending: string) => readFileSync(join(folders.out.path, readdirSync(folders.out.path).find((name) => name.endsWith(ending)) ?? ''))
    // Brain in the middle, in the window of the file (W 400, C 40); air in the corner.
    expect(await greys(window, bytes('.png'))).toEqual({ corner: 0, middle: expect.closeTo(125, -1.2) as number })
    // Width and height stand at the beginning of both kinds.
    expect([bytes('.png').readUInt32BE(16), bytes('.png').readUInt32BE(20)]).toEqual([64, 64])
    expect([bytes('.gif').subarray(0, 6).toString(), bytes('.gif').readUInt16LE(6), bytes('.gif').readUInt16LE(8)]).toEqual(['GIF89a', 64, 64])
  })

  it('the doctor who asked is told, and says that it was read', async () => {
    await signOut(window)
    await signIn(window, doctor)
    await window.getByRole('link', { name: /^Results: / }).click()
    const item = window.locator('.inbox-item').filter({ hasText: 'report' }).first()
    await item.click()
    await window.locator('.inbox-sign').getByRole('radio', { name: 'nothing' }).check({ force: true })
    await window.getByRole('button', { name: /^Sign off/ }).click()
    await until(() => ask<Inbox>(window, 'listInbox', {}), ({ items }) => items.every(({ kind }) => kind === 'laboratory'), 'the inbox')
    const [order] = await ask<ImagingOrderEntry[]>(window, 'listImagingOrders', { patient: id })
    expect(order?.steps.every(({ at }) => at !== undefined)).toBe(true)
    const [study] = await ask<StudyEntry[]>(window, 'listStudies', { patient: id })
    expect(study?.instances).toBe(6)
  })
})

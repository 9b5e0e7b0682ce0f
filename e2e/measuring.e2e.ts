import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { testCard, testCardFile, testCardKinds, type TestCardKind } from '../main/imaging'
import type { AnnotationEntry, StudyEntry } from '../shared/contract'
import { ask, patientId, until } from './ask'
import { axeViolations, journey, launch, picture, resize, scratchFolder, type Running } from './harness'
import { administrator, createPractice, openChart, passphrase, register, settled, signIn, signOut, tab } from './steps'

const folders = { data: scratchFolder('measuring'), images: scratchFolder('cards') }
const open: { app?: Running } = {}
const doctor = { name: 'Daniel Doctor', password: 'doctors password' }

journey('measuring', () => open.app, folders)

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Where the bright box is on the screen, as the canvas itself has it: what a person would put a ruler to. */
const brightBox = (stage: Locator): Promise<Box> =>
  stage.evaluate((element) => {
    const canvas = element.querySelector<HTMLCanvasElement>('.viewer-glass canvas')
    const context = canvas?.getContext('2d', { willReadFrequently: true })
    if (!canvas || !context) throw new Error('no canvas')
    const { width, height } = canvas
    const { data } = context.getImageData(0, 0, width, height)
    const found = { left: width, top: height, right: -1, bottom: -1 }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if ((data[(y * width + x) * 4] ?? 0) < 128) continue
        Object.assign(found, { left: Math.min(found.left, x), top: Math.min(found.top, y), right: Math.max(found.right, x + 1), bottom: Math.max(found.bottom, y + 1) })
      }
    }
    const shown = canvas.getBoundingClientRect()
    const [across, down] = [shown.width / width, shown.height / height]
    return { left: shown.left + found.left * across, top: shown.top + found.top * down, right: shown.left + found.right * across, bottom: shown.top + found.bottom * down }
  })

/** The box once it stands: a slow machine may still be drawing. */
const stillBox = async (stage: Locator): Promise<Box> => {
  const pause = () => stage.page().waitForTimeout(200)
  await pause()
  for (let last = await brightBox(stage); ; ) {
    await pause()
    const now = await brightBox(stage)
    if (JSON.stringify(now) === JSON.stringify(last) && now.right > now.left) return now
    last = now
  }
}

const stroke = async (page: Page, from: readonly [number, number], to: readonly [number, number]) => {
  await page.mouse.move(...from)
  await page.mouse.down()
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 4 })
  await page.mouse.move(...to, { steps: 4 })
  await page.mouse.up()
}

let page: Page
let patient = ''
let studies: StudyEntry[] = []

const studyOf = (kind: TestCardKind): StudyEntry => {
  const found = studies.find(({ description }) => description === `Test card ${kind}`)
  if (!found) throw new Error(`no study of the ${kind} card`)
  return found
}
/** Opens a card; answers its stage. */
const openCard = async (kind: TestCardKind): Promise<Locator> => {
  const back = page.getByRole('button', { name: 'Back to the studies' })
  if (await back.isVisible()) await back.click()
  await tab(page, 'Imaging')
  const study = studyOf(kind)
  await page.locator(`tr[data-study="${study.studyInstanceUid}"] button`).first().click()
  const stage = page.locator('.viewer-stage[data-rendered]').first()
  await stage.waitFor({ timeout: 60_000 })
  await page.locator('.viewer-strips').waitFor()
  return stage
}
const drawn = (kind: TestCardKind) => ask<AnnotationEntry[]>(page, 'listAnnotations', { patient, study: studyOf(kind).id })
const drawnNow = async (kind: TestCardKind, count: number): Promise<AnnotationEntry> => {
  const entries = await until(() => drawn(kind), (all) => all.length === count, `${count} annotations on the ${kind} card`)
  const last = entries.at(-1)
  if (!last) throw new Error('nothing is drawn')
  return last
}
/** Lays a rectangle on the box of a card as the eye sees it, and holds what was measured against what the card was made to. */
const measureBox = async (kind: TestCardKind, count: number, { area, width, height, unit, basis }: { readonly area: number; readonly width: number; readonly height: number; readonly unit: string; readonly basis: string }) => {
  const stage = await openCard(kind)
  await page.keyboard.press('q')
  await page.locator('svg.measure[data-takes="true"]').waitFor()
  await page.getByText('Reading what the file says').waitFor({ state: 'hidden' })
  // Turned and mirrored, the picture is still measured in its own rows and columns.
  if (kind === 'us') {
    await page.keyboard.press('t')
    await page.keyboard.press('h')
  }
  const box = await stillBox(stage)
  await stroke(page, [box.left, box.top], [box.right, box.bottom])
  const { drawing } = await drawnNow(kind, count)
  expect(drawing.measured.basis).toBe(basis)
  const byName = Object.fromEntries(drawing.measured.quantities.map(({ name, value, unit: of }) => [name, { value, unit: of }]))
  // A pixel of the screen is a fifth of one of the picture, or less.
  expect(Math.abs((byName['width']?.value ?? 0) / width - 1)).toBeLessThan(0.02)
  expect(Math.abs((byName['height']?.value ?? 0) / height - 1)).toBeLessThan(0.02)
  expect(Math.abs((byName['area']?.value ?? 0) / area - 1)).toBeLessThan(0.03)
  expect(byName['area']?.unit).toBe(unit)
  const { left, top, right, bottom } = testCard.box
  const [xs, ys] = [drawing.points.map(([x]) => x), drawing.points.map(([, y]) => y)]
  for (const [found, made] of [[Math.min(...xs), left - 0.5], [Math.max(...xs), right + 0.5], [Math.min(...ys), top - 0.5], [Math.max(...ys), bottom + 0.5]] as const) {
    expect(Math.abs(found - made)).toBeLessThan(0.35)
  }
}

describe('Measuring', () => {
  it('has a chart with a card of each kind', async () => {
    open.app = await launch({ data: folders.data.path, size: { width: 1366, height: 768 } })
    page = open.app.window
    await createPractice(page, 'Riverside Clinic', 'A')
    await signIn(page, administrator)
    await ask(page, 'addStaff', { name: doctor.name, user: 'daniel', role: 'doctor', password: doctor.password })
    await signOut(page)
    await signIn(page, doctor)
    await register(page, { family: 'Card', given: 'Test', sex: 'Female', born: '14-Jul-1945' })
    await settled(page, 'chart')
    patient = await patientId(page)
    const [found] = await ask<{ number: string }[]>(page, 'findPatients', { text: 'Card' })
    mkdirSync(folders.images.path, { recursive: true })
    for (const kind of testCardKinds) writeFileSync(join(folders.images.path, `${kind}.dcm`), testCardFile(kind, found?.number ?? '').bytes)
    const { id } = await ask<{ id: string }>(page, 'importFolder', { folder: folders.images.path, patient })
    await until(() => ask<{ state: string }>(page, 'readImport', { import: id }), ({ state }) => state === 'done', 'the import')
    studies = await ask<StudyEntry[]>(page, 'listStudies', { patient })
    expect(studies).toHaveLength(4)
  })

  it.each<readonly [TestCardKind, readonly number[], string, string]>([
    ['dx', [48, 8, 6], 'mm²', 'detector'],
    ['us', [300, 20, 15], 'mm²', 'region'],
  ])('D5: a rectangle laid on the box of the %s card by mouse measures what the card was made to', async (kind, [area = 0, width = 0, height = 0], unit, basis) => {
    await measureBox(kind, 1, { area, width, height, unit, basis })
    await picture(page, `measuring-${kind}`)
  })

  it('D5: inside the box of the CT card the mean is what was made, in Hounsfield units', async () => {
    const stage = await openCard('ct')
    await page.keyboard.press('e')
    await page.locator('svg.measure[data-takes="true"]').waitFor()
    const { left, top, right, bottom } = await stillBox(stage)
    const inset = (right - left) / 20
    await stroke(page, [left + inset, top + inset], [right - inset, bottom - inset])
    const { drawing } = await drawnNow('ct', 1)
    const made = testCard.bright + testCard.intercept
    expect(drawing.values).toMatchObject({ unit: 'HU', mean: made, deviation: 0, least: made, greatest: made })
  })

  it('D5: on the ultrasound card a line from the plane into the strip is refused, and one in the strip is depth and time', async () => {
    const stage = await openCard('us')
    await page.keyboard.press('d')
    await page.locator('svg.measure[data-takes="true"]').waitFor()
    const box = await stillBox(stage)
    const pixel = (box.right - box.left) / (testCard.box.right - testCard.box.left + 1)
    const at = (column: number, row: number): [number, number] => [box.left + (column - testCard.box.left + 0.5) * pixel, box.top + (row - testCard.box.top + 0.5) * pixel]
    await stroke(page, at(100, 50), at(100, 80))
    expect((await drawnNow('us', 2)).drawing.measured).toMatchObject({ refused: 'across-regions', quantities: [] })
    await stroke(page, at(20, 70), at(70, 90))
    const { measured } = (await drawnNow('us', 3)).drawing
    expect(measured.quantities.map(({ name }) => name)).toEqual(['depth', 'duration'])
    expect(measured.quantities[0]?.value).toBeCloseTo(4, 0)
    expect(measured.quantities[1]?.value).toBeCloseTo(0.5, 1)
    await picture(page, 'measuring-us-strip')
  })

  /** Of what is measured; the rest of the viewer is held against axe with the other screens. */
  const ownViolations = async () => (await axeViolations(page)).filter(({ targets }) => targets.some((target) => target.includes('measure')))

  it('is read in light and dark, at the desk and by touch, without a violation', async () => {
    await page.keyboard.press('k')
    await page.locator('.measure-key-image').waitFor()
    await page.keyboard.press('0')
    await page.locator('.measure-panel').waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(300)
      await picture(page, `measuring-panel-${colorScheme}`)
      expect(await ownViolations()).toEqual([])
    }
    if (open.app) await resize(open.app.app, { width: 1024, height: 768 })
    await page.evaluate(() => {
      document.documentElement.dataset['density'] = 'bedside'
    })
    await page.waitForTimeout(500)
    await picture(page, 'measuring-panel-touch')
    expect(await ownViolations()).toEqual([])
  })
})

describe('Measuring where a graphics card draws', () => {
  it('D5: the box measures the same', async () => {
    await open.app?.close()
    open.app = await launch({ data: folders.data.path, size: { width: 1366, height: 768 } })
    page = open.app.window
    await page.waitForFunction(() => document.documentElement.dataset['screen'] === 'sign-in' || document.querySelector('input[type="password"]') !== null)
    const asked = page.getByLabel('Passphrase or recovery code')
    if (await asked.count()) {
      await asked.fill(passphrase)
      await page.getByRole('button', { name: 'Open', exact: true }).click()
    }
    await signIn(page, doctor)
    // The software that draws WebGL here takes itself for a card, before the viewer asks for the first time.
    await page.evaluate(() => {
      const read = WebGL2RenderingContext.prototype.getParameter
      WebGL2RenderingContext.prototype.getParameter = function getParameter(this: WebGL2RenderingContext, name: number): unknown {
        const value: unknown = read.call(this, name)
        if (typeof value !== 'string' || !/swiftshader|llvmpipe|software/i.test(value)) return value
        document.documentElement.dataset['card'] = 'asked'
        return 'A graphics card'
      }
    })
    await openChart(page, 'Card')
    // What lies where the pointer goes down would be chosen.
    const before = await drawn('us')
    for (const { id, version } of before) await ask(page, 'removeAnnotation', { patient, study: studyOf('us').id, annotation: id, version })
    await measureBox('us', before.length + 1, { area: 300, width: 20, height: 15, unit: 'mm²', basis: 'region' })
    expect(await page.evaluate(() => document.documentElement.dataset['card'])).toBe('asked')
  })
})

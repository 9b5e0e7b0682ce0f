import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { writePhantom } from '../main/imaging'
import { ask, patientId, until } from './ask'
import { axeViolations, journey, launch, picture, scratchFolder, type Running } from './harness'
import { administrator, createPractice, register, signIn, tab } from './steps'

const folders = { data: scratchFolder('reading'), today: scratchFolder('reading-today'), before: scratchFolder('reading-before') }
const patient = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const open: { app?: Running } = {}

journey('reading', () => open.app, folders)

/** What is on the glass of each picture area. */
const glass = (window: Page) =>
  window.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.viewer-stage')].map((stage) => ({
      slice: Number(stage.dataset['slice']),
      window: `${stage.dataset['wc']}/${stage.dataset['ww']}`,
      mm: Number(/at (-?[\d.]+) mm/.exec(stage.textContent ?? '')?.[1]),
      marks: [...stage.querySelectorAll('.viewer-mark')].map((mark) => mark.textContent).join(''),
    })),
  )
const shown = (window: Page, wanted: (areas: Awaited<ReturnType<typeof glass>>) => boolean, what: string) => until(() => glass(window), wanted, what)

describe('Reading a study', () => {
  let window: Page

  it('D6: begins in the chart, and two clicks lay the study of eighteen months before beside', async () => {
    open.app = await launch({ data: folders.data.path, size: { width: 1366, height: 768 } })
    window = open.app.window
    await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    await register(window, patient)
    const id = await patientId(window)
    const { patient: found } = await ask<{ patient: { number: string } }>(window, 'readBanner', { patient: id })
    const of = { number: found.number, family: patient.family, given: patient.given, birthDate: '1945-07-14', gender: 'female' } as const
    await writePhantom(folders.today.path, { patient: of, slices: 24, size: 128, date: '2026-01-15', label: 'today' })
    await writePhantom(folders.before.path, { patient: of, slices: 16, size: 128, date: '2024-07-15', label: 'before' })
    for (const folder of [folders.today.path, folders.before.path]) {
      const started = await ask<{ id: string }>(window, 'importFolder', { folder, patient: id })
      await until(() => ask<{ state: string }>(window, 'readImport', { import: started.id }), ({ state }) => state === 'done', 'the import ends')
    }
    await tab(window, 'Imaging')
    await window.getByRole('button', { name: /^Open .*15-Jan-2026/ }).click()
    await window.getByRole('button', { name: /^Compare with 15-Jul-2024/ }).click()
    const areas = await shown(window, (each) => each.length === 2 && each.every(({ slice }) => slice > 0), 'both studies are on the glass')
    expect(areas.map(({ marks }) => marks)).toEqual(['ALPR', 'ALPR'])
    await window.getByRole('button', { name: /^Scroll together/, pressed: true }).waitFor()
    for (let step = 0; step < 4; step++) await window.keyboard.press('ArrowDown')
    const moved = (now: typeof areas) => now.map(({ mm }, index) => mm - (areas[index]?.mm ?? 0)) as [number, number]
    // As far in both, to half a slice of the thicker stack (13 mm).
    await shown(window, (now) => now[0]?.slice === (areas[0]?.slice ?? 0) + 4 && moved(now)[1] > 20 && Math.abs(moved(now)[0] - moved(now)[1]) <= 6.6, 'both have gone as far')
    await picture(window, 'reading-compare')
    expect(await axeViolations(window)).toEqual([])
  })

  it('D23: takes windows by number, and the marks follow the picture when it is turned and flipped', async () => {
    await window.keyboard.press('3')
    await shown(window, ([today]) => today?.window === '480/2500', 'the bone window is set')
    await window.keyboard.press('t')
    await shown(window, ([today]) => today?.marks === 'RALP', 'it is turned to the right')
    await window.keyboard.press('h')
    await shown(window, ([today]) => today?.marks === 'RPLA', 'its sides are exchanged')
    await window.keyboard.press('r')
    await shown(window, ([today]) => today?.marks === 'ALPR' && today.window === '40/400', 'it is as in the file again')
  })

  it('D2: plays, and stops', async () => {
    const [before] = await glass(window)
    await window.keyboard.press('c')
    await shown(window, ([now]) => now?.slice !== before?.slice, 'it plays')
    await window.keyboard.press('c')
    await window.getByRole('button', { name: /^Play/ }).waitFor()
  })

  it('D21: shows two further planes through the head', async () => {
    await window.getByRole('button', { name: 'This study alone' }).click()
    await shown(window, (each) => each.length === 1 && (each[0]?.slice ?? 0) > 0, 'one study stands alone')
    await window.getByRole('button', { name: /^Planes/ }).click()
    await window.getByText('Coronal').waitFor()
    await window.emulateMedia({ colorScheme: 'dark' })
    await picture(window, 'reading-planes-dark')
    expect(await axeViolations(window)).toEqual([])
    expect(open.app?.pageErrors).toEqual([])
  })
})

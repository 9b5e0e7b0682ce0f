import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { writePhantom } from '../main/imaging'
import { ask, patientId } from './ask'
import { axeViolations, journey, launch, picture, scratchFolder, type Running } from './harness'
import { administrator, createPractice, go, register, signIn, tab } from './steps'

const folders = { data: scratchFolder('importing'), disc: scratchFolder('importing-disc') }
const patient = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const open: { app?: Running } = {}

journey('importing', () => open.app, folders)

/** The system's dialog answers with this folder. */
const dialogAnswers = ({ app }: Running, path: string): Promise<void> =>
  app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)

describe('Importing a disc', () => {
  let window: Page

  it('D1: lists three studies against the open patient, copies two, and they are readable after the disc is out', async () => {
    open.app = await launch({ data: folders.data.path, size: { width: 1366, height: 768 } })
    window = open.app.window
    await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    await register(window, patient)
    const id = await patientId(window)
    const { patient: found } = await ask<{ patient: { number: string } }>(window, 'readBanner', { patient: id })
    const mine = { number: found.number, family: patient.family, given: patient.given, birthDate: '1945-07-14', gender: 'female' } as const
    await writePhantom(join(folders.disc.path, 'A'), { patient: mine, slices: 24, size: 128, date: '2026-01-15', label: 'today' })
    await writePhantom(join(folders.disc.path, 'B'), { patient: mine, slices: 16, size: 128, date: '2024-07-15', label: 'before' })
    await writePhantom(join(folders.disc.path, 'C'), { patient: { ...mine, number: '4711', family: 'Somebody', given: 'Else' }, slices: 4, size: 128, date: '2025-03-02' })
    mkdirSync(join(folders.disc.path, 'VIEWER'))
    writeFileSync(join(folders.disc.path, 'VIEWER/AUTORUN.INF'), '[autorun]')
    await dialogAnswers(open.app, folders.disc.path)
    await tab(window, 'Imaging')
    await window.getByRole('button', { name: 'Import images…' }).click()
    await window.getByText('3 studies found').waitFor()
    expect(await window.getByRole('checkbox', { checked: true }).count()).toBe(2)
    expect(await axeViolations(window)).toEqual([])
    await picture(window, 'import-choice')
    await window.getByRole('button', { name: 'Import 2 studies' }).click()
    await window.getByText('40 images imported').waitFor()
    folders.disc.remove()
    await window.getByRole('button', { name: /^Open .*15-Jan-2026/ }).click()
    await window.locator('.viewer-stage').first().waitFor()
    await window.getByText(/Image \d+ \/ 24/).first().waitFor()
  })

  it('D19: tells the room that images take on this computer, and checks them', async () => {
    await go(window, 'Imaging')
    const panel = window.getByRole('region', { name: 'Images on this computer' })
    await panel.getByText(/in 40 images of 2 studies/).waitFor()
    await panel.getByRole('button', { name: 'Check all images' }).click()
    await panel.getByText('40 images were read: all are as they were stored.').waitFor()
    await panel.scrollIntoViewIfNeeded()
    await picture(window, 'import-archive')
    expect(await axeViolations(window)).toEqual([])
  })
})

import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createHub, type Hub } from '../hub'
import { writePhantom } from '../main/imaging'
import type { FilesState, StudyEntry } from '../shared/contract'
import { ask, patientId, until } from './ask'
import { axeViolations, closeDisplay, launch, picture, scratchFolder, type Running } from './harness'
import { administrator, createPractice, go, joinPractice, openChart, register, settled, signIn, tab } from './steps'

const folders = { first: scratchFolder('files-a'), second: scratchFolder('files-b'), hub: scratchFolder('files-hub'), images: scratchFolder('files-images') }
const hubUser = { name: 'workstation', password: 'hub password of the clinic' }
const patient = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const open: { first?: Running; second?: Running; hub?: Hub } = {}

afterAll(async () => {
  await open.second?.close()
  await open.first?.close()
  await open.hub?.close()
  for (const folder of Object.values(folders)) folder.remove()
  await closeDisplay()
})
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  for (const [name, running] of Object.entries({ first: open.first, second: open.second })) {
    for (const error of running?.pageErrors ?? []) console.log(`${name}: ${error.slice(0, 600)}`)
    if (running) await picture(running.window, `failed-files-${name}`).catch(() => undefined)
  }
})

describe('Images on two workstations', () => {
  it('a study that was imported on one is fetched with a click on the other, and seen there', async () => {
    open.first = await launch({ data: folders.first.path })
    const first = open.first.window
    await createPractice(first, 'Riverside Clinic', 'A')
    await signIn(first, administrator)
    const { practice } = await ask<{ practice: { id: string; name: string } }>(first, 'practiceState')
    open.hub = await createHub({ folder: folders.hub.path, key: new Uint8Array(32).fill(7) })
    await open.hub.addUser({ ...hubUser, databases: [await open.hub.createPracticeDatabase({ ...practice, training: false })] })
    await ask(first, 'configureSync', { url: open.hub.url, user: hubUser.name, password: hubUser.password })
    await register(first, patient)
    const id = await patientId(first)
    const { patient: found } = await ask<{ patient: { number: string } }>(first, 'readBanner', { patient: id })
    await writePhantom(folders.images.path, { patient: { number: found.number, family: patient.family, given: patient.given, birthDate: '1945-07-14', gender: 'female' }, slices: 12, size: 128 })
    const started = await ask<{ id: string }>(first, 'importFolder', { folder: folders.images.path, patient: id })
    await until(() => ask<{ state: string }>(first, 'readImport', { import: started.id }), ({ state }) => state === 'done', 'the import ends')
    await until(() => ask<FilesState>(first, 'filesState'), ({ toSend, link }) => toSend.files === 0 && link === 'ready', 'the images are sent')

    open.second = await launch({ data: folders.second.path })
    const second = open.second.window
    await joinPractice(second, { url: open.hub.url, user: hubUser.name, password: hubUser.password }, 'B')
    await signIn(second, administrator)
    await openChart(second, 'Umuhoza')
    await until(() => ask<StudyEntry[]>(second, 'listStudies', { patient: id }), ([study]) => study?.instances === 12 && study.here === 0, 'the study is listed')
    await tab(second, 'Imaging')
    await second.getByText('0 of 12 here').waitFor()
    await picture(second, 'files-fetch')
    expect(await axeViolations(second)).toEqual([])
    await second.getByRole('button', { name: /^Fetch images/ }).click()
    await until(() => ask<StudyEntry[]>(second, 'listStudies', { patient: id }), ([study]) => study?.here === 12, 'the images have come')
    await second.getByText('0 of 12 here').waitFor({ state: 'detached' })
    await second.getByRole('button', { name: /^Open/ }).first().click()
    const viewer = second.locator('[data-rendered]').first()
    await viewer.waitFor({ timeout: 60_000 })
    await expect.poll(() => viewer.getAttribute('data-rendered')).not.toBe('')
  })

  it('what is on its way, the night and the stick stand on the exchange screen', async () => {
    const first = (open.first as Running).window
    await go(first, 'Exchange')
    await settled(first, 'sync')
    await first.getByText('All images of this computer have been sent.').waitFor()
    await first.getByRole('radio', { name: 'Large ones at night' }).check({ force: true })
    await first.getByLabel('Night begins').waitFor()
    const stick = join(folders.images.path, 'stick')
    mkdirSync(stick)
    await ask(first, 'writeStick', { folder: stick, images: true })
    await first.getByText(/^Written: \d+ records, 12 images/).waitFor()
    expect(readdirSync(stick)).toHaveLength(1)
    await picture(first, 'files-exchange')
    expect(await axeViolations(first)).toEqual([])
    const second = (open.second as Running).window
    await go(second, 'Exchange')
    await ask(second, 'readStick', { folder: stick })
    await second.getByText('Everything on this stick was here already').waitFor()
  })
})

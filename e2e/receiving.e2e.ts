import { execFile } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { writePhantom } from '../main/imaging'
import type { DicomNetworkState, StudyEntry } from '../shared/contract'
import { ask, patientId, until } from './ask'
import { axeViolations, journey, launch, picture, resize, scratchFolder, type Running } from './harness'
import { administrator, createPractice, go, register, settled, signIn } from './steps'

const folders = { data: scratchFolder('receiving'), images: scratchFolder('sent') }
const open: { running?: Running } = {}

journey('receiving', () => open.running, folders)

const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })
/** Runs a program of dcmtk against the workstation; answers its exit status. */
const dcmtk = (program: string, args: readonly string[]) =>
  new Promise<number>((ended) => execFile(program, [...args], { env: { ...process.env, TCP_NODELAY: '1' } }, (error) => ended(error ? Number(error.code ?? 1) : 0)))

let page: Page
let port = 0
let patient = ''
const state = () => ask<DicomNetworkState>(page, 'dicomNetworkState')
const listening = () => until(state, (network) => network.state === 'listening', 'the listener')
const send = () => dcmtk('storescu', ['-aet', 'US1', '-aec', 'CLINIC', '-R', '+sd', '+r', '127.0.0.1', String(port), folders.images.path])

describe('Receiving', () => {
  it('D10: is set up from the screen, and turns away whom nobody let in', async () => {
    open.running = await launch({ data: folders.data.path, size: { width: 1366, height: 768 } })
    page = open.running.window
    await createPractice(page, 'Riverside Clinic', 'A')
    await signIn(page, administrator)
    await register(page, { family: 'Sent', given: 'Ada', sex: 'Female', born: '14-Jul-1945' })
    patient = await patientId(page)
    const [found] = await ask<{ number: string }[]>(page, 'findPatients', { text: 'Sent' })
    await writePhantom(folders.images.path, { patient: { number: found?.number ?? '', family: 'Sent', given: 'Ada' }, slices: 40, size: 256 })
    port = await freePort()
    await go(page, 'Imaging')
    await settled(page, 'imaging-settings')
    await page.getByRole('button', { name: 'Set up…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('AE title').fill('CLINIC')
    await dialog.getByLabel('Port').fill(String(port))
    await dialog.getByRole('button', { name: /Listen/ }).click()
    await listening()
    expect(await send()).not.toBe(0)
    await page.getByRole('button', { name: 'Let in… US1' }).waitFor()
    await picture(page, 'receiving-refused')
    expect(await axeViolations(page)).toEqual([])
  })

  it('D10: takes a study of one that was let in onto the chart of the patient whose number it carries', async () => {
    await page.getByRole('button', { name: 'Let in… US1' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('Ultrasound')
    await picture(page, 'receiving-peer')
    await dialog.getByRole('button', { name: /^Save/ }).click()
    await dialog.waitFor({ state: 'hidden' })
    await until(state, ({ refused }) => refused.length === 0, 'the list of those who were turned away')
    expect(await send()).toBe(0)
    const studies = await until(() => ask<StudyEntry[]>(page, 'listStudies', { patient }), (all) => all[0]?.instances === 40, 'the study')
    expect(studies).toMatchObject([{ here: 40, source: { kind: 'received', from: 'US1' } }])
    await page.getByText('sends images here').waitFor()
    if (open.running) await resize(open.running.app, { width: 1024, height: 768 })
    await picture(page, 'receiving-1024')
  })

  it('D10: listens again by itself when its process was killed, and forgets nothing', async () => {
    const dicomHost = await open.running?.processId('outpost dicom host')
    if (dicomHost === undefined) throw new Error('no DICOM host runs')
    process.kill(dicomHost, 'SIGKILL')
    await until(() => dcmtk('echoscu', ['-aet', 'US1', '-aec', 'CLINIC', '127.0.0.1', String(port)]), (status) => status === 0, 'an answer after the crash')
    expect(await send()).toBe(0)
    await until(state, ({ waiting }) => waiting === 0, 'the archive')
    expect(await ask<StudyEntry[]>(page, 'listStudies', { patient })).toMatchObject([{ instances: 40 }])
  })
})

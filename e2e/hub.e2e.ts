import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { profileOf, serialTransport, virtualAnalyser } from '../main/devices'
import { localDay } from '../shared/records/localDay'
import { ask, patientId, until } from './ask'
import { axeViolations, closeDisplay, launch, picture, scratchFolder, serialPair, type Running } from './harness'
import { administrator, createPractice, go, joinAtHub, openChart, register, settled, signIn, signOut } from './steps'

const folders = { a: scratchFolder('hub-a'), b: scratchFolder('hub-b'), c: scratchFolder('hub-c') }
const line = await serialPair()
const lab = { name: 'Lena Lab', password: 'laboratory password' }
const doctor = { name: 'Daniel Doctor', password: 'doctors password' }
const nurse = { name: 'Nadia Nurse', password: 'nurses password' }
const first = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const second = { family: 'Okonkwo-Lindqvist', given: 'Ifeoma', sex: 'Female', born: '03-Feb-1981' }
let a: Running | undefined
let b: Running | undefined
let c: Running | undefined

afterAll(async () => {
  await c?.close()
  await b?.close()
  await a?.close()
  await line.close()
  for (const folder of Object.values(folders)) folder.remove()
  await closeDisplay()
})
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  for (const [name, running] of Object.entries({ a, b, c })) {
    for (const error of running?.pageErrors ?? []) console.log(error.slice(0, 600))
    if (running) await picture(running.window, `failed-hub-${name}`).catch(() => undefined)
  }
})

describe('Three computers of one clinic and no internet', () => {
  let address = ''
  let code = ''

  it('one becomes the hub on its screen, and shows its address and a join code', async () => {
    a = await launch({ data: folders.a.path })
    const { window } = a
    await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    await register(window, first)
    await go(window, 'Hub')
    await settled(window, 'hub')
    await picture(window, 'hub-off')
    await window.getByRole('button', { name: 'Make this computer the hub' }).click()
    await window.getByText('This computer is the hub.').waitFor()
    address = ((await window.locator('.facts code').first().textContent()) ?? '').trim()
    expect(address).toMatch(/^[\d.]+:\d+$/)
    await window.getByRole('button', { name: 'Show a join code' }).click()
    code = (await window.locator('.hub-code').textContent()) ?? ''
    expect(code).toMatch(/^([0-9A-Z]{4}-){2}[0-9A-Z]{4}$/)
    await picture(window, 'hub-on')
    expect(await axeViolations(window)).toEqual([])
  })

  it('B12: the other finds it on the network, joins by the code, and has the patients', async () => {
    b = await launch({ data: folders.b.path })
    const { window } = b
    await settled(window, 'first-run')
    await window.getByRole('button', { name: 'Join a practice' }).click()
    await window.getByRole('button', { name: 'Look again' }).waitFor()
    await picture(window, 'hub-join')
    expect(await axeViolations(window)).toEqual([])
    await window.getByRole('button', { name: 'Back' }).click()
    await joinAtHub(window, { address, code }, 'B')
    await signIn(window, administrator)
    await openChart(window, first.family)
    await register(window, second)
    await openChart(a?.window ?? window, second.family)
  })

  it('E7, E8: a potassium of 6.8 that the laboratory accepts on one sounds on the two others within five seconds', async () => {
    const { window: atLab } = a as Running
    await ask(atLab, 'addStaff', { name: lab.name, user: 'lena', role: 'lab-technician', password: lab.password })
    const [daniel, nadia] = await Promise.all([
      ask<{ practitioner: string }>(atLab, 'addStaff', { name: doctor.name, user: 'daniel', role: 'doctor', password: doctor.password }),
      ask<{ practitioner: string }>(atLab, 'addStaff', { name: nurse.name, user: 'nadia', role: 'nurse', password: nurse.password }),
    ])
    const day = localDay(Date.now())
    await ask(atLab, 'saveRoster', { day, duties: [{ practitioner: daniel.practitioner, from: '00:00', to: '00:00', rank: 1 }, { practitioner: nadia.practitioner, from: '00:00', to: '00:00', rank: 2 }] })
    await ask(atLab, 'pairDevice', { name: 'Chemistry', profile: 'cobas-c311', path: line.host, place: 'Laboratory' })
    c = await launch({ data: folders.c.path })
    await joinAtHub(c.window, { address, code: await newCode(atLab) }, 'C')
    const [{ window: atWard }, { window: atDesk }] = [b as Running, c]
    await until(() => ask<{ name: string }[]>(atWard, 'listStaff'), (staff) => staff.length > 3, 'the people have come to the ward')
    await signOut(atWard)
    await signIn(atWard, nurse)
    await signIn(atDesk, doctor)
    await openChart(atDesk, second.family)
    const patient = await patientId(atDesk)
    const { accession } = await ask<{ accession: string }>(atDesk, 'placeOrder', { key: crypto.randomUUID(), patient, test: 'Urea and electrolytes' })
    await until(() => ask<{ accession: string }[]>(atLab, 'listOrders', { patient }), (orders) => orders.some((order) => order.accession === accession), 'the order has come to the laboratory')

    await signOut(atLab)
    await signIn(atLab, lab)
    const analyser = await virtualAnalyser(serialTransport(line.device, profileOf('cobas-c311')?.serial ?? fail()))
    await analyser.send(potassium(accession, '6.8'))
    await go(atLab, 'Lab')
    await settled(atLab, 'lab')
    const report = atLab.getByRole('article', { name: /OKONKWO/ })
    await report.waitFor()
    for (const window of [atWard, atDesk]) expect(await window.getByRole('alert', { name: 'Critical results' }).count()).toBe(0)
    await report.getByRole('button', { name: 'Accept' }).click()
    const acceptedAt = Date.now()
    await Promise.all([atWard, atDesk].map((window) => window.getByRole('alert', { name: 'Critical results' }).getByText('Potassium 6.8 mmol/L').waitFor({ timeout: 5_000 })))
    console.log(`the alarm stood on both after ${Date.now() - acceptedAt} ms`)
    await atWard.getByRole('alert', { name: 'Critical results' }).getByText('for Daniel Doctor').waitFor()
    await analyser.close()
    await picture(atWard, 'critical-ward')
  })

  it('E9: a named person who heard the value read back ends it everywhere, and the log shows each step to the second', async () => {
    const [{ window: atLab }, { window: atWard }, { window: atDesk }] = [a as Running, b as Running, c as Running]
    await atWard.getByRole('button', { name: /^Tell somebody of Potassium/ }).click()
    const dialog = atWard.getByRole('dialog')
    await dialog.getByLabel('Whom did you tell?').fill('Dr Mensah, ward 2')
    await dialog.getByLabel('The value as they repeated it').fill('8.6')
    await atWard.keyboard.press('Control+Enter')
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('The value as they repeated it').fill('6.8')
    await atWard.keyboard.press('Control+Enter')
    await dialog.waitFor({ state: 'detached' })
    for (const window of [atLab, atWard, atDesk]) await window.getByRole('alert', { name: 'Critical results' }).waitFor({ state: 'detached' })
    await go(atDesk, 'Alerts')
    const log = atDesk.getByRole('region', { name: 'Log of alerts' })
    await log.getByText('Nadia Nurse told Dr Mensah, ward 2, read back 6.8').waitFor()
    expect(await log.innerText()).toMatch(/\d\d:\d\d:\d\d Daniel Doctor/)
    await picture(atDesk, 'critical-log')
    for (const running of [a, b, c]) expect(running?.pageErrors).toEqual([])
  })

  it('the window of the hub is closed: the others go on, and when Outpost is started again there, the window is back', async () => {
    const hub = a as Running
    await hub.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await wait(1_000)
    expect(hub.app.process().exitCode).toBeNull()
    const { window } = b as Running
    await go(window, 'Exchange')
    await window.getByRole('button', { name: 'Sync now' }).click()
    await window.getByText('Sent and fetched everything.').waitFor()
    const opened = hub.app.waitForEvent('window')
    await hub.app.evaluate(({ app }) => app.emit('second-instance'))
    await settled(await opened, 'sign-in')
  })
})

/** A join code: each is good once. */
const newCode = async (hub: Page): Promise<string> => (await ask<{ code: string }>(hub, 'makeJoinCode')).code

/** What a c311 sends of one potassium. */
const potassium = (accession: string, value: string): Uint8Array =>
  new TextEncoder().encode(['H|\\^&|||c311^1', 'P|1', `O|1|${accession}|||||||||||||1`, `R|1|^^^991/|${value}|mmol/l||HH||F`, 'L|1|N'].join('\r') + '\r')

const fail = (): never => {
  throw new Error('the profile is missing')
}

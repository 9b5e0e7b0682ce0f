import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { axeViolations, closeDisplay, launch, picture, scratchFolder, type Running } from './harness'
import { administrator, createPractice, go, joinAtHub, openChart, register, settled, signIn } from './steps'

const folders = { a: scratchFolder('hub-a'), b: scratchFolder('hub-b') }
const first = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const second = { family: 'Okonkwo-Lindqvist', given: 'Ifeoma', sex: 'Female', born: '03-Feb-1981' }
let a: Running | undefined
let b: Running | undefined

afterAll(async () => {
  await b?.close()
  await a?.close()
  for (const folder of Object.values(folders)) folder.remove()
  await closeDisplay()
})
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  for (const [name, running] of Object.entries({ a, b })) {
    for (const error of running?.pageErrors ?? []) console.log(error.slice(0, 600))
    if (running) await picture(running.window, `failed-hub-${name}`).catch(() => undefined)
  }
})

describe('Two computers of one clinic and no internet', () => {
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

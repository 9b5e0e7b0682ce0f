import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bloodCount, profileOf, serialTransport, virtualAnalyser } from '../main/devices'
import { ask, until } from './ask'
import { closeDisplay, launch, picture, scratchFolder, type Running } from './harness'
import { settled, signIn } from './steps'

const administrator = { name: 'Meera Nair', password: 'admin-training' }
const number = 'W26000777'

describe('A technician pairs an analyser for the first time', () => {
  const folder = scratchFolder('cable')
  const [host, device] = [join(folder.path, 'host'), join(folder.path, 'device')]
  let running: Running
  let cable: ChildProcess | undefined

  beforeAll(async () => {
    running = await launch({ demo: true })
  })
  afterAll(async () => {
    await running?.close()
    cable?.kill()
    folder.remove()
    await closeDisplay()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(running.window, 'failed-pairing')
  })

  it('C2: needs at most 12 clicks from the unplugged cable to the message in values, and loses nothing of what the analyser sent meanwhile', async () => {
    const { window } = running
    await signIn(window, administrator)
    let clicks = 0
    const click = async (target: Locator) => {
      clicks++
      await target.click()
    }
    await click(window.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: /^Devices/ }))
    await settled(window, 'devices')
    await click(window.getByRole('button', { name: /^Pair a device/ }))
    const dialog = window.getByRole('dialog')
    // A pseudo-terminal is in no list of ports.
    if (!(await dialog.getByLabel('Path of the port').isVisible())) {
      clicks++
      await dialog.getByLabel('Port', { exact: true }).selectOption('(other)')
    }
    await click(dialog.getByLabel('Path of the port'))
    await window.keyboard.type(host)
    await click(dialog.getByRole('button', { name: /^Listen/ }))
    await dialog.getByText('This port is not there.').waitFor()

    cable = spawn('socat', [`pty,raw,echo=0,link=${host}`, `pty,raw,echo=0,link=${device}`], { stdio: 'ignore' })
    await dialog.getByText(/Listening\. Let the device send/).waitFor()
    const analyser = await virtualAnalyser(serialTransport(device, profileOf('sysmex-xn')!.serial), { waits: { replyMs: 3_000, busyMs: 1_000 } })
    let isAcknowledged = false
    const sending = analyser.send(bloodCount(number, new Date(), () => 0.5)).then(() => (isAcknowledged = true))
    await dialog.getByText(`Number ${number}`).waitFor()
    expect(clicks).toBeLessThanOrEqual(12)
    console.log(`pairing: ${clicks} clicks to the test message`)
    expect(await dialog.getByRole('row').count()).toBeGreaterThan(5)
    expect(isAcknowledged).toBe(false)
    expect((await ask<{ accession: string }[]>(window, 'listTray', {})).filter(({ accession }) => accession === number)).toEqual([])
    await picture(window, 'pairing-test-message')

    await click(dialog.getByRole('button', { name: /^Go on/ }))
    await dialog.getByLabel(/^Place/).fill('Laboratory')
    await click(dialog.getByRole('button', { name: /^Pair(?!.*listening)/ }))
    await dialog.waitFor({ state: 'detached' })
    expect(clicks).toBeLessThanOrEqual(12)
    await until(() => ask<{ path: string; state: string }[]>(window, 'listDevices'), (all) => all.some(({ path, state }) => path === host && state === 'open'), 'the port is open')
    // What was refused while it was tried comes again by itself, and is kept once.
    await sending
    await analyser.close()
    await until(() => ask<{ accession: string }[]>(window, 'listTray', {}), (items) => items.filter(({ accession }) => accession === number).length === 1, 'the result is in the tray, once')
  })
})

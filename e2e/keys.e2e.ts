import { cpSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { journey, launch, scratchFolder, type Running } from './harness'
import { administrator, createPractice, go, openChart, passphrase, register, settled, signIn } from './steps'

const patient = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const folders = { here: scratchFolder('keys'), elsewhere: scratchFolder('keys-elsewhere') }
let running: Running | undefined

journey('keys', () => running, folders)

const start = async (data: string): Promise<Page> => {
  await running?.close()
  running = await launch({ data })
  return running.window
}
const unlock = async (window: Page, secret: string) => {
  await settled(window, 'unlock')
  await window.getByLabel('Passphrase or recovery code').fill(secret)
  await window.getByRole('button', { name: 'Open', exact: true }).click()
}

describe('The keys of a workstation without a key store', () => {
  let code = ''

  it('are explained at first run, and a passphrase is chosen', async () => {
    const window = await start(folders.here.path)
    await settled(window, 'first-run')
    await window.getByText('This computer has no key store').waitFor()
    code = await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    await register(window, patient)
  })

  it('are changed by the administrator: closed for a moment, everything there afterwards', async () => {
    const { window } = running!
    await go(window, 'Security')
    await settled(window, 'security')
    await window.getByRole('button', { name: 'Change the key' }).click()
    await window.getByLabel('Your own password').fill(administrator.password)
    await window.getByRole('button', { name: /Change it now/ }).click()
    await settled(window, 'sign-in')
    await signIn(window, administrator)
    await openChart(window, 'Umuhoza')
    await go(window, 'Security')
    await window.getByText(/Nothing is encrypted with the key before/).waitFor()
    await window.getByText(/^Number 2/).waitFor()
  })

  it('open with the same passphrase after a restart, on another computer too, and with the recovery code when it is forgotten', async () => {
    await running?.close()
    running = undefined
    cpSync(folders.here.path, folders.elsewhere.path, { recursive: true })
    let window = await start(folders.here.path)
    await unlock(window, passphrase)
    await signIn(window, administrator)
    await openChart(window, 'Umuhoza')
    window = await start(folders.elsewhere.path)
    await settled(window, 'unlock')
    await window.getByRole('button', { name: 'The passphrase is forgotten' }).click()
    await window.getByLabel('Recovery code').fill(code)
    await window.getByLabel('New passphrase').fill('green tractor window salt drum')
    await window.getByText('Good: hard to guess.').waitFor()
    await window.getByRole('button', { name: 'Open and set the passphrase' }).click()
    await signIn(window, administrator)
    await openChart(window, 'Umuhoza')
    window = await start(folders.elsewhere.path)
    await unlock(window, passphrase)
    await window.getByText('This does not open the practice.').waitFor()
    await unlock(window, 'green tractor window salt drum')
    await signIn(window, administrator)
    expect(running!.pageErrors).toEqual([])
  })
})

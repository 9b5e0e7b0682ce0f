import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { doctor, findNoteAgain, lostMs, noteField, typeAndKill } from './draftSteps'
import { closeDisplay, launch, picture, scratchFolder, type Running } from './harness'
import { settled } from './steps'

describe('A doctor without a mouse, and a computer that dies', () => {
  const data = scratchFolder('drafts')
  let running: Running
  beforeAll(async () => {
    running = await launch({ data: data.path, demo: true })
    await running.painted('sign-in', 120_000)
  })
  afterAll(async () => {
    await running?.close()
    await closeDisplay()
    data.remove()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(running.window, 'failed-drafts')
  })

  /** Presses Tab until what has the focus is it. */
  const tabTo = async (selector: string, text = '') => {
    const { window } = running
    await window.locator(selector).filter({ hasText: text }).first().waitFor()
    for (let presses = 0; presses < 80; presses += 1) {
      const isThere = await window.evaluate(([wanted, words]) => (document.activeElement?.matches(wanted) ?? false) && (document.activeElement?.textContent ?? '').includes(words), [selector, text] as const)
      if (isThere) return
      await window.keyboard.press('Tab')
    }
    throw new Error(`${selector} ${text} cannot be reached with Tab`)
  }
  const type = async (text: string, key = 'Enter') => {
    await running.window.keyboard.type(text)
    await running.window.keyboard.press(key)
  }
  /** Goes to a tab of the chart with Alt and its number. */
  const chartTab = async (screen: string) => {
    const { window } = running
    const place = await window.evaluate((name) => [...document.querySelectorAll('nav.tabs a')].findIndex((link) => link.getAttribute('href')?.endsWith(`/${name}`)), screen)
    await window.keyboard.press(`Alt+${place + 1}`)
    await settled(window, screen)
  }

  it('A1, A14, A17: a patient is registered, signs are charted and a note is signed with the keyboard alone', async () => {
    const { window } = running
    await tabTo('button', doctor.name)
    await window.keyboard.press('Enter')
    await window.getByLabel('Password').waitFor()
    await tabTo('input[type=password]')
    await type(doctor.password)
    await settled(window, 'queue')
    await window.keyboard.press('Control+K')
    await window.getByRole('dialog').waitFor()
    await window.keyboard.type('Register')
    await window.getByRole('option', { name: /Register a patient/ }).waitFor()
    await window.keyboard.press('Enter')
    await window.getByRole('heading', { name: 'Register a patient' }).waitFor()
    await type('Keyboard')
    await type('Awa')
    await type(' ')
    await type('06.05.1990', 'Control+Enter')
    await settled(window, 'chart')

    await chartTab('vitals')
    await tabTo('#vital-respiratory-rate')
    for (const [text, key] of [['18', 'Enter'], ['97', 'Enter'], ['', 'Enter'], ['128', '/'], ['82', 'Enter'], ['74', 'Enter'], ['a', 'Enter'], ['37.2', 'Control+Enter']] as const) await type(text, key)
    await window.getByText(/Saved on this computer at/).waitFor()

    await chartTab('encounters')
    await tabTo('button', 'Start encounter')
    await window.keyboard.press('Enter')
    await window.getByRole('dialog').waitFor()
    await type('Fever', 'Control+Enter')
    await tabTo('.note-new textarea')
    await type('Fever since Tuesday.', 'Control+Enter')
    await window.getByText('Saved on this computer.', { exact: true }).waitFor()
    await expect.poll(() => window.locator('.encounter-body').textContent()).toContain('Fever since Tuesday.')
    await tabTo('.note-new textarea')
  })

  it('A15: shows the note again, with at most 2 s of typing lost, when every process was killed in the middle of it', async () => {
    const typed = await typeAndKill(running, () => 'x', Date.now() + 1_500)
    running = await launch({ data: data.path })
    const lost = lostMs(typed, await findNoteAgain(running.window))
    expect(lost).toBeDefined()
    expect(lost).toBeLessThanOrEqual(2_000)
    expect(await noteField(running.window).inputValue()).toMatch(/^x{10}/)
  })
})

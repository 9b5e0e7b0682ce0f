import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { say } from './ground.mjs'

const firstScreenMs = 90_000

/**
 * Runs the application where nobody can look at it, as a person would use it, and saves a picture of its window: the first
 * screen that settles, or with `demo` a chart, opened by the demo practice's doctor.
 *
 * @param {{ electron: string, args: string[], env: Record<string, string | undefined>, screenshot: string, demo: boolean }} options
 * @returns {Promise<string>} the screen that the picture shows.
 */
export async function photograph({ electron, args, env, screenshot, demo }) {
  const { _electron } = await import('playwright-core')
  const given = /** @type {Record<string, string>} */ (Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)))
  const app = await _electron.launch({ executablePath: electron, args, env: given, timeout: firstScreenMs })
  try {
    const window = await app.firstWindow()
    const settled = (/** @type {string[]} */ screens) =>
      window.waitForFunction(names => names.includes(document.documentElement.dataset['screen'] ?? ''), screens, { timeout: firstScreenMs })
    if (demo) {
      await settled(['sign-in'])
      say('outpost: the demo practice is ready; signing its doctor in')
      await window.getByRole('button', { name: /Petrova/ }).click()
      const shown = await window.getByRole('button', { name: /Petrova/ }).locator('.signin-known').textContent()
      await window.getByLabel('Password').fill(shown ?? '')
      await window.keyboard.press('Enter')
      await settled(['patients'])
      await window.keyboard.press('Enter')
      await settled(['chart'])
      await window.waitForTimeout(500)
    } else {
      await settled(['first-run', 'sign-in', 'unlock', 'failed'])
    }
    mkdirSync(dirname(screenshot), { recursive: true })
    await window.screenshot({ path: screenshot })
    return (await window.evaluate(() => document.documentElement.dataset['screen'])) ?? ''
  } finally {
    await app.close()
    if (!existsSync(screenshot)) say('outpost: no picture could be taken')
  }
}

import { loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { say } from '../../../build/ground.mjs'
import { scratchFolder } from '../../harness/folders'
import { launch } from '../../harness/launch'
import { go, passphrase, settled, signIn } from '../../steps'
import { quantile } from '../search/index'
import { keysPainted, toPainted, watchPainting } from './paint'
import { doctor, numbersOfLongCharts, type PracticeShape, practiceInto, usualShape } from './practice'

/** How fast somebody types who types fast, ms between two keys. */
const betweenKeysMs = 60
/** Until nothing that was asked for is under way. */
const restMs = 400

const rounded = (value: number): number => Math.round(value * 10) / 10
const median = (values: readonly number[]): number => quantile([...values].sort((one, other) => one - other), 0.5)
const most = (values: readonly number[]): number => Math.max(...values)
const p95 = (values: readonly number[]): number => quantile([...values].sort((one, other) => one - other), 0.95)

const unlockAndSignIn = async (window: Page): Promise<void> => {
  await window.waitForFunction(() => ['unlock', 'sign-in'].includes(document.documentElement.dataset['screen'] ?? ''), undefined, { timeout: 60_000 })
  if ((await window.evaluate(() => document.documentElement.dataset['screen'])) === 'unlock') {
    await window.getByLabel(/Passphrase/).first().fill(passphrase)
    await window.keyboard.press('Control+Enter')
  }
  await settled(window, 'sign-in', 60_000)
  await signIn(window, doctor)
}

/** Finds a patient by number, and opens the chart with Enter; answers how long that took, from the key. */
const openChart = async (window: Page, number: string): Promise<number> => {
  await go(window, 'Patients')
  await settled(window, 'patients')
  await window.getByRole('combobox', { name: /Search by name/ }).fill(number)
  await window.getByRole('option').filter({ hasText: number }).first().waitFor()
  await wait(restMs)
  return toPainted(window, () => window.keyboard.press('Enter'))
}

const typed: readonly (readonly [string, string])[] = [['18', 'Enter'], ['97', 'Enter'], ['', 'Enter'], ['128', 'Enter'], ['82', 'Enter'], ['74', 'Enter'], ['a', 'Enter'], ['37.2', 'Enter'], ['', 'Control+Enter']]

/** A full set of signs, typed and saved with the keyboard alone: Enter goes on as on the paper form. Answers milliseconds from the first key to "saved". */
const typeVitals = async (window: Page): Promise<number> => {
  await window.getByLabel(/^Respiratory rate/).first().focus()
  const startedAt = performance.now()
  for (const [text, key] of typed) {
    for (const letter of text) {
      await window.keyboard.press(letter)
      await wait(betweenKeysMs)
    }
    await window.keyboard.press(key)
    await wait(betweenKeysMs)
  }
  await window.getByText(/Saved on this computer at/).waitFor()
  return performance.now() - startedAt
}

const sentence = 'Fever since Tuesday, worse at night. No cough, no rash. '

const typeNote = async (window: Page): Promise<void> => {
  await window.locator('.note-new textarea').first().focus()
  for (const letter of sentence) {
    await window.keyboard.press(letter)
    await wait(betweenKeysMs)
  }
}

/**
 * `npm run bench -- screens [patients]`: the screens of a chart in the real window, with 20,000 patients and 500,000 observations on
 * disk. Each time is from the key or the click to the painted screen.
 */
export default async (words: readonly string[] = []) => {
  const asked = Number(words.find((word) => /^\d+$/.test(word)))
  const shape: PracticeShape = asked > 0 ? { ...usualShape, patients: asked } : usualShape
  const folder = scratchFolder('bench-screens')
  try {
    const { observations } = await practiceInto(folder.path, shape)
    const running = await launch({ data: folder.path, size: { width: 1366, height: 768 } })
    try {
      const { window } = running
      await unlockAndSignIn(window)
      await watchPainting(window)
      // What opens behind the sign-in screen opens now.
      await wait(4_000)
      const [first = '', ...others] = numbersOfLongCharts(shape)
      const firstMs = await openChart(window, first)
      const charts: number[] = []
      const tabs = new Map<string, number[]>()
      for (const number of others) {
        charts.push(await openChart(window, number))
        await wait(restMs)
        const links = window.getByRole('navigation', { name: 'Parts of the chart' }).getByRole('link')
        const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
        for (const address of addresses.slice(1)) {
          const name = address.split('/').at(-1) ?? ''
          const link = window.locator(`nav a[href="${address}"]`)
          const times = tabs.get(name) ?? []
          times.push(await toPainted(window, () => link.click()))
          tabs.set(name, times)
          await wait(restMs)
        }
      }
      await openChart(window, first)
      await window.locator('nav a[href$="/vitals"]').click()
      await settled(window, 'vitals')
      await wait(restMs)
      await keysPainted(window)
      const sets = [await typeVitals(window), await typeVitals(window)]
      const inVitals = await keysPainted(window)
      await window.locator('nav a[href$="/encounters"]').click()
      await settled(window, 'encounters')
      await wait(restMs)
      await keysPainted(window)
      await typeNote(window)
      const inNote = await keysPainted(window)
      for (const [name, times] of tabs) say(`bench screens: ${name} ${times.map((time) => Math.round(time)).join(', ')} ms`)
      say(`bench screens: charts ${charts.map((time) => Math.round(time)).join(', ')} ms`)
      const figures = {
        patients: shape.patients,
        observations,
        chart_ms: rounded(median(charts)),
        chart_max_ms: rounded(most(charts)),
        chart_first_after_start_ms: rounded(firstMs),
        ...Object.fromEntries([...tabs].flatMap(([name, times]) => [[`tab_${name}_ms`, rounded(median(times))], [`tab_${name}_max_ms`, rounded(most(times))]])),
        keystroke_p95_ms: rounded(p95([...inVitals, ...inNote])),
        keystroke_vitals_p95_ms: rounded(p95(inVitals)),
        keystroke_note_p95_ms: rounded(p95(inNote)),
        keys: inVitals.length + inNote.length,
        // On a computer that is busy with something else all of these are longer.
        load_1m: rounded(loadavg()[0] ?? 0),
        vitals_set_s: rounded(median(sets) / 1000),
      }
      return { figures, ratios: { chart_vs_goal: Math.round((figures.chart_ms / 300) * 100) / 100, keystroke_vs_goal: Math.round((figures.keystroke_p95_ms / 32) * 100) / 100 } }
    } finally {
      await running.close()
    }
  } finally {
    folder.remove()
  }
}

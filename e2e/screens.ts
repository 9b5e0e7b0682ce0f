import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root, say } from '../build/ground.mjs'
import { bedsideSteps } from './bedsideScreens'
import { labSteps } from './labScreens'
import { go, openChart, settled, signIn, tab } from './steps'
import { axeViolations, closeDisplay, launch, scratchFolder, type Running, type Violation } from './harness'

/** A stop on the way through the application. */
interface Step {
  /** Name of the picture. */
  name: string
  /** Brings the application from the step before to this screen. */
  go: (window: Page) => Promise<void>
  /** What `<html data-screen>` says once the screen has painted; the step's name when left out, null to wait for nothing. */
  screen?: string | null
}

const looks = [
  { name: 'light-1366x768', colorScheme: 'light', size: { width: 1366, height: 768 } },
  { name: 'dark-1366x768', colorScheme: 'dark', size: { width: 1366, height: 768 } },
  { name: 'light-1024x768', colorScheme: 'light', size: { width: 1024, height: 768 } },
  { name: 'dark-1024x768', colorScheme: 'dark', size: { width: 1024, height: 768 } },
] as const

const doctor = { name: 'Petrova', password: 'doctor-training' }
const administrator = { name: 'Nair', password: 'admin-training' }

const openDialog = (name: RegExp) => async (window: Page) => {
  await window.getByRole('button', { name }).first().click()
  await window.getByRole('dialog').waitFor()
}
const closeDialog = async (window: Page) => {
  await window.keyboard.press('Escape')
  await window.getByRole('dialog').waitFor({ state: 'detached' })
}

/** What a look before left unsaved does not stand in this one's pictures. */
const throwAway = async (window: Page) => {
  await window.waitForTimeout(500)
  const drop = window.getByRole('button', { name: 'Throw away' })
  while ((await drop.count()) > 0) await drop.first().click()
}

/** Before any practice: an empty computer. */
const emptyComputer: Step[] = [
  { name: 'first-run', go: async () => {} },
  { name: 'first-run-create', go: (window) => window.getByRole('button', { name: 'Create a practice' }).click() },
  {
    name: 'first-run-join',
    go: async (window) => {
      await window.reload()
      await settled(window, 'first-run')
      await window.getByRole('button', { name: 'Join a practice' }).click()
    },
  },
  {
    name: 'first-run-restore',
    go: async (window) => {
      await window.reload()
      await settled(window, 'first-run')
      await window.getByRole('button', { name: 'Restore from a backup' }).click()
    },
  },
]

/** The way through the demo practice; each step starts where the one before ended. Add a screen by adding a step. */
const demoPractice: Step[] = [
  { name: 'sign-in', go: async () => {} },
  {
    name: 'patients',
    go: async (window) => {
      await signIn(window, doctor)
      await throwAway(window)
      await go(window, 'Patients')
    },
  },
  {
    name: 'search',
    screen: null,
    go: async (window) => {
      await window.getByRole('combobox', { name: /Search by name/ }).fill('oka')
      await window.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'register',
    screen: null,
    go: async (window) => {
      await window.getByRole('combobox', { name: /Search by name/ }).fill('')
      await openDialog(/Register a patient/)(window)
    },
  },
  {
    name: 'chart',
    go: async (window) => {
      await closeDialog(window)
      await openChart(window, 'okafor')
    },
  },
  { name: 'allergies', screen: null, go: openDialog(/llerg/) },
  {
    name: 'problem',
    screen: null,
    go: async (window) => {
      await closeDialog(window)
      await openDialog(/Add problem/)(window)
    },
  },
  {
    name: 'vitals',
    go: async (window) => {
      await closeDialog(window)
      await tab(window, 'Vital signs')
    },
  },
  {
    name: 'vitals-correct',
    screen: null,
    go: async (window) => {
      if (!(await window.locator('[data-cell][tabindex="0"]').isVisible())) await window.getByRole('button', { name: 'Hide', exact: true }).click()
      await window.locator('[data-cell][tabindex="0"]').click()
      await window.getByRole('button', { name: 'Correct this value' }).click()
    },
  },
  { name: 'how-often', screen: null, go: openDialog(/Change how often/) },
  {
    name: 'encounters',
    go: async (window) => {
      await closeDialog(window)
      await tab(window, 'Encounters')
    },
  },
  { name: 'history', screen: null, go: openDialog(/^History of /) },
  {
    name: 'results',
    go: async (window) => {
      await closeDialog(window)
      await tab(window, 'Orders & results')
    },
  },
  {
    name: 'result-entry',
    screen: null,
    go: async (window) => {
      // The look before may have had the results of all that was ordered.
      if (await window.getByRole('button', { name: /^Enter results/ }).first().isVisible()) await openDialog(/^Enter results/)(window)
    },
  },
  {
    name: 'order',
    screen: null,
    go: async (window) => {
      if (await window.getByRole('dialog').isVisible()) await closeDialog(window)
      await openDialog(/Order a test/)(window)
      await window.getByRole('button', { name: 'Fever set' }).click()
    },
  },
  {
    name: 'timeline',
    go: async (window) => {
      await closeDialog(window)
      await tab(window, 'Timeline')
    },
  },
  {
    name: 'imaging',
    go: async (window) => {
      await closeDialog(window)
      await tab(window, 'Imaging')
    },
  },
  {
    name: 'viewer',
    go: async (window) => {
      await window.locator('.imaging-studies button').first().click()
      await window.locator('canvas').first().waitFor()
      await window.waitForTimeout(1_500)
    },
  },
  { name: 'inbox', go: (window) => go(window, 'Inbox') },
  {
    name: 'beds',
    go: async (window) => {
      await go(window, 'Beds')
      await window.locator('canvas').first().waitFor()
      await window.waitForTimeout(2_500)
    },
  },
  { name: 'whom', screen: null, go: openDialog(/Say whom it serves/) },
  ...bedsideSteps,
  {
    name: 'tray',
    go: async (window) => {
      await closeDialog(window)
      await go(window, 'Tray')
    },
  },
  { name: 'devices', go: (window) => go(window, 'Devices') },
  { name: 'sync', go: (window) => go(window, 'Exchange') },
  {
    name: 'palette',
    screen: null,
    go: async (window) => {
      await window.keyboard.press('Control+K')
      await window.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'keys',
    screen: null,
    go: async (window) => {
      await closeDialog(window)
      await window.keyboard.press('F1')
      await window.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'locked',
    go: async (window) => {
      await window.keyboard.press('Escape')
      await window.getByRole('button', { name: 'Lock', exact: true }).click()
    },
  },
  {
    name: 'staff',
    go: async (window) => {
      await window.getByRole('button', { name: new RegExp(administrator.name) }).click()
      await window.getByLabel('Password').fill(administrator.password)
      await window.keyboard.press('Enter')
      await window.getByRole('navigation', { name: 'Screens' }).waitFor()
      await throwAway(window)
      await go(window, 'People')
    },
  },
  { name: 'roster', screen: 'alerts', go: (window) => go(window, 'Alerts') },
  {
    name: 'early-warning',
    screen: null,
    go: (window) => window.getByRole('heading', { name: 'What a score asks for' }).evaluate((heading) => heading.scrollIntoView({ block: 'start' })),
  },
  { name: 'codes', go: (window) => go(window, 'Code sets') },
  { name: 'codes-import', screen: null, go: openDialog(/Import a code set/) },
  {
    name: 'audit',
    go: async (window) => {
      await closeDialog(window)
      await go(window, 'Audit')
    },
  },
  { name: 'backup', go: (window) => go(window, 'Backup') },
  { name: 'storage', go: (window) => go(window, 'Storage') },
  { name: 'terminal', go: (window) => go(window, 'Terminal') },
  { name: 'security', go: (window) => go(window, 'Security') },
  { name: 'change-key', screen: null, go: openDialog(/Change the key/) },
  {
    name: 'pair-port',
    screen: null,
    go: async (window) => {
      await closeDialog(window)
      await go(window, 'Devices')
      await openDialog(/^Pair a device/)(window)
    },
  },
  {
    name: 'pair-listen',
    screen: null,
    go: async (window) => {
      const dialog = window.getByRole('dialog')
      if (!(await dialog.getByLabel('Path of the port').isVisible())) await dialog.getByLabel('Port', { exact: true }).selectOption('(other)')
      await dialog.getByLabel('Path of the port').fill('listen://127.0.0.1:46661')
      await dialog.getByRole('button', { name: /^Listen/ }).click()
      await dialog.getByText('The device has not connected yet').waitFor()
    },
  },
  { name: 'pair-place', screen: null, go: (window) => window.getByRole('dialog').getByRole('button', { name: 'Pair without listening' }).click() },
  {
    name: 'upkeep',
    screen: null,
    go: async (window) => {
      await closeDialog(window)
      await openDialog(/^Upkeep of/)(window)
    },
  },
  {
    name: 'learn',
    screen: 'workbench',
    go: async (window) => {
      await closeDialog(window)
      await window.getByRole('button', { name: 'Learn an unknown analyser' }).click()
    },
  },
  {
    name: 'learn-marks',
    screen: null,
    go: async (window) => {
      await window.getByRole('radio', { name: 'a file' }).check({ force: true })
      await window.locator('input[type=file]').setInputFiles(join(root, 'main/devices/profiles/urine-strip-printer/captures/two-strips.txt'))
      for (const [role, piece] of [['number on the tube', /^A26000123/], ['test', /^NIT/], ['value', /^neg/], ['start of a sample', /^No\.000012/]] as const) {
        await window.getByRole('radio', { name: role, exact: true }).check({ force: true })
        await window.getByRole('button', { name: piece }).first().click()
      }
      await window.getByLabel('Name of LEU').fill('Leukocytes (strip)')
      await window.getByLabel('Unit of LEU').fill('1')
      await window.getByRole('heading', { name: /What is what/ }).scrollIntoViewIfNeeded()
    },
  },
  ...labSteps,
]

/** A byte of the records went wrong while the computer was off. */
const damagedPractice: Step[] = [
  { name: 'damaged', go: async () => {} },
  { name: 'repaired', go: (window) => window.getByRole('button', { name: 'Repair the records' }).click() },
]

/** A copy of a practice, in a page of whose records one byte is another. */
const damagedCopy = (from: string): { path: string; remove: () => void } => {
  const copy = scratchFolder('damaged')
  cpSync(from, copy.path, { recursive: true })
  const path = join(copy.path, 'replica.db')
  const bytes = readFileSync(path)
  const place = Math.floor(bytes.length / 8192) * 4096 + 500
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place)
  writeFileSync(path, bytes)
  return copy
}

interface Request {
  folder: string
  only?: string[] | undefined
  /** Names of the looks; all where it is left out. */
  looks?: string[] | undefined
  /** BCP 47 tag of the language that the pictures are taken in. */
  language?: string | undefined
}

interface Outcome {
  pictures: string[]
  violations: (Violation & { picture: string })[]
  /** Steps that could not be taken, in words. */
  troubles: string[]
}

const settle = async (window: Page, screen: string | null) => {
  if (screen !== null) await settled(window, screen)
  await window.evaluate(() => document.fonts.ready.then(() => undefined))
  await window.waitForTimeout(250)
}

/** The way through the application is told in English; each picture is taken after the computer's language was changed, as a system can change it. */
const speak = async (window: Page, language: string) => {
  await window.evaluate((tag) => {
    Object.defineProperty(navigator, 'languages', { configurable: true, get: () => [tag] })
    globalThis.dispatchEvent(new Event('languagechange'))
  }, language)
  await window.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' })
  await window.waitForTimeout(250)
}

const takeLook = async (running: Running, steps: Step[], look: (typeof looks)[number], request: Request, outcome: Outcome) => {
  running.window.setDefaultTimeout(20_000)
  await running.window.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' })
  for (const step of steps) {
    const picture = `${step.name}-${look.name}.png`
    try {
      await step.go(running.window)
      await settle(running.window, step.screen === undefined ? step.name : step.screen)
    } catch (error) {
      outcome.troubles.push(`${picture}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      await running.window.screenshot({ path: join(request.folder, `trouble-${picture}`) }).catch(() => undefined)
      return
    }
    if (request.only && !request.only.includes(step.name)) continue
    if (request.language) await speak(running.window, request.language)
    await running.window.screenshot({ path: join(request.folder, picture), animations: 'disabled' })
    outcome.pictures.push(picture)
    for (const violation of await axeViolations(running.window)) outcome.violations.push({ ...violation, picture })
    if (request.language) await speak(running.window, 'en')
  }
}

/** Goes through the demo practice once per look and takes a picture at each step. */
export const takeScreens = async (request: Request): Promise<Outcome> => {
  mkdirSync(request.folder, { recursive: true })
  const outcome: Outcome = { pictures: [], violations: [], troubles: [] }
  const data = scratchFolder('screens')
  const walk = async (look: (typeof looks)[number], steps: Step[], first: string, where: { data?: string; demo?: boolean }) => {
    const running = await launch({ ...where, size: look.size, colorScheme: look.colorScheme })
    try {
      await running.painted(first, 120_000)
      await takeLook(running, steps, look, request, outcome)
      for (const message of new Set(running.pageErrors)) outcome.troubles.push(`${look.name}: the page complained: ${message}`)
    } finally {
      await running.close()
    }
  }
  try {
    for (const look of looks.filter(({ name }) => request.looks?.includes(name) ?? true)) {
      say(`screens: ${look.name} ...`)
      await walk(look, emptyComputer, 'first-run', {})
      await walk(look, demoPractice, 'sign-in', { data: data.path, demo: true })
      const damaged = damagedCopy(data.path)
      try {
        await walk(look, damagedPractice, 'damaged', { data: damaged.path })
      } finally {
        damaged.remove()
      }
    }
  } finally {
    await closeDisplay()
    data.remove()
  }
  return outcome
}

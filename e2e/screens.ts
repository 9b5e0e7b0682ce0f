import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { say } from '../build/ground.mjs'
import { axeViolations, closeDisplay, launch, resize, scratchFolder, type Running, type Violation } from './harness'

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

const password = { doctor: 'doctor-training', admin: 'admin-training' }

const signIn = async (window: Page, person: RegExp, secret: string) => {
  await window.getByRole('button', { name: person }).first().click()
  await window.locator('input[type=password]').first().fill(secret)
  await window.keyboard.press('Enter')
}

/** The way through the demo practice; each step starts where the one before ended. Add a screen by adding a step. */
const steps: Step[] = [
  { name: 'sign-in', go: async () => {} },
  { name: 'patients', go: (window) => signIn(window, /Petrova/, password.doctor) },
]

interface Request {
  folder: string
  only?: string[] | undefined
}

interface Outcome {
  pictures: string[]
  violations: (Violation & { picture: string })[]
  /** Steps that could not be taken, in words. */
  troubles: string[]
}

const settle = async (window: Page, screen: string | null) => {
  if (screen !== null) await window.waitForFunction((wanted) => document.documentElement.dataset['screen'] === wanted, screen, { timeout: 30_000 })
  await window.evaluate(() => document.fonts.ready.then(() => undefined))
  await window.waitForTimeout(250)
}

const takeLook = async (running: Running, look: (typeof looks)[number], request: Request, outcome: Outcome) => {
  await running.window.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' })
  await resize(running.app, look.size)
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
    await running.window.screenshot({ path: join(request.folder, picture), animations: 'disabled' })
    outcome.pictures.push(picture)
    for (const violation of await axeViolations(running.window)) outcome.violations.push({ ...violation, picture })
  }
}

/** Goes through the demo practice once per look and takes a picture at each step. */
export const takeScreens = async (request: Request): Promise<Outcome> => {
  mkdirSync(request.folder, { recursive: true })
  const outcome: Outcome = { pictures: [], violations: [], troubles: [] }
  const data = scratchFolder('screens')
  try {
    for (const look of looks) {
      say(`screens: ${look.name} ...`)
      const running = await launch({ data: data.path, demo: true, size: look.size, colorScheme: look.colorScheme })
      try {
        await running.painted('sign-in', 120_000)
        await takeLook(running, look, request, outcome)
        for (const message of new Set(running.pageErrors)) outcome.troubles.push(`${look.name}: the page complained: ${message}`)
      } finally {
        await running.close()
      }
    }
  } finally {
    await closeDisplay()
    data.remove()
  }
  return outcome
}

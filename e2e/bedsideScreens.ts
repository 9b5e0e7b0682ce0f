import type { Page } from 'playwright-core'
import { ask } from './ask'
import { go, settled } from './steps'

/** A stop of `screens.ts` at the bedside. */
interface BedsideStep {
  readonly name: string
  readonly screen?: string | null
  readonly go: (window: Page) => Promise<void>
}

const key = (name: string) => `screens of the bedside ${name}`

/** A morning: five beds, and four who walked in. */
const fillWard = async (window: Page): Promise<void> => {
  const { patients } = await ask<{ patients: { id: string }[] }>(window, 'listPatients', { limit: 40 })
  const people = patients.slice(5)
  for (const [index, name] of ['Bed 3', 'Bed 4', 'Bed 5', 'Bed 6'].entries()) {
    const bed = await ask<{ id: string }>(window, 'addBed', { key: key(name), name })
    await ask(window, 'seatPatient', { bed: bed.id, patient: people[index]?.id })
  }
  const found = [['stridor'], ['wheezing', 'severe-pain'], []]
  for (const [index, reason] of ['Cannot breathe', 'Fell from a roof', 'Cough', 'Headache since morning'].entries()) {
    const patient = people[index + 6]?.id
    const { encounter } = await ask<{ encounter: string }>(window, 'arrive', { key: key(reason), patient, reason })
    const signs = found[index]
    if (signs) await ask(window, 'recordTriage', { key: key(`look ${index}`), patient, encounter, chart: 'adult', signs, values: index === 2 ? [{ code: 'spo2', value: 90 }, { code: 'pulse', value: 96 }] : [] })
  }
}

/** From the beds to the handover. */
export const bedsideSteps: readonly BedsideStep[] = [
  {
    name: 'round',
    go: async (window) => {
      await window.keyboard.press('Escape')
      await window.getByRole('dialog').waitFor({ state: 'detached' })
      await fillWard(window)
      await go(window, 'Round')
    },
  },
  {
    name: 'round-bed',
    go: async (window) => {
      await window.locator('.round-row').first().click()
    },
  },
  { name: 'queue', go: (window) => go(window, 'Waiting') },
  {
    name: 'triage',
    screen: null,
    go: async (window) => {
      await window.getByRole('button', { name: /^Triage / }).first().click()
      await window.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'handover',
    go: async (window) => {
      await window.keyboard.press('Escape')
      await window.getByRole('dialog').waitFor({ state: 'detached' })
      await go(window, 'Round')
      await settled(window, 'round')
      await window.getByRole('link', { name: 'Handover' }).click()
    },
  },
]

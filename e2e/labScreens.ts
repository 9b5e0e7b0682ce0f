import type { Page } from 'playwright-core'
import { ask } from './ask'
import { go } from './steps'

/** A stop of `screens.ts` in the laboratory. */
interface LabStep {
  readonly name: string
  readonly screen?: string | null
  readonly go: (window: Page) => Promise<void>
}

const technician = { name: 'Achieng', password: 'lab-training' }

/** A blood count as an XN-type analyser sends it, bare; results are `code|value|unit|range|flag`. */
const capture = (accession: string, results: readonly string[]): Uint8Array =>
  new TextEncoder().encode(
    ['H|\\^&|||XN', 'P|1', `O|1||^^${accession}^M`, ...results.map((result, index) => {
      const [code, value, unit, range = '', flag = ''] = result.split('|')
      return `R|${index + 1}|^^^^${code}^1|${value}|${unit}|${range}|${flag}||F`
    }), 'L|1|N', ''].join('\r'),
  )

const count = ['WBC|14.2|10*3/uL|4.0 - 10.0|H', 'HGB|6.4|g/dL|12.0 - 16.0|LL', 'HCT|24.1|%|36.0 - 46.0|L', 'MCV|88.2|fL|80.0 - 96.0', 'PLT|210|10*3/uL|150 - 400', 'MONO#|----|10*3/uL']

/** What an analyser would have sent this morning: a count to verify, a code that nobody knows, a number that nobody ordered. */
const fillLaboratory = async (window: Page): Promise<void> => {
  const { patients } = await ask<{ patients: { id: string }[] }>(window, 'listPatients', { limit: 300 })
  const open: string[] = []
  for (const { id } of patients) {
    const orders = await ask<{ accession: string; status: string }[]>(window, 'listOrders', { patient: id })
    open.push(...orders.filter(({ status }) => status === 'active').map(({ accession }) => accession))
    if (open.length > 1) break
  }
  const [first, second = first] = open
  // The bridge takes bytes as they are, but a page is handed JSON.
  const send = (bytes: Uint8Array) =>
    window.evaluate(async (sent) => {
      const state = await globalThis.window.outpost.requests.practiceState(null, undefined)
      const practice = state.ok && 'practice' in state.value ? state.value.practice.id : null
      await globalThis.window.outpost.requests.replayCapture(practice, { profile: 'sysmex-xn', capture: Uint8Array.from(sent) })
    }, [...bytes])
  if (first !== undefined) await send(capture(first, count))
  if (second !== undefined) await send(capture(second, ['GLU|95|mg/dL|70 - 110']))
  await send(capture('A26999999', count))
}

const closeDialog = async (window: Page) => {
  await window.keyboard.press('Escape')
  await window.getByRole('dialog').waitFor({ state: 'detached' })
}

/** The laboratory's screens, from a screen that can be locked. */
export const labSteps: readonly LabStep[] = [
  {
    name: 'lab',
    go: async (window) => {
      await window.getByRole('button', { name: 'Lock', exact: true }).click()
      await window.getByRole('button', { name: new RegExp(technician.name) }).click()
      await window.getByLabel('Password').fill(technician.password)
      await window.keyboard.press('Enter')
      await window.getByRole('navigation', { name: 'Screens' }).waitFor()
      await fillLaboratory(window)
      await go(window, 'Lab')
    },
  },
  {
    name: 'lab-verified',
    screen: null,
    go: async (window) => {
      await window.getByRole('link', { name: 'Verified', exact: true }).click()
      await window.getByLabel('Accession number').waitFor()
    },
  },
  {
    name: 'lab-codes',
    screen: null,
    go: async (window) => {
      await window.getByRole('link', { name: 'Codes and units' }).click()
      await window.getByRole('heading', { name: 'Explained in this practice' }).waitFor()
    },
  },
  {
    name: 'lab-explain',
    screen: null,
    go: async (window) => {
      await window.getByRole('button', { name: 'Explain GLU' }).first().click()
      await window.getByLabel('Unit of the chart').fill('mmol/L')
      await window.getByLabel('LOINC code').fill('14749-6')
      await window.getByLabel('Name on the chart').fill('Glucose')
    },
  },
  {
    name: 'lab-rules',
    screen: null,
    go: async (window) => {
      await closeDialog(window)
      await window.getByRole('link', { name: 'Rules' }).click()
      await window.getByRole('heading', { name: 'Rules of tests' }).waitFor()
    },
  },
  {
    name: 'lab-samples',
    screen: 'samples',
    go: async (window) => {
      await window.getByRole('link', { name: 'Samples' }).click()
    },
  },
  {
    name: 'lab-catalogue',
    screen: 'lab-catalogue',
    go: async (window) => {
      await window.getByRole('link', { name: 'Catalogue' }).click()
    },
  },
  {
    name: 'lab-test',
    screen: null,
    go: async (window) => {
      await window.getByRole('button', { name: 'Change Haemoglobin…', exact: true }).click()
      await window.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'lab-ranges',
    screen: null,
    go: async (window) => {
      await closeDialog(window)
      await window.getByRole('link', { name: 'Ranges' }).click()
      await window.getByRole('button', { name: 'Change the ranges of Haemoglobin', exact: true }).waitFor()
    },
  },
  {
    name: 'lab-range',
    screen: null,
    go: async (window) => {
      await window.getByRole('button', { name: 'Change the ranges of Haemoglobin', exact: true }).click()
      await window.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'lab-tray',
    screen: 'tray',
    go: async (window) => {
      await closeDialog(window)
      await go(window, 'Tray')
    },
  },
  {
    name: 'alarm',
    screen: null,
    go: async (window) => {
      await go(window, 'Lab')
      await window.getByRole('link', { name: 'To verify' }).click()
      await window.getByRole('button', { name: 'Accept', exact: true }).first().click()
      await window.getByRole('alert', { name: 'Critical results' }).waitFor()
    },
  },
  {
    name: 'alarm-take',
    screen: null,
    go: async (window) => {
      await window.getByRole('button', { name: /^Tell somebody of/ }).first().click()
      await window.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'alerts',
    go: async (window) => {
      await window.getByLabel('Whom did you tell?').fill('Dr Mensah, ward 2')
      await window.getByLabel('The value as they repeated it').fill('6.4')
      await window.keyboard.press('Control+Enter')
      await window.getByRole('dialog').waitFor({ state: 'detached' })
      await go(window, 'Alerts')
    },
  },
]

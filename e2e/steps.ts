import type { Page } from 'playwright-core'

/** The person and the practice of the journeys. */
export const administrator = { name: 'Ada Admin', user: 'ada', password: 'four unrelated words' }
export const passphrase = 'open sesame, clinic'

/** Waits until this screen has settled. */
export const settled = (window: Page, screen: string, timeout = 20_000) =>
  window.waitForFunction((wanted) => document.documentElement.dataset['screen'] === wanted, screen, { timeout })

const lastFour = (code: string) => code.replace(/[^0-9A-Za-z]/g, '').slice(-4)

const keepRecoveryCode = async (window: Page): Promise<string> => {
  const code = (await window.locator('.recovery-code').textContent()) ?? ''
  await window.getByLabel('Type the last 4 characters').fill(lastFour(code))
  await window.getByRole('button', { name: 'It is on paper: go on' }).click()
  return code
}

/** First run: creates a practice; answers its recovery code. The sign-in screen stands afterwards. */
export const createPractice = async (window: Page, name: string, prefix: string): Promise<string> => {
  await settled(window, 'first-run')
  await window.getByRole('button', { name: 'Create a practice' }).click()
  await window.getByLabel('Name of the practice').fill(name)
  await window.getByLabel('Letters of this workstation').fill(prefix)
  await window.getByLabel('Full name').fill(administrator.name)
  await window.getByLabel('User name').fill(administrator.user)
  await window.getByLabel('Password').fill(administrator.password)
  const asked = window.getByLabel('Passphrase')
  if (await asked.count()) await asked.fill(passphrase)
  await window.getByRole('button', { name: 'Create the practice' }).click()
  const code = await keepRecoveryCode(window)
  await settled(window, 'sign-in')
  return code
}

/** What a workstation says of itself, whichever way it joins; the sign-in screen stands afterwards. */
const finishJoining = async (window: Page, prefix: string): Promise<void> => {
  await window.getByLabel('Letters of this workstation').fill(prefix)
  const asked = window.getByLabel('Passphrase')
  if (await asked.count()) await asked.fill(passphrase)
  await window.getByRole('button', { name: 'Join', exact: true }).click()
  await keepRecoveryCode(window)
  await settled(window, 'sign-in')
}

/** First run of a further workstation: joins the practice found at a hub. */
export const joinPractice = async (window: Page, hub: { url: string; user: string; password: string }, prefix: string): Promise<void> => {
  await settled(window, 'first-run')
  await window.getByRole('button', { name: 'Join a practice' }).click()
  await window.getByRole('button', { name: 'With a user and a password' }).click()
  await window.getByLabel('Address of the server').fill(hub.url)
  await window.getByLabel('Server user').fill(hub.user)
  await window.getByLabel('Server password').fill(hub.password)
  await finishJoining(window, prefix)
}

/** First run of a further workstation: joins the practice of a hub by its code. */
export const joinAtHub = async (window: Page, hub: { address: string; code: string }, prefix: string): Promise<void> => {
  await settled(window, 'first-run')
  await window.getByRole('button', { name: 'Join a practice' }).click()
  await window.getByRole('button', { name: 'Look again' }).waitFor()
  await window.getByLabel('Address of the hub').fill(hub.address)
  await window.getByLabel('Join code').fill(hub.code)
  await finishJoining(window, prefix)
}

/** Signs a person in; the first screen of their role stands afterwards. */
export const signIn = async (window: Page, person: { name: string; password: string }): Promise<void> => {
  await settled(window, 'sign-in')
  await window.getByRole('button', { name: new RegExp(person.name) }).click()
  await window.getByLabel('Password').fill(person.password)
  await window.keyboard.press('Enter')
  await window.getByRole('navigation', { name: 'Screens' }).waitFor()
}

/** Registers a patient in the one dialog; the chart stands afterwards. */
export const register = async (window: Page, patient: { family: string; given: string; sex: string; born: string }): Promise<void> => {
  await go(window, 'Patients')
  await window.getByRole('button', { name: /Register a patient/ }).first().click()
  const dialog = window.getByRole('dialog')
  await dialog.getByLabel('Family name').fill(patient.family)
  await dialog.getByLabel('Given name').fill(patient.given)
  await dialog.getByRole('radio', { name: patient.sex, exact: true }).check({ force: true })
  await dialog.getByLabel('Born').fill(patient.born)
  await window.keyboard.press('Control+Enter')
  await settled(window, 'chart')
}

/** Goes to a screen of the navigation. */
export const go = (window: Page, screen: string) => window.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: new RegExp(`^${screen}`) }).click()

/** Goes to a tab of the open chart. */
export const tab = (window: Page, name: string) => window.getByRole('navigation', { name: 'Parts of the chart' }).getByRole('link', { name, exact: true }).click()

/** Finds a patient by typing, and opens the chart with Enter. */
export const openChart = async (window: Page, text: string): Promise<void> => {
  await go(window, 'Patients')
  await settled(window, 'patients')
  const search = window.getByRole('combobox', { name: /Search by name/ })
  await search.fill(text)
  await window.getByRole('option').filter({ hasText: text.toUpperCase() }).first().waitFor()
  await search.press('Enter')
  await settled(window, 'chart')
}

/** The person at this window signs out; the sign-in screen stands afterwards. */
export const signOut = async (window: Page): Promise<void> => {
  await window.locator('button[aria-expanded]').filter({ hasText: 'menu' }).click()
  await window.getByRole('button', { name: 'Sign out' }).or(window.getByRole('menuitem', { name: 'Sign out' })).first().click()
  await settled(window, 'sign-in')
}

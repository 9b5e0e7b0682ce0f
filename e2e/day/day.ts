import type { Page } from 'playwright-core'
import { say } from '../../build/ground.mjs'
import { createHub } from '../../hub'
import { bloodCount, profileOf, serialTransport, virtualAnalyser, virtualOximeter } from '../../main/devices'
import { mulberry32 } from '../../shared/standards/mulberry32'
import { ask, until } from '../ask'
import { launch, picture, scratchFolder, serialPair } from '../harness'
import { administrator, createPractice, go, openChart, register, settled, signIn, signOut, tab } from '../steps'
import { dayOf, type Visit } from './script'
import { watchWaits } from './waits'

const people = {
  nurse: { name: 'Nadia Nurse', user: 'nadia', role: 'nurse', password: 'nurses password' },
  doctor: { name: 'Daniel Doctor', user: 'daniel', role: 'doctor', password: 'doctors password' },
  lab: { name: 'Lena Lab', user: 'lena', role: 'lab-technician', password: 'laboratory password' },
} as const
const hubUser = { name: 'workstation', password: 'hub password of the clinic' }

/** An oximeter that was just put on needs this long until its numbers count. */
const steadyMs = 2_000

/** How a day went. */
export interface DayLived {
  /** What the script wrote and what the practice holds at the end, by kind. */
  readonly counts: Readonly<Record<string, { readonly script: number; readonly kept: number }>>
  /** The longest that any step kept its person waiting, milliseconds, and which. */
  readonly longestStep: { readonly ms: number; readonly what: string }
  /** The longest that the window itself said that it is waiting. */
  readonly longestWait: { readonly ms: number; readonly what: string }
  readonly problems: readonly string[]
  readonly pageErrors: readonly string[]
  /** What waits to be sent at the end, before and after the network came back. */
  readonly waitingOut: { readonly before: number; readonly after: number }
}

/**
 * Lives one day of a clinic on the real application: so many patients in eight rounds, one for each hour; a nurse, a doctor and a
 * technician take turns at one workstation; an analyser and an oximeter are attached; the network is gone from the first sign-in
 * until the evening.
 */
export const liveDay = async ({ patients, seed }: { readonly patients: number; readonly seed: number }): Promise<DayLived> => {
  const folders = { data: scratchFolder('day'), hub: scratchFolder('day-hub') }
  const [analyserLine, oximeterLine] = [await serialPair(), await serialPair()]
  const hubPort = 21_000 + (process.pid % 9_000)
  const startHub = () => createHub({ folder: folders.hub.path, key: new Uint8Array(32).fill(7), port: hubPort })
  let hub = await startHub()
  const running = await launch({ data: folders.data.path })
  const { window } = running
  const visits = dayOf(patients, seed)
  let longestStep = { ms: 0, what: '' }
  /** One act of a person, from the last key until what they wait for stands. */
  const step = async <Value>(what: string, act: () => Promise<Value>): Promise<Value> => {
    const from = performance.now()
    const value = await act()
    const ms = Math.round(performance.now() - from)
    if (ms > longestStep.ms) longestStep = { ms, what }
    return value
  }
  try {
    await createPractice(window, 'Riverside Clinic', 'A')
    await signIn(window, administrator)
    for (const { password, ...person } of Object.values(people)) await ask(window, 'addStaff', { ...person, password })
    await ask(window, 'pairDevice', { name: 'Ward oximeter', profile: 'contec-cms50', path: oximeterLine.host, place: 'Ward' })
    await ask(window, 'pairDevice', { name: 'Blood counter', profile: 'sysmex-xn', path: analyserLine.host, place: 'Laboratory' })
    const practice = await ask<{ practice: { id: string; name: string } }>(window, 'practiceState')
    const database = await hub.createPracticeDatabase({ ...practice.practice, training: false })
    await hub.addUser({ ...hubUser, databases: [database] })
    await ask(window, 'configureSync', { url: hub.url, user: hubUser.name, password: hubUser.password })
    await until(() => ask<{ waitingOut: number; link: string }>(window, 'syncState'), ({ waitingOut, link }) => waitingOut === 0 && link === 'online', 'everything is sent')
    await signOut(window)
    await hub.close()

    const waits = await watchWaits(window)
    const random = mulberry32(seed)
    const oximeter = await virtualOximeter(serialTransport(oximeterLine.device, profileOf('contec-cms50')?.serial ?? fail()), { random })
    const analyser = await virtualAnalyser(serialTransport(analyserLine.device, profileOf('sysmex-xn')?.serial ?? fail()))
    await takeSeat(window, people.nurse)
    await until(() => ask<{ name: string; lastHeard?: string }[]>(window, 'listDevices'), (all) => all.some(({ name, lastHeard }) => name === 'Ward oximeter' && lastHeard !== undefined), 'the oximeter is heard')
    await window.waitForTimeout(steadyMs)
    const rounds = 8
    for (let hour = 0; hour < rounds; hour++) {
      const seen = visits.filter((_visit, index) => index % rounds === hour)
      if (seen.length === 0) continue
      await takeSeat(window, people.nurse)
      for (const visit of seen) await nurseSees(window, visit, step)
      await takeSeat(window, people.doctor)
      const accessions: string[] = []
      for (const visit of seen) accessions.push(...(await doctorSees(window, visit, step)))
      await takeSeat(window, people.lab)
      await labWorks(window, accessions, (accession) => analyser.send(bloodCount(accession, new Date(), random)), step)
      await takeSeat(window, people.doctor)
      await doctorReads(window, accessions.length, step)
      say(`hour ${hour + 1}: ${seen.length} patients, longest step so far ${longestStep.ms} ms (${longestStep.what})`)
    }
    await oximeter.close()
    await analyser.close()
    const borne = await waits.read()
    await takeSeat(window, people.doctor)
    const counts = await countAll(window, visits)
    await picture(window, 'day-end')
    const before = (await ask<{ waitingOut: number }>(window, 'syncState')).waitingOut
    hub = await startHub()
    const after = await until(() => ask<{ waitingOut: number; link: string }>(window, 'syncState'), ({ waitingOut, link }) => waitingOut === 0 && link === 'online', 'the day is sent', 90_000)
    return {
      counts, longestStep, longestWait: borne.longest, problems: borne.problems, pageErrors: [...running.pageErrors], waitingOut: { before, after: after.waitingOut },
    }
  } catch (error) {
    await picture(window, 'failed-day').catch(() => undefined)
    throw error
  } finally {
    await running.close()
    await hub.close()
    await analyserLine.close()
    await oximeterLine.close()
    for (const folder of Object.values(folders)) folder.remove()
  }
}

type Step = <Value>(what: string, act: () => Promise<Value>) => Promise<Value>

/** Another person takes the seat. */
const takeSeat = async (window: Page, person: { readonly name: string; readonly password: string }) => {
  if (await window.getByRole('navigation', { name: 'Screens' }).isVisible()) await signOut(window)
  await signIn(window, person)
}

const nurseSees = async (window: Page, visit: Visit, step: Step): Promise<void> => {
  await step('register', () => register(window, visit.person))
  await step('open vital signs', async () => {
    await tab(window, 'Vital signs')
    await settled(window, 'vitals')
  })
  for (const [field, value] of Object.entries(visit.signs)) {
    await window.getByLabel(new RegExp(`^${field}`)).focus()
    await window.keyboard.type(value)
  }
  await step('save vital signs', async () => {
    await window.keyboard.press('Control+Enter')
    await window.getByText(new RegExp(`Saved on this computer at .*: ${Object.keys(visit.signs).length} values`)).waitFor()
  })
  if (!visit.isRead) return
  await window.getByRole('button', { name: /Read/ }).first().click()
  const dialog = window.getByRole('dialog')
  await dialog.getByText('Ward oximeter').first().waitFor()
  await step('confirm a reading', async () => {
    await window.keyboard.press('Control+Enter')
    await dialog.waitFor({ state: 'detached' })
  })
}

const doctorSees = async (window: Page, visit: Visit, step: Step): Promise<string[]> => {
  await step('find and open a chart', () => openChart(window, visit.person.family))
  if (visit.allergy !== undefined) {
    await step('open allergies', () => window.getByText('Ask now').click())
    const dialog = window.getByRole('dialog')
    await dialog.getByLabel('Substance').fill(visit.allergy)
    await dialog.getByRole('radio', { name: 'Severe: could kill' }).check({ force: true })
    await dialog.getByLabel('What happened').fill('rash')
    await step('record an allergy', async () => {
      await window.keyboard.press('Control+Enter')
      await dialog.getByText('Saved on this computer.', { exact: true }).waitFor()
    })
    await window.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await step('open encounters', async () => {
    await tab(window, 'Encounters')
    await settled(window, 'encounters')
  })
  await window.getByRole('button', { name: 'Start encounter' }).first().click()
  const dialog = window.getByRole('dialog')
  await dialog.getByLabel('Reason for coming').fill(visit.reason)
  await step('start an encounter', async () => {
    await window.keyboard.press('Control+Enter')
    await dialog.waitFor({ state: 'detached' })
    await window.getByRole('heading', { name: visit.reason }).waitFor()
  })
  await window.getByRole('radio', { name: 'S, O, A, P' }).check({ force: true })
  for (const [label, text] of [['Subjective', visit.note.s], ['Objective', visit.note.o], ['Assessment', visit.note.a], ['Plan', visit.note.p]] as const) await window.getByLabel(label).fill(text)
  await step('sign a note', async () => {
    await window.keyboard.press('Control+Enter')
    await window.getByText('Saved on this computer.', { exact: true }).waitFor()
  })
  if (!visit.isTested) return []
  await step('open results', async () => {
    await tab(window, 'Orders & results')
    await settled(window, 'results')
  })
  await window.getByRole('button', { name: 'Order a test' }).first().click()
  await dialog.getByRole('combobox').fill('full blood')
  await dialog.getByRole('option').first().waitFor()
  await window.keyboard.press('Enter')
  await step('order a test', async () => {
    await window.keyboard.press('Control+Enter')
    await dialog.getByText('These are the numbers of the tubes').waitFor()
  })
  const accession = (await dialog.locator('.accession code').first().textContent()) ?? ''
  await window.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  return [accession]
}

/** Every tube is taken, received, measured, and its results are verified. */
const labWorks = async (window: Page, accessions: readonly string[], analyse: (accession: string) => Promise<void>, step: Step): Promise<void> => {
  for (const accession of accessions) {
    await step('open samples', async () => {
      await go(window, 'Lab')
      await window.getByRole('link', { name: 'Samples' }).click()
      await settled(window, 'samples')
    })
    const row = window.getByRole('row').filter({ hasText: accession })
    await step('collect a tube', async () => {
      await row.getByRole('button', { name: /was collected now/ }).click()
      await row.getByRole('button', { name: /is in the laboratory/ }).waitFor()
    })
    await step('receive a tube', async () => {
      await row.getByRole('button', { name: /is in the laboratory/ }).click()
      await row.getByText('in the lab', { exact: true }).waitFor()
    })
    await analyse(accession)
    const report = window.getByRole('article').filter({ hasText: accession })
    await step('see what the analyser sent', async () => {
      await window.getByRole('link', { name: 'To verify' }).click()
      await report.waitFor()
    })
    await step('accept a report', async () => {
      await report.getByRole('button', { name: 'Accept', exact: true }).click()
      await report.waitFor({ state: 'detached' })
    })
  }
}

/** The doctor reads what came back, and signs it off. */
const doctorReads = async (window: Page, count: number, step: Step): Promise<void> => {
  await step('open the inbox', async () => {
    await go(window, 'Inbox')
    await settled(window, 'inbox')
  })
  const items = window.locator('.inbox-item')
  for (let left = count; left > 0; left--) {
    await items.nth(left - 1).waitFor()
    await window.getByRole('radio', { name: 'nothing' }).check({ force: true })
    await window.getByLabel('Comment').fill('Read.')
    await step('sign a result off', async () => {
      await window.keyboard.press('Control+Enter')
      await items.nth(left - 1).waitFor({ state: 'detached' })
    })
  }
}

/** What the script wrote, and what the practice holds. */
const countAll = async (window: Page, visits: readonly Visit[]): Promise<DayLived['counts']> => {
  const { patients } = await ask<{ patients: { id: string }[] }>(window, 'listPatients', { limit: 300 })
  const kept = { patients: patients.length, 'vital signs': 0, encounters: 0, notes: 0, allergies: 0, orders: 0, reports: 0, 'signed off': 0 }
  for (const { id } of patients) {
    kept['vital signs'] += (await ask<unknown[]>(window, 'listVitals', { patient: id })).length
    const encounters = await ask<{ notes: unknown[] }[]>(window, 'listEncounters', { patient: id, limit: 200 })
    kept.encounters += encounters.length
    kept.notes += encounters.reduce((sum, { notes }) => sum + notes.length, 0)
    const orders = await ask<{ steps: { step: string; at?: string }[] }[]>(window, 'listLabOrders', { patient: id })
    kept.orders += orders.length
    kept['signed off'] += orders.filter(({ steps }) => steps.some(({ step, at }) => step === 'seen' && at !== undefined)).length
    kept.reports += (await ask<unknown[]>(window, 'listReports', { patient: id })).length
    const { allergies } = await ask<{ allergies: { status: string } }>(window, 'readBanner', { patient: id })
    kept.allergies += allergies.status === 'recorded' ? 1 : 0
  }
  const count = (is: (visit: Visit) => boolean) => visits.filter(is).length
  const script: typeof kept = {
    patients: visits.length,
    // An oximeter gives two values.
    'vital signs': visits.length * 6 + count(({ isRead }) => isRead) * 2,
    encounters: visits.length,
    notes: visits.length,
    allergies: count(({ allergy }) => allergy !== undefined),
    orders: count(({ isTested }) => isTested),
    reports: count(({ isTested }) => isTested),
    'signed off': count(({ isTested }) => isTested),
  }
  return Object.fromEntries(Object.entries(script).map(([kind, wanted]) => [kind, { script: wanted, kept: kept[kind as keyof typeof kept] }]))
}

const fail = (): never => {
  throw new Error('the profile is missing')
}

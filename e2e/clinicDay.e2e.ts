import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createHub, type Hub } from '../hub'
import { bloodCount, profileOf, serialTransport, virtualAnalyser, virtualOximeter } from '../main/devices'
import { phantomTissues, writePhantom } from '../main/imaging'
import type { ReviewItem } from '../shared/contract'
import { ask, patientId, until } from './ask'
import { closeDisplay, launch, picture, scratchFolder, serialPair, type Running } from './harness'
import { playCapture } from './playCapture'
import { administrator, createPractice, go, joinPractice, openChart, passphrase, register, settled, signIn, signOut, tab } from './steps'

const fixtures = join(__dirname, '../../shared/fixtures/devices/astm')
const capture = join(__dirname, '../main/devices/profiles/sysmex-xn/captures/blood-count.astm')
const patient = { family: 'Umuhoza-Fairweather', given: 'Clémence', sex: 'Female', born: '14-Jul-1945' }
const other = { family: 'Kowalczyk', given: 'Zbigniew', sex: 'Male', born: '1971' }
const hubPort = 21_000 + (process.pid % 9_000)
const hubUser = { name: 'workstation', password: 'hub password of the clinic' }

const folders = { first: scratchFolder('first'), second: scratchFolder('second'), hub: scratchFolder('hub'), images: scratchFolder('images') }
const open: { first?: Running; second?: Running; hub?: Hub } = {}
const line = { analyser: await serialPair(), oximeter: await serialPair() }

const startHub = () => createHub({ folder: folders.hub.path, key: new Uint8Array(32).fill(7), port: hubPort })

afterAll(async () => {
  await open.first?.close()
  await open.second?.close()
  await open.hub?.close()
  await line.analyser.close()
  await line.oximeter.close()
  for (const folder of Object.values(folders)) folder.remove()
  await closeDisplay()
})

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  for (const [name, running] of Object.entries({ first: open.first, second: open.second })) {
    for (const error of running?.pageErrors ?? []) console.log(`${name}: ${error.slice(0, 600)}`)
    if (running) await picture(running.window, `failed-${name}`).catch(() => undefined)
  }
})

describe('A clinic day', () => {
  let first: Page
  let second: Page
  let practice = { id: '', name: '' }

  it('begins with a new practice and its first administrator', async () => {
    open.first = await launch({ data: folders.first.path })
    first = open.first.window
    await createPractice(first, 'Riverside Clinic', 'A')
    await signIn(first, administrator)
    const state = await ask<{ practice: { id: string; name: string; training: boolean } }>(first, 'practiceState')
    expect(state.practice).toMatchObject({ name: 'Riverside Clinic', training: false })
    practice = state.practice
  })

  it('A1: registers a patient, who is found by a search one second later', async () => {
    await ask(first, 'addStaff', { name: 'Nadia Nurse', user: 'nadia', role: 'nurse', password: 'nurses password', pin: '4711' })
    await ask(first, 'addStaff', { name: 'Daniel Doctor', user: 'daniel', role: 'doctor', password: 'doctors password' })
    await ask(first, 'addStaff', { name: 'Lena Lab', user: 'lena', role: 'lab-technician', password: 'laboratory password' })
    await switchTo(first, { name: 'Nadia Nurse', password: 'nurses password' })
    await register(first, other)
    await register(first, patient)
    const banner = first.getByRole('region', { name: /Patient/ }).first()
    await expect.poll(() => banner.textContent()).toContain('UMUHOZA-FAIRWEATHER')
    expect(await banner.textContent()).toContain('Allergies not asked')
    await go(first, 'Patients')
    await settled(first, 'patients')
    const typedAt = Date.now()
    await openChart(first, 'Umuhoza')
    expect(Date.now() - typedAt).toBeLessThan(5_000)
  })

  it('A17: charts vital signs with the keyboard alone, and refuses a pulse of 720', async () => {
    await tab(first, 'Vital signs')
    await first.getByLabel(/^Respiratory rate/).focus()
    for (const value of ['18', '97', '']) {
      await first.keyboard.type(value)
      await first.keyboard.press('Enter')
    }
    await first.keyboard.type('128')
    await first.keyboard.press('Enter')
    await first.keyboard.type('82')
    await first.keyboard.press('Enter')
    await first.keyboard.type('720')
    await first.keyboard.press('Control+Enter')
    await first.getByText(/720 cannot be right/).waitFor()
    await first.getByLabel(/^Pulse/).fill('72')
    await first.keyboard.press('Control+Enter')
    await first.getByText(/Saved on this computer at .*: 5 values/).waitFor()
    await first.getByRole('row', { name: /^Pulse/ }).getByRole('button', { name: '72' }).first().waitFor()
  })

  it('takes a reading from an oximeter at a pseudo-terminal and confirms it onto the chart', async () => {
    const oximeter = await virtualOximeter(serialTransport(line.oximeter.device, profileOf('contec-cms50')?.serial ?? fail()), { spo2: 93, pulse: 101 })
    await switchTo(first, { name: administrator.name, password: administrator.password })
    await ask(first, 'pairDevice', { name: 'Ward oximeter', profile: 'contec-cms50', path: line.oximeter.host, place: 'Ward' })
    await ask(first, 'pairDevice', { name: 'Blood counter', profile: 'sysmex-xn', path: line.analyser.host, place: 'Laboratory' })
    await switchTo(first, { name: 'Nadia Nurse', password: 'nurses password' })
    await openChart(first, 'Umuhoza')
    await tab(first, 'Vital signs')
    const devices = () => ask<{ name: string; state: string; lastHeard?: string }[]>(first, 'listDevices')
    await until(devices, (all) => all.some(({ name, lastHeard }) => name === 'Ward oximeter' && lastHeard !== undefined), 'the oximeter is heard')
    await new Promise((next) => setTimeout(next, 1_500))
    await first.getByRole('button', { name: /Read/ }).first().click()
    const dialog = first.getByRole('dialog')
    await dialog.getByText('Ward oximeter').first().waitFor()
    await first.keyboard.press('Control+Enter')
    await dialog.waitFor({ state: 'detached' })
    const chart = await patientId(first).then((id) => ask<{ code: string; value: number; origin: { kind: string; device?: string }; by: string }[]>(first, 'listVitals', { patient: id }))
    const spo2 = chart.find(({ code, origin }) => code === 'spo2' && origin.kind === 'device')
    expect(spo2).toMatchObject({ origin: { kind: 'device', device: 'Ward oximeter' }, by: 'Nadia Nurse' })
    expect(Math.abs((spo2?.value ?? 0) - 93)).toBeLessThanOrEqual(2)
    await oximeter.close()
  })

  it('gets a blood count for an ordered accession number onto the chart, and one that nobody ordered into the tray', async () => {
    await switchTo(first, { name: 'Daniel Doctor', password: 'doctors password' })
    await openChart(first, 'Umuhoza')
    const id = await patientId(first)
    const order = await ask<{ accession: string }>(first, 'placeOrder', { key: crypto.randomUUID(), patient: id, test: 'Full blood count' })
    const analyser = await virtualAnalyser(serialTransport(line.analyser.device, profileOf('sysmex-xn')?.serial ?? fail()))
    await analyser.send(bloodCount(order.accession, new Date(), () => 0.5))
    await analyser.send(bloodCount('A26999999', new Date(), () => 0.5))
    await analyser.close()
    const reports = await until(() => ask<{ accession: string; results: unknown[] }[]>(first, 'listReports', { patient: id }), (all) => all.length === 1, 'the report is on the chart')
    expect(reports[0]?.accession).toBe(order.accession)
    await tab(first, 'Orders & results')
    await first.getByText('matched by accession number').first().waitFor()
    const tray = await until(() => ask<{ accession: string; reason: string }[]>(first, 'listTray', {}), (all) => all.length === 1, 'one result waits in the tray')
    expect(tray[0]).toMatchObject({ accession: 'A26999999', reason: 'accession-unknown' })
  })

  it('shows a result as not verified until the laboratory has accepted it', async () => {
    const id = await patientId(first)
    const states = () => ask<{ state: string }[]>(first, 'listReports', { patient: id })
    expect(await states()).toMatchObject([{ state: 'unverified' }])
    await tab(first, 'Orders & results')
    await first.getByText('From the device, not verified').first().waitFor()
    await switchTo(first, { name: 'Lena Lab', password: 'laboratory password' })
    await go(first, 'Lab')
    await settled(first, 'lab')
    await first.getByRole('article', { name: /UMUHOZA/ }).getByRole('button', { name: 'Accept' }).click()
    await first.getByText(/^Accepted: UMUHOZA/).waitFor()
    await until(states, (all) => all[0]?.state === 'verified', 'the report is verified')
    await switchTo(first, { name: 'Daniel Doctor', password: 'doctors password' })
    await openChart(first, 'Umuhoza')
    await tab(first, 'Orders & results')
    await first.getByText('accepted by Lena Lab').first().waitFor()
  })

  it('acknowledges a recorded capture frame by frame and files nothing of it by a name', async () => {
    const before = (await ask<unknown[]>(first, 'listTray', {})).length
    await playCapture(line.analyser.device, await readFile(capture))
    await until(() => ask<unknown[]>(first, 'listTray', {}), (all) => all.length > before, 'our own capture waits in the tray')
  })

  it.skipIf(!existsSync(fixtures))('takes the real captures of ../shared/fixtures/devices/astm, when they are there', async () => {
    const real = ['senaite_sysmex_xn550.txt']
    for (const name of real) {
      const before = (await ask<unknown[]>(first, 'listTray', {})).length
      const acknowledged = await playCapture(line.analyser.device, await readFile(join(fixtures, name)))
      expect(acknowledged, name).toBeGreaterThan(0)
      await until(() => ask<unknown[]>(first, 'listTray', {}), (all) => all.length > before, `${name} waits in the tray`)
    }
  })

  it('lets the laboratory file a result from the tray onto the order that a person names', async () => {
    const id = await patientId(first)
    const order = await ask<{ accession: string }>(first, 'placeOrder', { key: crypto.randomUUID(), patient: id, test: 'Full blood count' })
    await switchTo(first, { name: 'Lena Lab', password: 'laboratory password' })
    await go(first, 'Tray')
    await settled(first, 'tray')
    const item = first.getByRole('article', { name: /A26999999/ })
    await item.getByRole('button', { name: /File/ }).click()
    const dialog = first.getByRole('dialog')
    await dialog.getByLabel(/ccession/).fill(order.accession)
    await dialog.locator('button[type=submit]').click()
    await dialog.getByText(/UMUHOZA/i).first().waitFor()
    await dialog.locator('button[type=submit]').click()
    await dialog.waitFor({ state: 'detached' })
    const reports = await ask<{ accession: string; filedBy: string }[]>(first, 'listReports', { patient: id })
    expect(reports.find(({ accession }) => accession === order.accession)?.filedBy).toContain('Lena Lab')
  })

  it('imports a DICOM folder and shows a slice whose pixels are those of the phantom', async () => {
    await switchTo(first, { name: 'Daniel Doctor', password: 'doctors password' })
    await openChart(first, 'Umuhoza')
    const id = await patientId(first)
    const { patient: found } = await ask<{ patient: { number: string } }>(first, 'readBanner', { patient: id })
    await writePhantom(folders.images.path, { patient: { number: found.number, family: patient.family, given: patient.given, birthDate: '1945-07-14', gender: 'female' }, slices: 24, size: 128 })
    const started = await ask<{ id: string }>(first, 'importFolder', { folder: folders.images.path, patient: id })
    const imported = await until(() => ask<{ state: string; imported: number }>(first, 'readImport', { import: started.id }), ({ state }) => state !== 'running', 'the import ends')
    expect(imported).toMatchObject({ state: 'done', imported: 24 })
    await tab(first, 'Imaging')
    await first.getByRole('button', { name: /^Open/ }).first().click()
    const viewer = first.locator('[data-rendered]').first()
    await viewer.waitFor({ timeout: 60_000 })
    await expect.poll(() => viewer.getAttribute('data-rendered')).not.toBe('')
    // In the middle of the head lies brain, outside of it air: the greys must follow the phantom's HU and the window.
    const window = { width: Number(await viewer.getAttribute('data-ww')), centre: Number(await viewer.getAttribute('data-wc')) }
    const greys = await viewer.evaluate((element) => {
      const canvas = element.querySelector('canvas')
      const context = canvas?.getContext('2d', { willReadFrequently: true })
      if (!canvas || !context) return undefined
      const at = (x: number, y: number) => context.getImageData(Math.round(canvas.width * x), Math.round(canvas.height * y), 1, 1).data[0] ?? -1
      return { middle: at(0.5, 0.5), corner: at(0.5, 0.02) }
    })
    const greyOf = (hu: number) => Math.max(0, Math.min(255, ((hu - (window.centre - window.width / 2)) / window.width) * 255))
    expect(greys).toBeDefined()
    expect(greys?.corner).toBeLessThanOrEqual(greyOf(phantomTissues.air) + 4)
    expect(Object.values(phantomTissues).some((hu) => Math.abs((greys?.middle ?? -1) - greyOf(hu)) <= 12)).toBe(true)
    expect(greys?.middle).toBeGreaterThan((greys?.corner ?? 0) + 20)
    await picture(first, 'viewer')
  })

  it('joins a second workstation through the hub', async () => {
    open.hub = await startHub()
    const database = await open.hub.createPracticeDatabase({ ...practice, training: false })
    await open.hub.addUser({ ...hubUser, databases: [database] })
    await switchTo(first, { name: administrator.name, password: administrator.password })
    await ask(first, 'configureSync', { url: open.hub.url, user: hubUser.name, password: hubUser.password })
    await until(() => ask<{ waitingOut: number; link: string }>(first, 'syncState'), ({ waitingOut, link }) => waitingOut === 0 && link === 'online', 'the first workstation has sent everything')
    open.second = await launch({ data: folders.second.path })
    second = open.second.window
    await joinPractice(second, { url: open.hub.url, user: hubUser.name, password: hubUser.password }, 'B')
    await signIn(second, administrator)
    await openChart(second, 'Umuhoza')
    const id = await patientId(second)
    const reports = await ask<unknown[]>(second, 'listReports', { patient: id })
    expect(reports).toHaveLength(2)
  })

  it('D15: opens a study whose images are elsewhere at the practice’s outside viewer, in the browser and nowhere else', async () => {
    await open.second?.app.evaluate(({ shell }) => {
      const went: string[] = []
      Object.assign(globalThis, { went })
      shell.openExternal = async (url) => void went.push(url)
    })
    const id = await patientId(second)
    await ask(second, 'setViewerLink', { template: 'https://pacs.example.org/viewer?StudyInstanceUIDs={studyUid}' })
    const [study] = await ask<{ id: string; studyInstanceUid: string }[]>(second, 'listStudies', { patient: id })
    await ask(second, 'openViewerLink', { patient: id, study: study?.id })
    const went = () => open.second?.app.evaluate(() => (globalThis as unknown as { went: string[] }).went)
    await expect.poll(went).toEqual([`https://pacs.example.org/viewer?StudyInstanceUIDs=${study?.studyInstanceUid}`])
  })

  it('loses the network, goes on working on both, and converges with the clash as a review item on both', async () => {
    await open.hub?.close()
    for (const window of [first, second]) {
      await switchTo(window, { name: 'Nadia Nurse', password: 'nurses password' })
      await openChart(window, 'Umuhoza')
    }
    const id = await patientId(first)
    const read = (window: Page) => ask<{ patient: { at: string; phone?: string; birthDate?: string } }>(window, 'readBanner', { patient: id })
    const change = async (window: Page, what: object) => ask(window, 'updatePatient', { patient: id, at: (await read(window)).patient.at, ...what })
    await change(first, { birthDate: '1945-07-15', phone: '+250 788 111 222' })
    await change(second, { birthDate: '1954-07-14', address: 'Plot 7, Hill Road' })
    await ask(second, 'recordAllergy', { key: crypto.randomUUID(), patient: id, substance: 'Penicillin', criticality: 'high', reaction: 'anaphylaxis' })
    const now = new Date().toISOString()
    await ask(first, 'recordVitals', { key: crypto.randomUUID(), patient: id, effective: now, values: [{ code: 'pulse', value: 66 }] })
    await ask(second, 'recordVitals', { key: crypto.randomUUID(), patient: id, effective: now, values: [{ code: 'pulse', value: 67 }] })
    for (const window of [first, second]) {
      expect(await until(() => ask<{ waitingOut: number; link: string }>(window, 'syncState'), ({ link }) => link === 'offline', 'the bar says offline')).toMatchObject({ link: 'offline' })
      expect((await ask<{ waitingOut: number }>(window, 'syncState')).waitingOut).toBeGreaterThan(0)
    }

    open.hub = await startHub()
    for (const window of [first, second]) {
      await ask(window, 'syncNow')
      await until(() => ask<ReviewItem[]>(window, 'listReviewItems', { patient: id }), (items) => items.length === 1, 'one review item')
      await until(() => ask<{ waitingOut: number }>(window, 'syncState'), ({ waitingOut }) => waitingOut === 0, 'nothing waits')
    }
    const [ofFirst, ofSecond] = await Promise.all([first, second].map((window) => ask<ReviewItem[]>(window, 'listReviewItems', { patient: id })))
    expect(ofFirst?.[0]?.id).toBe(ofSecond?.[0]?.id)
    expect(ofFirst?.[0]?.field).toBe('birthDate')
    expect([ofFirst?.[0]?.mine.value, ofFirst?.[0]?.theirs.value].sort()).toEqual(['1945-07-15', '1954-07-14'])
    const charts = await until(
      () => Promise.all([first, second].map(async (window) => ask<{ resource: unknown; banner: { allergies: { status: string } } }>(window, 'readChart', { patient: id }))),
      ([one, two]) => JSON.stringify(one?.resource) === JSON.stringify(two?.resource),
      'both charts are equal',
    )
    expect(JSON.stringify(charts[0]?.resource)).toContain('+250 788 111 222')
    expect(JSON.stringify(charts[0]?.resource)).toContain('Plot 7, Hill Road')
    expect(charts.map(({ banner }) => banner.allergies.status)).toEqual(['recorded', 'recorded'])
    for (const window of [first, second]) {
      const pulses = (await ask<{ code: string; value: number }[]>(window, 'listVitals', { patient: id })).filter(({ code }) => code === 'pulse').map(({ value }) => value)
      expect(pulses).toEqual(expect.arrayContaining([66, 67]))
    }
    await picture(second, 'second-workstation')
  })

  it('decides the clash at the review desk of one workstation, and the other follows', async () => {
    const [item] = await ask<ReviewItem[]>(second, 'listReviewItems', {})
    const id = item?.patient ?? ''
    await switchTo(second, { name: administrator.name, password: administrator.password })
    await go(second, 'Exchange')
    await second.getByRole('link', { name: 'Open the review desk' }).click()
    await settled(second, 'review')
    const desk = second.getByRole('article', { name: /Date of birth: two values/ })
    await desk.waitFor()
    expect(await desk.innerText()).toContain('14-Jul-1945')
    await picture(second, 'review-desk')
    await desk.getByRole('button', { name: 'Keep “14-Jul-1954”' }).click()
    await second.getByRole('button', { name: 'Undo' }).waitFor()
    await picture(second, 'review-decided')
    for (const window of [first, second]) {
      const bornOn = await until(() => ask<{ patient: { birthDate?: string } }>(window, 'readBanner', { patient: id }), (banner) => banner.patient.birthDate === '1954-07-14', 'the date that was decided on')
      expect(bornOn).toMatchObject({ reviewItems: 0 })
    }
  })

  it('ends without an error on any page', () => {
    expect(open.first?.pageErrors).toEqual([])
    expect(open.second?.pageErrors).toEqual([])
  })

  it('leaves no patient’s name readable in any data folder, nor in the hub’s', async () => {
    await open.first?.close()
    await open.second?.close()
    await open.hub?.close()
    const names = ['Umuhoza', 'umuhoza', 'UMUHOZA', 'Fairweather', 'FAIRWEATHER', 'Kowalczyk', 'kowalczyk', 'KOWALCZYK', passphrase]
    let bytesSeen = 0
    for (const folder of [folders.first, folders.second, folders.hub]) {
      for (const file of filesIn(folder.path)) {
        const bytes = readFileSync(file)
        bytesSeen += bytes.length
        for (const name of names) {
          expect(bytes.includes(name), `${name} in ${file}`).toBe(false)
          expect(bytes.includes(Buffer.from(name, 'utf16le')), `${name} as UTF-16 in ${file}`).toBe(false)
        }
      }
    }
    expect(bytesSeen).toBeGreaterThan(100_000)
  })
})

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    return entry.isFile() && statSync(path).size > 0 ? [path] : []
  })

const fail = (): never => {
  throw new Error('the profile is missing')
}

/** Another person takes the seat. */
const switchTo = async (window: Page, person: { name: string; password: string }) => {
  await signOut(window)
  await signIn(window, person)
}

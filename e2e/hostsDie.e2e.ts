import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bloodCount, profileOf, serialTransport, virtualAnalyser } from '../main/devices'
import { ask, patientId, until } from './ask'
import { closeDisplay, launch, picture, serialPair, type Running, type SerialPair } from './harness'
import { go, settled, signIn, signOut, tab } from './steps'

const nurse = { name: 'Thandiwe Mokoena', password: 'nurse-training' }
const administrator = { name: 'Meera Nair', password: 'admin-training' }
const results = 24

describe('A process dies in the middle of the work', () => {
  let running: Running
  let line: SerialPair

  beforeAll(async () => {
    ;[running, line] = await Promise.all([launch({ demo: true }), serialPair()])
  })
  afterAll(async () => {
    await running?.close()
    await line?.close()
    await closeDisplay()
  })

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(running.window, 'failed-hosts')
  })

  const killHost = async (name: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const pid = await running.processId(name)
      try {
        if (pid !== undefined && process.kill(pid, 'SIGKILL')) return pid
      } catch {
        // Electron goes on listing a process for a moment after it has gone.
      }
      await new Promise((next) => setTimeout(next, 50))
    }
    throw new Error(`no process is called ${name}`)
  }

  it('keeps the window and every acknowledged value when the practice host is killed while a nurse types', async () => {
    const { window: page } = running
    await signIn(page, nurse)
    await settled(page, 'round')
    await go(page, 'Patients')
    await settled(page, 'patients')
    await page.keyboard.press('Enter')
    await settled(page, 'chart')
    const patient = await patientId(page)
    await tab(page, 'Vital signs')
    await page.getByLabel(/^Pulse/).fill('77')

    // Values are acknowledged one after the other until the host is gone.
    const acknowledged = await page.evaluate(
      async ([id]) => {
        const state = await window.outpost.requests.practiceState(null, undefined)
        const practice = state.ok && 'practice' in state.value ? state.value.practice.id : null
        const kept: number[] = []
        ;(window as unknown as { kept: number[] }).kept = kept
        void (async () => {
          for (let pulse = 100; pulse < 300; pulse++) {
            const answer = await window.outpost.requests.recordVitals(practice, {
              key: `before the fall ${pulse}`, patient: id, effective: new Date().toISOString(), values: [{ code: 'pulse', value: pulse }],
            })
            if (!answer.ok) return
            kept.push(pulse)
          }
        })()
        // On a busy computer the first one takes its time.
        for (let waits = 0; kept.length === 0 && waits < 200; waits++) await new Promise((next) => setTimeout(next, 50))
        await new Promise((next) => setTimeout(next, 150))
        return kept.length
      },
      [patient] as const,
    )
    expect(acknowledged).toBeGreaterThan(0)
    const before = await killHost('outpost practice host')
    await settled(page, 'sign-in')
    const kept = await page.evaluate(() => (window as unknown as { kept: number[] }).kept)
    expect(await running.processId('outpost practice host')).not.toBe(before)
    await page.getByText('The records stopped and were started again.').waitFor()
    await page.getByLabel('Password').fill(nurse.password)
    await page.keyboard.press('Enter')
    await page.getByRole('navigation', { name: 'Screens' }).waitFor()
    expect(await page.getByLabel(/^Pulse/).inputValue()).toBe('77')
    const charted = await ask<{ code: string; value: number }[]>(page, 'listVitals', { patient, limit: 5000 })
    const pulses = charted.filter(({ code }) => code === 'pulse').map(({ value }) => value)
    for (const pulse of kept) expect(pulses.filter((one) => one === pulse).length, `pulse ${pulse}`).toBeGreaterThanOrEqual(1)
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Saved on this computer/).waitFor()
  })

  it('keeps every acknowledged result once when the device host is killed while an analyser sends', async () => {
    const { window } = running
    await signOut(window)
    await signIn(window, administrator)
    await ask(window, 'pairDevice', { name: 'Blood counter', profile: 'sysmex-xn', path: line.host, place: 'Laboratory' })
    await until(() => ask<{ name: string; state: string }[]>(window, 'listDevices'), (all) => all.some(({ name, state }) => name === 'Blood counter' && state === 'open'), 'the port is open')
    const analyser = await virtualAnalyser(serialTransport(line.device, profileOf('sysmex-xn')?.serial ?? { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }), { waits: { replyMs: 3_000, busyMs: 1_000 } })
    const numbers = Array.from({ length: results }, (_, index) => `K26${String(index).padStart(6, '0')}`)
    let sent = 0
    const sending = (async () => {
      for (const number of numbers) {
        await analyser.send(bloodCount(number, new Date(), () => 0.5))
        sent++
      }
    })()
    await until(async () => sent, (count) => count >= 5, 'the first results are acknowledged')
    await killHost('outpost device host')
    await until(async () => sent, (count) => count >= 12, 'results are acknowledged again', 90_000)
    await killHost('outpost device host')
    await sending
    await analyser.close()
    expect(sent).toBe(results)
    const tray = await until(
      () => ask<{ accession: string }[]>(window, 'listTray', {}),
      (items) => numbers.every((number) => items.some(({ accession }) => accession === number)),
      'every acknowledged result is in the tray',
    )
    for (const number of numbers) expect(tray.filter(({ accession }) => accession === number), number).toHaveLength(1)
    expect(await window.evaluate(() => document.documentElement.dataset['screen'])).toBeDefined()
  })
})

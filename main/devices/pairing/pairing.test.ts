import { afterEach, describe, expect, it } from 'vitest'
import type { PairingState, SerialSettings } from '../../../shared/contract'
import { encodeText } from '../../../shared/standards/astm'
import { heardAs } from '../detect/testing/uart'
import { openBareLines } from '../lines'
import { allProfiles, profileOf } from '../profiles'
import { transfersOf } from '../station/replay'
import { virtualDevice } from '../simulators'
import { simulatedLine, type Transport } from '../transports'
import { openPairing } from './pairing'
import type { PairingAsk } from './messages'
import { readsAny } from './trial'

const eight = (baudRate: number): SerialSettings => ({ baudRate, dataBits: 8, parity: 'none', stopBits: 1 })

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A bare line to a virtual device; what it says is heard as the settings of the line make it. */
const lay = async (profile: string, { sent = profileOf(profile)!.serial } = {}) => {
  const cable = simulatedLine()
  const through = (settings: SerialSettings): Transport => ({
    open: (events) => cable.near.open({ ...events, bytes: (bytes) => events.bytes(heardAs(bytes, sent, settings)) }),
  })
  const lines = openBareLines({ now: Date.now, isServed: () => false, transportAt: (_path, settings) => through(settings) })
  const pairing = openPairing({ lines, now: Date.now })
  const device = await virtualDevice(cable.far, profileOf(profile)!, { random: () => 0.5 })
  closing.push(() => pairing.close(), () => lines.close(), () => device.close())
  const open = async (serial: SerialSettings) => {
    const opened = await lines.answer({ do: 'open', path: 'COM5', serial })
    if (!opened.ok || !opened.value || !('line' in opened.value)) throw new Error('the line does not open')
    return opened.value.line
  }
  const ask = (what: PairingAsk): PairingState => {
    const answer = pairing.answer(what)
    if (!answer.ok) throw new Error(answer.problem.kind)
    return answer.value
  }
  const until = async (line: string, is: (state: PairingState) => boolean, asked?: string, limitMs = 30_000): Promise<PairingState> => {
    const end = Date.now() + limitMs
    for (;;) {
      const state = ask({ do: 'read', line, ...(asked === undefined ? {} : { profile: asked }) })
      if (is(state)) return state
      if (Date.now() > end) throw new Error(`${profile}: ${JSON.stringify(state).slice(0, 600)}`)
      await new Promise((later) => setTimeout(later, 50))
    }
  }
  return { device, lines, pairing, open, ask, until }
}
const hasValues = ({ test }: PairingState) => test !== undefined && (test.numbers.length > 0 || test.samples.some(({ results }) => results.some(({ value }) => value !== undefined)))

describe('pairing over a bare line', () => {
  it('answers the enquiry of an analyser, finds what it is, and shows its values; the analyser is not told that they arrived', async () => {
    const { device, open, ask, until } = await lay('sysmex-xp')
    const line = await open(eight(9600))
    ask({ do: 'find', line, search: true })
    let isAcknowledged = false
    void device.send('A26000123').then(() => (isAcknowledged = true), () => undefined)
    const state = await until(line, hasValues)
    expect(state).toMatchObject({ search: 'found', answering: 'astm-generic', by: 'protocol' })
    expect(state.candidates[0]).toMatchObject({ profile: 'sysmex-xp', grade: 'whole', serial: eight(9600) })
    expect(state.test!.samples[0]).toMatchObject({ accession: 'A26000123', isQualityControl: false })
    expect(state.test!.samples).toHaveLength(1)
    expect(isAcknowledged).toBe(false)
    // It tries again, and again in vain: what is on its way just now is not damaged, and not another tube.
    for (let looks = 0; looks < 10; looks++) {
      expect((await until(line, hasValues)).test).toMatchObject({ read: 1, faulty: 0 })
      await new Promise((later) => setTimeout(later, 50))
    }
  })

  it('answers an enquiry also where no settings are looked for, as over the network', async () => {
    const { device, open, ask, until } = await lay('sysmex-xp')
    const line = await open(eight(9600))
    ask({ do: 'find', line, search: false })
    void device.send('A26000123').catch(() => undefined)
    const state = await until(line, hasValues)
    expect(state).toMatchObject({ search: 'off', answering: 'astm-generic' })
    expect(state.candidates[0]?.profile).toBe('sysmex-xp')
  })

  it('finds the speed of an analyser that was left at another one', async () => {
    const { device, open, ask, until } = await lay('urine-strip-printer', { sent: eight(38400) })
    const line = await open(eight(9600))
    ask({ do: 'find', line, search: true })
    const again = setInterval(() => void device.send('A26000123'), 400)
    closing.push(() => clearInterval(again))
    const state = await until(line, hasValues)
    expect(state).toMatchObject({ search: 'found', serial: eight(38400) })
    expect(state.candidates[0]).toMatchObject({ profile: 'urine-strip-printer', serial: eight(38400) })
  })

  it('shows values of every kind of device that there is a virtual one of, once its profile is tried', async () => {
    const missed: string[] = []
    await Promise.all(
      // The virtual DRI monitor answers after ten seconds.
      allProfiles().filter(({ id }) => id !== 'ge-dri').map(async ({ id }) => {
        const { device, open, ask, until } = await lay(id)
        const line = await open(profileOf(id)!.serial)
        ask({ do: 'find', line, search: false })
        ask({ do: 'try', line, profile: id })
        await new Promise((later) => setTimeout(later, 100))
        void device.send('A26000123').catch(() => undefined)
        device.vitals?.measure()
        const state = await until(line, hasValues, id).catch((error: unknown) => void missed.push((error as Error).message))
        if (state && !state.candidates.some(({ profile }) => profile === id)) missed.push(`${id} is no candidate of ${state.candidates.map(({ profile }) => profile).join()}`)
      }),
    )
    expect(missed).toEqual([])
  })

  it('reads what is heard with other settings anew, also where it is as long as the garble before', () => {
    const [message = new Uint8Array()] = transfersOf(encodeText('H|\\^&\rP|1\rO|1|A26000123\rR|1|^^^WBC|6.1|10*3/uL\rL|1|N'))
    const garble = message.map((byte) => byte ^ 0x5a)
    const reads = readsAny()
    expect([reads(garble), reads(message), reads(garble)]).toEqual([false, true, false])
  })

  it('ends with its line, and knows nothing of one that is not open', async () => {
    const { lines, pairing, open, ask } = await lay('nonin-8')
    const line = await open(eight(9600))
    ask({ do: 'find', line, search: true })
    await lines.answer({ do: 'close', line })
    expect(pairing.answer({ do: 'read', line })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(pairing.answer({ do: 'find', line: 'no such line', search: true })).toMatchObject({ ok: false })
  })

  it('says that a profile is not known', async () => {
    const { open, ask, pairing } = await lay('nonin-8')
    const line = await open(eight(9600))
    ask({ do: 'find', line, search: false })
    expect(pairing.answer({ do: 'try', line, profile: 'nothing' })).toMatchObject({ ok: false, problem: { kind: 'profile-unknown' } })
  })
})

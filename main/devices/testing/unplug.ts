import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import type { Link } from '../link'
import type { ToDesk, ToStation } from '../messages'
import { virtualOximeter } from '../simulators'
import { serialTransport } from '../transports'
import { layCable, serialSettings } from './cable'

/** What of the device host is looked at from outside. */
export interface WatchedHost {
  readonly link: Link<ToStation, ToDesk>
  /** CPU that its process has taken, milliseconds. */
  cpuMs(): Promise<number>
  isAlive(): boolean
}

/** What unplugging again and again came to. */
export interface UnplugFigures {
  readonly times: number
  /** From the cable that is back to bytes that are heard: the slowest, and the middle one. */
  readonly backMostMs: number
  readonly backMedianMs: number
  /** From the pulled cable to the device that is shown as gone. */
  readonly goneMostMs: number
  /** Busiest second without a cable, percent of one core. */
  readonly idleMostPercent: number
}

/** An oximeter at a cable, and how the device host sees it. */
const setUp = async (folder: string, host: WatchedHost, limitMs: number) => {
  const cable = await layCable(folder)
  let isOpen = false
  host.link.onMessage((message) => {
    if (message.kind === 'condition') isOpen = message.condition.state === 'open'
  })
  const device = { id: 'D1', name: 'Oximeter', profile: 'contec-cms50', path: cable.near, place: '', serial: serialSettings, simulated: false }
  host.link.send({ kind: 'open', folder: join(folder, 'journal'), journalKey: new Uint8Array(32).fill(3), devices: [device], training: false })
  const until = async (what: 'open' | 'gone'): Promise<number> => {
    const began = performance.now()
    while (isOpen !== (what === 'open')) {
      if (!host.isAlive()) throw new Error('the device host died')
      if (performance.now() - began > limitMs) throw new Error(`after ${limitMs} ms still not ${what}`)
      await later(5)
    }
    return performance.now() - began
  }
  return { cable, until, switchOn: () => virtualOximeter(serialTransport(cable.far, serialSettings)) }
}

/** Switches an oximeter off and on again at its cable, which tells nobody: milliseconds until it is shown as gone, and until it is back; the slowest of each. */
export const switchOffAgainAndAgain = async (folder: string, host: WatchedHost, { times, random, limitMs = 15_000 }: { readonly times: number; readonly random: () => number; readonly limitMs?: number }): Promise<{ readonly greyMostMs: number; readonly backMostMs: number }> => {
  const { cable, until, switchOn } = await setUp(folder, host, limitMs)
  let [greyMostMs, backMostMs] = [0, 0]
  let oximeter = await switchOn()
  await until('open')
  for (let round = 0; round < times; round++) {
    await oximeter.close()
    greyMostMs = Math.max(greyMostMs, await until('gone'))
    await later(random() * 12_000)
    oximeter = await switchOn()
    backMostMs = Math.max(backMostMs, await until('open'))
  }
  await oximeter.close()
  await cable.pull()
  return { greyMostMs: Math.round(greyMostMs), backMostMs: Math.round(backMostMs) }
}

/** Pulls the cable of an oximeter in the middle of its stream, and puts it back, so many times. Throws when the device does not come back, or the host dies. */
export const unplugAgainAndAgain = async (folder: string, host: WatchedHost, { times, random, limitMs = 15_000, mostAwayMs = 1_500 }: { readonly times: number; readonly random: () => number; readonly limitMs?: number; readonly mostAwayMs?: number }): Promise<UnplugFigures> => {
  const { cable, until, switchOn } = await setUp(folder, host, limitMs)
  const back: number[] = []
  let goneMostMs = 0
  let idleMostPercent = 0
  for (let round = 0; round <= times; round++) {
    const oximeter = await switchOn()
    const tookMs = await until('open')
    if (round > 0) back.push(tookMs)
    if (round === times) {
      await oximeter.close()
      break
    }
    // In the middle of a packet, between two, or just after it was opened.
    await later(random() * 60)
    await cable.pull()
    goneMostMs = Math.max(goneMostMs, await until('gone'))
    const before = await host.cpuMs()
    const began = performance.now()
    await later(mostAwayMs * (0.3 + 0.7 * random()))
    idleMostPercent = Math.max(idleMostPercent, (((await host.cpuMs()) - before) / (performance.now() - began)) * 100)
    await oximeter.close()
    await cable.plug()
  }
  await cable.pull()
  back.sort((one, other) => one - other)
  const rounded = Math.round
  return { times, backMostMs: rounded(back.at(-1) ?? 0), backMedianMs: rounded(back[Math.floor(back.length / 2)] ?? 0), goneMostMs: rounded(goneMostMs), idleMostPercent: rounded(idleMostPercent) }
}

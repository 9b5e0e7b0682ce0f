import { fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root, say } from '../../build/ground.mjs'
import { linkOverProcess, type ProcessEnd, type ToDesk, type ToStation } from '../../main/devices'
import { switchOffAgainAndAgain, unplugAgainAndAgain, type WatchedHost } from '../../main/devices/testing/unplug'
import { randomFrom } from '../../shared/standards/astm/testing/session'
import { scratchFolder } from '../harness'

/** A device that is off is shown as such within this; its own heartbeat is eight seconds. */
const greyMs = 10_000
/** A second without a cable may cost this much of a core: attempts to open it again. */
const mostPercent = 25

/**
 * `npm run soak -- unplug [--times 100] [--off 10] [--seed 20261121]`: pulls the cable of a device that streams, at any moment, and puts it
 * back; then switches the device off and on at its cable. Fails when the device host dies, is busy while there is no cable,
 * does not have the device back within 15 s, or shows one that is off for longer than 10 s.
 */
export default async function soak({ times = 100, off = 10, seed = 20_261_121 }: Readonly<Record<string, number>>) {
  const folder = scratchFolder('unplug')
  const bundle = join(folder.path, 'device-host.cjs')
  await build({ entryPoints: [join(root, 'main/devices/inbox/testing/child.ts')], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', target: 'node18', external: ['serialport'], logLevel: 'silent' })
  const random = randomFrom(seed)
  const figures: Record<string, number> = { seed, times, off }
  try {
    say(`soak unplug: ${times} times unplugged, ${off} times switched off, seed ${seed}`)
    await withHost(bundle, async (host, grownMb) => {
      mkdirSync(join(folder.path, 'cable'))
      const pulled = await unplugAgainAndAgain(join(folder.path, 'cable'), host, { times, random })
      Object.assign(figures, { back_most_ms: pulled.backMostMs, back_median_ms: pulled.backMedianMs, gone_most_ms: pulled.goneMostMs, idle_most_percent: pulled.idleMostPercent, grown_mb: await grownMb() })
    })
    await withHost(bundle, async (host) => {
      mkdirSync(join(folder.path, 'switch'))
      const switched = await switchOffAgainAndAgain(join(folder.path, 'switch'), host, { times: off, random })
      Object.assign(figures, { off_grey_most_ms: switched.greyMostMs, off_back_most_ms: switched.backMostMs })
    })
  } finally {
    folder.remove()
  }
  if ((figures['idle_most_percent'] ?? 0) > mostPercent) return { figures, failure: `the device host was busy without a cable: ${figures['idle_most_percent']} % of a core` }
  if ((figures['off_grey_most_ms'] ?? 0) > greyMs) return { figures, failure: `a device that is off was shown as there for ${figures['off_grey_most_ms']} ms` }
  return { figures }
}

/** Runs a device host as a process of its own. */
const withHost = async (bundle: string, work: (host: WatchedHost, grownMb: () => Promise<number>) => Promise<void>): Promise<void> => {
  const child = fork(bundle, [], { serialization: 'advanced', env: { ...process.env, NODE_PATH: join(root, 'node_modules') }, stdio: 'inherit' })
  const stat = async () => (await readFile(`/proc/${child.pid}/stat`, 'latin1')).split(') ')[1]!.split(' ').map(Number)
  const pagesAtFirst = (await stat())[21]!
  const host: WatchedHost = {
    link: linkOverProcess<ToStation, ToDesk>(child as ProcessEnd),
    // Fields 14 and 15, in hundredths of a second.
    cpuMs: async () => {
      const fields = await stat()
      return (fields[11]! + fields[12]!) * 10
    },
    isAlive: () => child.exitCode === null && child.signalCode === null,
  }
  try {
    await work(host, async () => Math.round((((await stat())[21]! - pagesAtFirst) * 4_096) / 2 ** 20))
  } finally {
    child.kill('SIGKILL')
  }
}

import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root, say } from '../../build/ground.mjs'
import { linkOverProcess, type ProcessEnd, type ToDesk, type ToStation } from '../../main/devices'
import { unplugAgainAndAgain } from '../../main/devices/testing/unplug'
import { randomFrom } from '../../shared/standards/astm/testing/session'
import { scratchFolder } from '../harness'

/** A second without a cable may cost this much of a core: attempts to open it again. */
const mostPercent = 25

/**
 * `npm run soak -- unplug [--times 100] [--seed 20261121]`: pulls the cable of a device that streams, at any moment, and puts it
 * back. Fails when the device host dies, is busy while there is no cable, or does not have the device back within 15 s.
 */
export default async function soak({ times = 100, seed = 20_261_121 }: Readonly<Record<string, number>>) {
  const folder = scratchFolder('unplug')
  const bundle = join(folder.path, 'device-host.cjs')
  await build({ entryPoints: [join(root, 'main/devices/inbox/testing/child.ts')], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', target: 'node18', external: ['serialport'], logLevel: 'silent' })
  const child = fork(bundle, [], { serialization: 'advanced', env: { ...process.env, NODE_PATH: join(root, 'node_modules') }, stdio: 'inherit' })
  const stat = async () => (await readFile(`/proc/${child.pid}/stat`, 'latin1')).split(') ')[1]!.split(' ').map(Number)
  const pagesAtFirst = (await stat())[21]!
  try {
    say(`soak unplug: ${times} times, seed ${seed}`)
    const figures = await unplugAgainAndAgain(
      folder.path,
      {
        link: linkOverProcess<ToStation, ToDesk>(child as ProcessEnd),
        // Fields 14 and 15, in hundredths of a second.
        cpuMs: async () => ((await stat())[11]! + (await stat())[12]!) * 10,
        isAlive: () => child.exitCode === null && child.signalCode === null,
      },
      { times, random: randomFrom(seed) },
    )
    const grownMb = Math.round((((await stat())[21]! - pagesAtFirst) * 4_096) / 2 ** 20)
    const named = { seed, times: figures.times, back_most_ms: figures.backMostMs, back_median_ms: figures.backMedianMs, gone_most_ms: figures.goneMostMs, idle_most_percent: figures.idleMostPercent, grown_mb: grownMb }
    return figures.idleMostPercent > mostPercent ? { figures: named, failure: `the device host was busy without a cable: ${figures.idleMostPercent} % of a core` } : { figures: named }
  } finally {
    child.kill('SIGKILL')
    folder.remove()
  }
}

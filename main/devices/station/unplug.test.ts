import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import type { Link } from '../link'
import type { ToDesk, ToStation } from '../messages'
import { unplugAgainAndAgain } from '../testing/unplug'
import { runDeviceHost } from './inProcess'

const hasSocat = spawnSync('socat', ['-V']).status === 0

describe.skipIf(!hasSocat)('an oximeter whose cable is pulled in the middle of its stream (pseudo-terminals of socat)', () => {
  it('is shown as gone, comes back by itself each time, and costs nothing while it is away (twice here; 100 in `npm run soak -- unplug`)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outpost-unplug-'))
    const host = runDeviceHost()
    const cpuMs = () => Promise.resolve(Object.values(process.cpuUsage()).reduce((sum, part) => sum + part, 0) / 1_000)
    const figures = await unplugAgainAndAgain(folder, { link: host.link as Link<ToStation, ToDesk>, cpuMs, isAlive: () => true }, { times: 2, random: randomFrom(20_261_121), mostAwayMs: 400 })
    // The whole test process is in it.
    expect(figures).toMatchObject({ times: 2, idleMostPercent: expect.toSatisfy((percent: number) => percent < 60) })
    expect(figures.backMostMs).toBeLessThan(10_000)
    expect(figures.goneMostMs).toBeLessThan(2_000)
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })
})

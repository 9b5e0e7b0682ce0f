import { OPEN_COLLECTIONS } from 'rxdb'
import type { PracticeName } from '../../../../shared/contract'
import { chanceFrom } from './chance'
import { buildClinic, type Size, type Tally } from './clinic'
import { layNetwork } from './network'
import { onlyVirtual } from './onlyVirtual'
import { createTime } from './time'
import { openDisks } from './world'

/** What became of a simulated clinic. */
export interface Outcome {
  readonly seed: number
  /** What must not be, in words; nothing, when all went well. */
  readonly faults: readonly string[]
  /** A hash over every byte that went over a wire, and when: equal whenever the seed is run. */
  readonly trace: string
  readonly figures: Tally
}

/** The practice of every simulated clinic. */
export const practice: PracticeName = { id: '01SYNCTESTPRACTICE00000000', name: 'Hill Clinic', training: false }
const begin = Date.UTC(2026, 10, 21, 8)
/** Longer than everything that may happen in one, virtual time. */
const limitMs = 3 * 3_600_000
const closingMs = 600_000

/** Sizes: `small` for every run of the tests, `full` for the soak. */
export const sizes: Readonly<Record<'small' | 'full', Size>> = {
  small: { workstations: 5, minutes: 0.5, pace: 4, trouble: 3, takesAway: true },
  full: { workstations: 5, minutes: 5, pace: 8, trouble: 8, takesAway: true },
}

/**
 * Lets a clinic live for a while, in this process and in virtual time; the seed decides everything. Nothing else may
 * run in this process meanwhile: time, chance and threads are replaced for all of it.
 *
 * @param tell told of what happens, for somebody who follows a failing seed
 */
export const simulate = async (seed: number, size: Size, tell?: (at: Date, what: string) => void): Promise<Outcome> => {
  const chance = chanceFrom(seed)
  const time = createTime(begin)
  const network = layNetwork(time, chance.fork('network'))
  const disks = openDisks()
  const faults: string[] = []
  const fault = (what: string): void => void faults.push(what)
  const unhandled = (reason: unknown): void => fault(`nobody handled: ${String((reason as Error | undefined)?.stack ?? reason)}`)
  const replaced = onlyVirtual(time, chance.fork('node'), (put) => network.replace(put))
  process.on('unhandledRejection', unhandled)
  let figures: Tally = {}
  try {
    const clinic = buildClinic({ time, network, chance: chance.fork('clinic'), disks, practice, fault, tell: tell && ((what) => tell(new Date(time.now), what)) }, size)
    figures = clinic.tally
    for (const [work, patienceMs] of [[clinic.live, limitMs], [clinic.close, closingMs]] as const) {
      await time.drive(work(), patienceMs).catch((error: unknown) => fault(String((error as Error).stack)))
    }
    Object.assign(figures, { acknowledged: clinic.ledger.size, excused: clinic.ledger.excused })
  } finally {
    process.off('unhandledRejection', unhandled)
    replaced.giveBack()
    // What could not be closed must not count against the next clinic: RxDB opens so many in one process.
    OPEN_COLLECTIONS.clear()
    disks.clear()
  }
  return { seed, faults, trace: network.trace, figures: { ...figures, ...network.figures, events: time.happened, 'virtual minutes': Math.round((time.now - begin) / 60_000) } }
}

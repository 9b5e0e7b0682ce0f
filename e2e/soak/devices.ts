import { say } from '../../build/ground.mjs'
import { everyFramer, pieceBytes, tellEndlessly } from '../../main/devices/testing/endless'
import { checkDrafts } from '../../main/devices/testing/hostileDrafts'
import { checkPages, checkVitals } from '../../main/devices/testing/hostile'
import { vitalsRecordings } from '../../main/devices/testing/recordings'
import { checkLine, checkRecords, hostileRecords } from '../../shared/standards/astm/testing/hostile'
import { randomFrom } from '../../shared/standards/astm/testing/session'
import { checkBlocks, checkMessage, hostileMessage } from '../../shared/standards/hl7/testing/hostile'

/** A case takes longer than this only when a parser hangs. */
const slowestMs = 5_000
/** Memory that a parser may hold on to after all its cases, beyond what it had after the first of them. */
const mostGrowthMb = 150

/** Memory for the longest message that may be, a few times over: garbage goes when it goes. */
const mostEndlessMb = 120

const recordings = vitalsRecordings()

const fuzzers: Readonly<Record<string, (random: () => number) => void>> = {
  hl7_messages: (random) => checkMessage(hostileMessage(random)),
  hl7_blocks: checkBlocks,
  astm_records: (random) => checkRecords(hostileRecords(random)),
  astm_frames: checkLine,
  text_pages: checkPages,
  workbench_drafts: checkDrafts,
  vitals: (random) => checkVitals(random, recordings),
}

/** 64 MB without an end to the framer of every profile; memory that any of them took at most, MB. */
const endless = (): number => {
  let most = 0
  for (const framer of everyFramer()) {
    const took = tellEndlessly(framer, (64 * 2 ** 20) / pieceBytes)
    most = Math.max(most, took)
    if (took > mostEndlessMb * 2 ** 20) throw new Error(`${framer.name} took ${Math.round(took / 2 ** 20)} MB for something that never ends`)
  }
  say(`soak devices: 64 MB without an end are cut off by the framer of every profile, which takes ${Math.round(most / 2 ** 20)} MB at most`)
  return Math.round(most / 2 ** 20)
}

/** `npm run soak -- devices [--seconds 600] [--seed 1]`: every parser is fed hostile input for so long; a failure names the seed that repeats it. */
export default async function soak({ seconds = 600, seed = Date.now() % 1_000_000_000 }: Readonly<Record<string, number>>) {
  const figures: Record<string, number> = { seed, endless_most_mb: endless() }
  for (const [name, fuzz] of Object.entries(fuzzers)) {
    const end = performance.now() + seconds * 1_000
    let cases = 0
    let slowest = 0
    let first = 0
    while (performance.now() < end) {
      const start = process.cpuUsage()
      try {
        fuzz(randomFrom(seed + cases))
      } catch (error) {
        return { figures, failure: `${name}: seed ${seed + cases}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }
      }
      // Processor time: a busy machine makes nobody hang.
      const { user, system } = process.cpuUsage(start)
      const took = (user + system) / 1_000
      if (took > slowestMs) return { figures, failure: `${name}: seed ${seed + cases}: took ${Math.round(took)} ms` }
      slowest = Math.max(slowest, took)
      if (++cases === 2_000) first = process.memoryUsage().rss
      if (cases % 500 === 0) await new Promise((later) => setImmediate(later))
    }
    const growth = first === 0 ? 0 : Math.round((process.memoryUsage().rss - first) / 2 ** 20)
    Object.assign(figures, { [`${name}_cases`]: cases, [`${name}_slowest_ms`]: Math.round(slowest), [`${name}_growth_mb`]: growth })
    say(`soak devices: ${name}: ${cases} cases, slowest ${Math.round(slowest)} ms, memory ${growth >= 0 ? '+' : ''}${growth} MB`)
    if (growth > mostGrowthMb) return { figures, failure: `${name} held on to ${growth} MB` }
  }
  return { figures }
}

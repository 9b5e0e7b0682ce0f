import { say } from '../../build/ground.mjs'
import { checkPages, checkVitals } from '../../main/devices/testing/hostile'
import { vitalsRecordings } from '../../main/devices/testing/recordings'
import { checkLine, checkRecords, hostileRecords } from '../../shared/standards/astm/testing/hostile'
import { randomFrom } from '../../shared/standards/astm/testing/session'
import { BlockReader } from '../../shared/standards/hl7'
import { checkBlocks, checkMessage, hostileMessage } from '../../shared/standards/hl7/testing/hostile'

/** A case takes longer than this only when a parser hangs. */
const slowestMs = 5_000
/** Memory that a parser may hold on to after all its cases, beyond what it had after the first of them. */
const mostGrowthMb = 150

const recordings = vitalsRecordings()

const fuzzers: Readonly<Record<string, (random: () => number) => void>> = {
  hl7_messages: (random) => checkMessage(hostileMessage(random)),
  hl7_blocks: checkBlocks,
  astm_records: (random) => checkRecords(hostileRecords(random)),
  astm_frames: checkLine,
  text_pages: checkPages,
  vitals: (random) => checkVitals(random, recordings),
}

/** 64 MB without an end, in pieces as a socket delivers them. */
const endless = () => {
  const reader = new BlockReader()
  const events = reader.feed(Uint8Array.from([0x0b, ...new TextEncoder().encode('MSH|^~\\&|')]), 0)
  const piece = new Uint8Array(64 * 1024).fill(0x41)
  let most = 0
  for (let sent = 0; sent < 1024; sent++) {
    events.push(...reader.feed(piece, 0))
    most = Math.max(most, process.memoryUsage().rss)
  }
  const [event, ...more] = events
  if (event?.kind !== 'cut-off' || event.why !== 'overlong' || more.length > 0) throw new Error('64 MB without an end were not cut off, once')
  return Math.round(most / 2 ** 20)
}

/** `npm run soak -- devices [--seconds 600] [--seed 1]`: every parser is fed hostile input for so long; a failure names the seed that repeats it. */
export default async function soak({ seconds = 600, seed = Date.now() % 1_000_000_000 }: Readonly<Record<string, number>>) {
  const figures: Record<string, number> = { seed, endless_rss_mb: endless() }
  for (const [name, fuzz] of Object.entries(fuzzers)) {
    const end = performance.now() + seconds * 1_000
    let cases = 0
    let slowest = 0
    let first = 0
    while (performance.now() < end) {
      const start = performance.now()
      try {
        fuzz(randomFrom(seed + cases))
      } catch (error) {
        return { figures, failure: `${name}: seed ${seed + cases}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }
      }
      const took = performance.now() - start
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

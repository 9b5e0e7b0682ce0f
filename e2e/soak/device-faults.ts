import { root, say } from '../../build/ground.mjs'
import { runTrial } from '../../main/devices/inbox/testing/trial/trial'

/**
 * `npm run soak -- device-faults [--tubes 10000] [--kills 200] [--practice 20] [--minutes 30] [--seed 20261121]`: virtual analysers of four
 * kinds (ASTM over a pseudo-terminal and over TCP, HL7 over MLLP, pages with ENQ and ACK) send results over links that spoil, lose, delay,
 * repeat, split, join and break, while `kill -9` takes the device host and the practice host at any moment. Fails unless every tube is on the
 * chart of its own order's patient, once, with its own values.
 */
export default async function soak({ tubes = 10_000, kills = 200, practice = 20, minutes = 30, seed = 20_261_121 }: Readonly<Record<string, number>>) {
  const { figures, failures } = await runTrial({ root, tubes, deviceKills: kills, practiceKills: practice, seed, say, limitMs: minutes * 60_000 })
  return { figures, ...(failures.length > 0 ? { failure: failures.join('; ') } : {}) }
}

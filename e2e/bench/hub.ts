import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../build/ground.mjs'
import { bundleWorkstation, openWorkstation, passphrase, password, patient, type Workstation } from './hub/workstations'

/*
 * `npm run bench -- hub --json`: three computers of one clinic, a process each, no internet. One is made the hub, the others join by code over TLS.
 * What is written on one, when do the other two show it?
 */
const stations = ['A', 'B', 'C']
const history = 1_000
const singles = 60
const burst = 100

const quantile = (values: readonly number[], share: number) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

export default async function measure() {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'hub-'))
  const opened: Workstation[] = []
  try {
    const program = await bundleWorkstation(folder)
    const open = (station: string) => {
      const made = openWorkstation(program, join(folder, station))
      opened.push(made)
      return made
    }
    const first = open('A')
    await first.must('createPractice', { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada', user: 'ada', password }, passphrase })
    await first.must('signIn', { user: 'ada', password })
    for (let n = 0; n < history; n++) await first.must('registerPatient', patient('A', n))
    const { value: hub } = await first.must<{ addresses: readonly string[] }>('turnOnHub')
    const port = hub.addresses[0]?.split(':').at(-1) ?? ''
    const joinMs: number[] = []
    for (const station of stations.slice(1)) {
      const { value: made } = await first.must<{ code: string }>('makeJoinCode')
      const begun = Date.now()
      const joined = open(station)
      await joined.must('joinPracticeAtHub', { address: `127.0.0.1:${port}`, code: made.code, stationPrefix: station, passphrase })
      await joined.must('signIn', { user: 'ada', password })
      joined.look()
      joinMs.push((await joined.shows(history)) - begun)
    }

    let total = history
    const latencies: number[] = []
    for (let n = 0; n < singles; n++) {
      const writer = opened[n % opened.length] as Workstation
      const { at } = await writer.must('registerPatient', patient('single', n))
      total++
      const seen = await Promise.all(opened.filter((each) => each !== writer).map((each) => each.shows(total)))
      latencies.push(Math.max(...seen) - at)
    }

    const begun = Date.now()
    await Promise.all(opened.map(async (each, at) => {
      for (let n = 0; n < burst; n++) await each.must('registerPatient', patient(`burst ${at}`, n))
    }))
    const written = Date.now()
    total += burst * opened.length
    const alike = Math.max(...(await Promise.all(opened.map((each) => each.shows(total)))))
    const { value: rss } = await first.must<number>('memory')
    return {
      figures: {
        workstations: opened.length,
        join_ms: Math.round(quantile(joinMs, 0.5)),
        shown_by_both_others_ms_median: quantile(latencies, 0.5),
        shown_by_both_others_ms_p95: quantile(latencies, 0.95),
        burst_records: burst * opened.length,
        burst_written_ms: written - begun,
        burst_alike_after_ms: Math.max(0, alike - written),
        hub_workstation_mb: Math.round(rss / 1_048_576),
      },
      ratios: { burst_alike_of_5s: Math.max(0, alike - written) / 5_000 },
    }
  } finally {
    for (const each of opened) await each.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

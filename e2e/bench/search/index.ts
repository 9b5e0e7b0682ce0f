import { statSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '../../../build/ground.mjs'
import { scratchFolder } from '../../harness/folders'
import { measureInHost } from './inHost'
import { measureInWindow, windowFigures } from './inWindow'
import { quantile, type Times } from './quantile'

export { peopleOf, seed } from './people'
export { quantile } from './quantile'

const usualPatients = 100_000

const rounded = (value: number): number => Math.round(value * 100) / 100
const both = (left: Times, right: Times): Times => [...left, ...right].sort((one, other) => one - other)

/**
 * Search over 100,000 patients: at the gate of the host, and from key to painted list in the real window.
 * `npm run bench -- search host` leaves the window out, `npm run bench -- search 2000` asks among fewer.
 */
export default async (words: readonly string[] = []) => {
  const patients = Number(words.find((word) => /^\d+$/.test(word)) ?? usualPatients)
  const folder = scratchFolder('bench-search')
  try {
    say(`bench search: registering ${patients.toLocaleString('en')} patients ...`)
    const host = await measureInHost(folder.path, patients)
    say(`bench search: registered in ${host.importSeconds.toFixed(0)} s; asked`)
    const window = words.includes('host') ? undefined : await measureInWindow(folder.path, host.texts)
    const asked = both(host.times.prefix, host.times.typo)
    const figures = {
      patients,
      // The first 20 hits for three letters, or for one typing error, at the gate.
      p50_ms: rounded(quantile(asked, 0.5)),
      p95_ms: rounded(quantile(asked, 0.95)),
      max_ms: rounded(asked.at(-1) ?? Number.NaN),
      prefix_p95_ms: rounded(quantile(host.times.prefix, 0.95)),
      typo_p95_ms: rounded(quantile(host.times.typo, 0.95)),
      // One letter, two letters, whole names, numbers, telephones, dates, several words.
      other_p95_ms: rounded(quantile(host.times.other, 0.95)),
      same_people_p50_ms: rounded(quantile(host.same, 0.5)),
      same_people_p95_ms: rounded(quantile(host.same, 0.95)),
      first_after_start_ms: rounded(host.firstMs),
      first_same_people_ms: rounded(host.firstSameMs),
      loop_delay_p99_ms: rounded(host.loopDelayP99Ms),
      ...(window === undefined ? {} : windowFigures(window)),
      index_mb: rounded(host.index.mb),
      index_rows: host.index.rows,
      index_build_s: rounded(host.index.buildSeconds),
      import_s: rounded(host.importSeconds),
      file_mb: rounded(statSync(join(folder.path, 'replica.db')).size / 1e6),
    }
    return { figures, ratios: { index_vs_file: rounded(figures.index_mb / figures.file_mb) } }
  } finally {
    folder.remove()
  }
}

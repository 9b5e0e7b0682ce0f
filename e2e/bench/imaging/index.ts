import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, say } from '../../../build/ground.mjs'
import { openImaging, phantomFiles } from '../../../main/imaging'
import { openReplica } from '../../../main/replica'

const out = join(root, 'out/main/dicom-worker.cjs')
/** As many files as the discs of a day hold, of the size of CT slices. */
const files = 1_000
const size = 432
const rounds = 5
const imported = 300

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** Slices of several studies, as they lie on discs: 1,000 files, some 370 MB. */
const writeDisc = async (folder: string): Promise<void> => {
  for (let study = 0; study < files / 100; study += 1) {
    await mkdir(join(folder, `S${study}`, 'CT'), { recursive: true })
    for (const { name, bytes } of phantomFiles({ patient: { number: `A-${study}`, family: 'Bench', given: 'Ada' }, slices: 100, size, label: `study ${study}` })) await writeFile(join(folder, `S${study}`, name), bytes)
  }
}

/** Looking through a thousand files that are in the system's memory, and taking three hundred of them into the archive, on disk. */
export const measureImport = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-import-'))
  const key = new Uint8Array(32).fill(7)
  const replica = await openReplica({ folder, key, practice: '01JD0000000000000000PRACT1', station: 'A' })
  const imaging = await openImaging({ replica, folder: join(folder, 'archive'), key, worker: out })
  try {
    say('bench imaging: writing 1,000 files ...')
    await writeDisc(join(folder, 'disc'))
    const look = async (): Promise<number> => {
      const begun = performance.now()
      const { id } = imaging.startImport({ from: [join(folder, 'disc')], author: 'bench', asks: true })
      while (imaging.progress(id)?.state === 'looking') await new Promise((later) => setTimeout(later, 1))
      const ms = performance.now() - begun
      const { found = [], seen } = imaging.progress(id) ?? {}
      if (found.length !== files / 100 || seen !== files) throw new Error('not all was found')
      await imaging.cancel(id)
      return ms
    }
    await look()
    const looks: number[] = []
    for (let round = 0; round < rounds; round += 1) looks.push(await look())
    const rates: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const begun = performance.now()
      const ended = await imaging.ended(imaging.startImport({ from: Array.from({ length: imported / 100 }, (_, at) => join(folder, 'disc', `S${round * 3 + at}`)), author: 'bench' }).id)
      if (ended?.imported !== imported) throw new Error('not all was imported')
      rates.push((imported * 1000) / (performance.now() - begun))
    }
    return { figures: { index_1000_ms: Math.round(median(looks)), import_files_per_s: Math.round(median(rates)) }, ratios: {} }
  } finally {
    await imaging.close()
    await replica.close()
    await rm(folder, { recursive: true, force: true })
  }
}

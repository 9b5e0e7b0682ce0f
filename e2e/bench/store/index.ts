import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root, say } from '../../../build/ground.mjs'
import { scratchFolder } from '../../harness/folders'
import { measureDexie } from './dexie'
import { median, percentile, rounded, timesOf } from './figures'
import { ask, insertsOf, openMemory, openOurs, updatesOf, writeAll } from './instances'
import { measurePouch } from './pouch'
import { measureDisk, measureImport } from './replica'
import { entries, prepared, questions, revised, type Stored } from './subject'

/** Rows in one bulk write: what replication brings, what an import brings, and what nothing of ours does. The first is the one in `ratios`. */
const batches = [200, 1000, 5000] as const
/** Questions that the slower peers are asked, too. */
const peerQuestions = 150
const parts = ['bulk', 'point', 'peers', 'import', 'disk'] as const
type Part = (typeof parts)[number]

interface Asked {
  readonly documents: number
  readonly rounds: number
  readonly only: readonly Part[]
}

const askedOf = (words: readonly string[]): Asked => {
  const valueOf = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
  const only = valueOf('--only')?.split(',') as Part[] | undefined
  return { documents: Number(valueOf('--documents') ?? 100_000), rounds: Number(valueOf('--rounds') ?? 3), only: only ?? parts }
}

type Figures = Record<string, number>

const bulk = async (documents: readonly Stored[], rounds: number, figures: Figures, ratios: Figures): Promise<void> => {
  const inserts = insertsOf(documents)
  const updates = updatesOf(documents)
  for (const batch of batches) {
    const times: Record<'ours' | 'memory', { insert: number[]; upsert: number[] }> = { ours: { insert: [], upsert: [] }, memory: { insert: [], upsert: [] } }
    // The memory storage takes its time with small batches, and so takes the same time each round.
    for (let round = 0; round < (batch < 1000 ? Math.min(rounds, 1) : rounds); round += 1) {
      const folder = scratchFolder('bench-store')
      try {
        const { file, instance } = await openOurs(folder.path)
        times.ours.insert.push(await writeAll(instance, inserts, batch))
        times.ours.upsert.push(await writeAll(instance, updates, batch))
        await instance.close()
        file.close()
      } finally {
        folder.remove()
      }
      const memory = await openMemory(`memory ${batch} ${round}`)
      times.memory.insert.push(await writeAll(memory, inserts, batch))
      times.memory.upsert.push(await writeAll(memory, updates, batch))
      await memory.remove()
    }
    for (const what of ['insert', 'upsert'] as const) {
      const [ours, memory] = [median(times.ours[what]), median(times.memory[what])]
      figures[`${what}_ms_by_${batch}`] = Math.round(ours)
      figures[`${what}_memory_ms_by_${batch}`] = Math.round(memory)
      const name = batch === batches[0] ? `${what}_vs_memory` : `${what}_vs_memory_by_${batch}`
      ratios[name] = rounded(ours / memory)
      say(`bench store: ${what} by ${batch}: ${ours.toFixed(0)} ms, memory ${memory.toFixed(0)} ms`)
    }
  }
}

/** Opens a full file in a process of its own, so that nothing is warm but the disk; answers milliseconds from open to the first answer. */
const coldOpen = (folder: string, rounds: number): number[] =>
  Array.from({ length: rounds }, () => {
    const script = join(root, 'out/tools/e2e-bench-store-cold.mjs')
    return Number(execFileSync(process.execPath, [script, folder], { encoding: 'utf8' }))
  })

const point = async (folder: string, documents: readonly Stored[], figures: Figures): Promise<{ readonly finds: readonly number[]; readonly found: number }> => {
  const { file, instance } = await openOurs(folder)
  await writeAll(instance, insertsOf(documents), 1000)
  for (const question of questions(documents, 30, 3)) await ask(instance, question)
  const finds = await timesOf(questions(documents, 600), (question) => ask(instance, question))
  let found = 0
  for (const question of questions(documents, peerQuestions)) found += await ask(instance, question)
  figures['find_ms'] = rounded(median(finds))
  figures['find_p95_ms'] = rounded(percentile(finds, 0.95))

  const types = [...new Set(documents.map(({ type }) => type))]
  const counted = [{ selector: {} }, ...types.map((type) => ({ selector: { type } }))]
  const first = await timesOf(counted, (question) => instance.count(prepared(question)))
  const counts = await timesOf(Array.from({ length: 30 }, () => counted).flat(), (question) => instance.count(prepared(question)))
  figures['count_first_ms'] = rounded(Math.max(...first))
  figures['count_ms'] = rounded(median(counts))
  figures['count_p95_ms'] = rounded(percentile(counts, 0.95))
  const states = [...new Set(documents.map(({ status }) => status))]
  const narrow = await timesOf(states, (status) => instance.count(prepared({ selector: { status } })))
  figures['count_uncounted_field_ms'] = rounded(median(narrow))

  // One document, written for good.
  const fresh = entries(600, 99).map((document, place) => ({ ...document, id: `Z${String(place).padStart(25, '0')}` }) as Stored)
  const writes = await timesOf(fresh.slice(0, 300), (document) => instance.bulkWrite([{ document }], 'bench'))
  figures['write_ms'] = rounded(median(writes))
  figures['write_p95_ms'] = rounded(percentile(writes, 0.95))

  // From the write's end to the answer of a list that is being shown.
  let answered = (): void => undefined
  const behind: number[] = []
  const watching = instance.changeStream().subscribe(() => {
    const started = performance.now()
    void ask(instance, { selector: { type: 'Patient' }, sort: [{ type: 'desc' }, { at: 'desc' }], limit: 20 }).then(() => {
      behind.push(performance.now() - started)
      answered()
    })
  })
  const live = await timesOf(fresh.slice(300), async (document) => {
    const shown = new Promise<void>((resolve) => (answered = resolve))
    await instance.bulkWrite([{ document: revised(document) }], 'bench')
    await shown
  })
  watching.unsubscribe()
  figures['live_after_write_ms'] = rounded(median(behind))
  figures['live_after_write_p95_ms'] = rounded(percentile(behind, 0.95))
  figures['write_and_live_ms'] = rounded(median(live))
  await instance.close()
  file.close()
  return { finds, found }
}

/** `npm run bench -- store [--documents N] [--rounds N] [--only bulk,point,peers,import,disk]`: our storage beside RxDB's memory storage, PouchDB and Dexie. */
export default async (words: readonly string[] = []) => {
  const { documents: many, rounds, only } = askedOf(words)
  const documents = entries(many)
  const figures: Figures = { documents: many, document_bytes: rounded(Buffer.byteLength(JSON.stringify(documents)) / many) }
  const ratios: Figures = {}
  const folder = scratchFolder('bench-store')
  try {
    if (only.includes('bulk')) await bulk(documents, rounds, figures, ratios)
    if (only.includes('point') || only.includes('peers')) {
      const { finds, found } = await point(folder.path, documents, figures)
      const { loadTool } = await import('../../../build/tool.mjs')
      await loadTool('e2e/bench/store/cold.ts')
      const opened = coldOpen(folder.path, 7)
      figures['cold_open_ms'] = rounded(median(opened))
      say(`bench store: find ${figures['find_ms']} ms, write ${figures['write_ms']} ms, cold open ${figures['cold_open_ms']} ms`)
      if (only.includes('peers')) {
        const asked = questions(documents, peerQuestions)
        const pouch = await measurePouch(folder.path, documents, asked)
        figures['pouchdb_load_ms'] = Math.round(pouch.load)
        figures['pouchdb_find_ms'] = rounded(median(pouch.finds))
        ratios['find_vs_pouchdb'] = rounded(median(pouch.finds) / median(finds))
        say(`bench store: pouchdb-find ${figures['pouchdb_find_ms']} ms`)
        const dexie = await measureDexie(join(folder.path, 'dexie'), many)
        figures['dexie_load_ms'] = Math.round(dexie.load)
        figures['dexie_find_ms'] = rounded(median(dexie.finds))
        ratios['find_vs_dexie'] = rounded(median(dexie.finds) / median(finds))
        if (pouch.found !== found || dexie.found !== found) throw new Error(`found ${found}, PouchDB ${pouch.found}, Dexie ${dexie.found}: they were not asked the same`)
        say(`bench store: Dexie ${figures['dexie_find_ms']} ms`)
      }
    }
    if (only.includes('import')) {
      const imported = await measureImport(join(folder.path, 'import'), many / 2, 1000)
      figures['import_ms'] = Math.round(imported.ms)
      figures['import_loop_delay_p99_ms'] = rounded(imported.p99)
      figures['import_loop_delay_max_ms'] = rounded(imported.max)
    }
    if (only.includes('disk')) {
      const disk = await measureDisk(join(folder.path, 'disk'), Math.min(many, 25_000))
      figures['disk_record_bytes'] = Math.round(disk.recordBytes)
      ratios['disk_vs_json'] = rounded(disk.ratio)
      ratios['disk_vs_json_without_replication'] = rounded(disk.alone)
    }
    return { figures, ratios }
  } finally {
    folder.remove()
  }
}

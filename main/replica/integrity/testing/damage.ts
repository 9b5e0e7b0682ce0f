import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFinder } from '../../finder'
import { openReplica } from '../../replica'
import { type Replica, ReplicaProblem } from '../../types'
import { type Random, randomFrom } from '../../durability/testing/random'

const key = new Uint8Array(32).fill(5)
const practice = 'clinic'
const families = ['Mokoena', 'Dlamini', 'Nkosi', 'van der Merwe', 'Ruiz-Ortega', 'شريف', '王']

const open = (folder: string): Promise<Replica> => openReplica({ folder, key, practice, station: 'A' })

/** The files of a replica, and how often each is damaged. */
const targets = ['replica.db', 'replica.db', 'replica.db', 'replica.db', 'replica.db-wal', 'replica.db-wal', 'replica.head', 'replica.pages', 'replica.seal'] as const

/**
 * Two folders of one practice: `closed`, as it lies after work, and `cut`, as it lies after a power cut with saved work still in
 * the log. Both hold the same.
 */
export const makePractice = async (folder: string, patients: number, seed: number): Promise<{ readonly closed: string; readonly cut: string }> => {
  const random = randomFrom(seed)
  const [working, closed, cut] = ['working', 'closed', 'cut'].map((name) => join(folder, name)) as [string, string, string]
  let replica = await open(working)
  for (let made = 0; made < patients; made += 50) {
    // Closed and opened: then most lies in the database, and the rest in the log.
    if (made + 100 >= patients && made + 50 < patients) {
      await replica.close()
      replica = await open(working)
    }
    const added = await replica.records.addAll(
      Array.from({ length: 50 }, (_, place) => ({
        type: 'Patient' as const,
        resource: {
          resourceType: 'Patient' as const,
          name: [{ family: `${families[random(families.length)]}${random(200)}`, given: [`Given${made + place}`] }],
          birthDate: `19${10 + random(90)}-01-${10 + random(19)}`,
          address: [{ text: 'x'.repeat(random(40) === 0 ? 9000 : random(900)) }],
        },
      })),
      'nurse',
    )
    const [first, second] = added
    await replica.records.revise('Patient', first?.id ?? '', (patient) => ({ ...patient, gender: 'female' }) as never, 'nurse')
    await replica.local.put('draft', second?.id ?? '', { text: `note ${made}` }, made % 100 === 0 ? 'open' : 'done')
    await replica.local.nextNumber('patient')
  }
  await replica.local.remove('draft', (await replica.local.list('draft', { limit: 1 }))[0]?.id ?? '')
  mkdirSync(cut)
  for (const name of new Set(targets)) cpSync(join(working, name), join(cut, name))
  await replica.close()
  mkdirSync(closed)
  for (const name of new Set(targets)) if (existsSync(join(working, name))) cpSync(join(working, name), join(closed, name))
  return { closed, cut }
}

type Question = (replica: Replica) => Promise<unknown>

const changesIn: Question = async ({ documents }) => {
  const seen: unknown[] = []
  let places = { records: 0, local: 0 }
  for (;;) {
    const { records, local, places: next } = await documents.changedSince(places, 200)
    if (records.length + local.length === 0) return seen
    seen.push(records, local)
    places = next
  }
}

/** What screens, search, sync and backup ask. */
export const questionsAbout = async (folder: string): Promise<{ readonly name: string; readonly ask: Question; readonly truth: string }[]> => {
  const replica = await open(folder)
  const ids = (await replica.records.find('Patient')).map(({ id }) => id)
  const drafts = (await replica.local.list('draft')).map(({ id }) => id)
  const questions: Record<string, Question> = {
    newest: ({ records }) => records.find('Patient', { limit: 20 }),
    everybody: ({ records }) => records.find('Patient'),
    'by family': ({ records }) => records.find('Patient', { where: { family: { prefix: 'mok' } }, sort: { by: 'family', order: 'ascending' } }),
    'one family': ({ records }) => records.find('Patient', { where: { family: 'dlamini7' } }),
    count: ({ records }) => records.count('Patient'),
    'count of a family': ({ records }) => records.count('Patient', { where: { family: { prefix: 'nkosi' } } }),
    'all documents': async ({ documents }) => [await documents.count('records'), await documents.count('local')],
    'by id': ({ records }) => Promise.all(ids.filter((_, place) => place % 7 === 0).map((id) => records.get('Patient', id))),
    'one by id': ({ records }) => records.get('Patient', ids[ids.length >> 1] ?? ''),
    nobody: async ({ records }) => (await records.get('Patient', '01HZZZZZZZZZZZZZZZZZZZZZZZ')) ?? 'nobody',
    drafts: ({ local }) => local.list('draft', { state: 'open' }),
    'count of drafts': ({ local }) => local.count('draft', 'done'),
    'one draft': ({ local }) => local.get('draft', drafts[3] ?? ''),
    changes: changesIn,
    search: async (asked) => {
      const finder = await openFinder(asked)
      try {
        return await finder.find('mokoena1', 20)
      } finally {
        finder.close()
      }
    },
  }
  const asked = []
  for (const [name, ask] of Object.entries(questions)) asked.push({ name, ask, truth: JSON.stringify(await ask(replica)) })
  await replica.close()
  return asked
}

/** One damage: where, and how. */
export interface Damage {
  readonly folder: 'closed' | 'cut'
  readonly file: string
  readonly what: string
  /** In the first page while the log has a newer one, or in the first eight bytes, which the cipher does not look at and opening writes anew. */
  readonly isSuperseded?: boolean
}

const damage = (random: Random, folder: string, state: Damage['folder']): Damage => {
  const file = targets.filter((name) => existsSync(join(folder, name)) && statSync(join(folder, name)).size > 0)[random(targets.length)] ?? 'replica.db'
  const path = join(folder, file)
  const { size } = statSync(path)
  if (random(5) === 0) {
    const length = [0, random(size), Math.floor(random(size) / 4096) * 4096, size - 1, Math.max(0, size - 4120)][random(5)] as number
    truncateSync(path, length)
    return { folder: state, file, what: `cut to ${length} of ${size} bytes` }
  }
  const bytes = readFileSync(path)
  // Half of the flips go where the file's structure is described, an eighth of these into the first page.
  const page = random(8) === 0 ? 0 : Math.floor(random(size) / 4096) * 4096
  const place = random(2) === 0 ? random(size) : Math.min(size - 1, page + random(130))
  const bit = random(3) === 0 ? 1 + random(255) : 1 << random(8)
  bytes[place] = (bytes[place] as number) ^ bit
  writeFileSync(path, bytes)
  return { folder: state, file, what: `byte ${place} of ${size} changed by ${bit}`, isSuperseded: file === 'replica.db' && (place < 8 || (state === 'cut' && place < 4096)) }
}

/** What came of the damages. */
export interface Outcome {
  cases: number
  /** Every answer was the truth and nothing was found wrong: by file. */
  readonly harmless: Record<string, number>
  /** The replica did not open, and said that it is damaged. */
  refusedToOpen: number
  /** It opened, and said so before or instead of an answer that would have rested on the damage. */
  reported: number
  /** True answers from replicas that were damaged elsewhere. */
  trueAnswers: number
  /** Answers that were neither the truth nor a report, and anything else that must not be. */
  readonly wrong: string[]
}

const isReport = (reason: unknown): boolean => reason instanceof ReplicaProblem && reason.kind === 'replica-damaged'

/** Damages copies of the practice and asks each: `cases` of them, by the seed. */
export const runDamages = async (folder: string, options: { readonly cases: number; readonly seed: number; readonly patients: number; readonly progress?: (done: number) => void }): Promise<Outcome> => {
  const practices = await makePractice(folder, options.patients, options.seed)
  const questions = await questionsAbout(practices.closed)
  const random = randomFrom(options.seed + 1)
  const outcome: Outcome = { cases: 0, harmless: {}, refusedToOpen: 0, reported: 0, trueAnswers: 0, wrong: [] }
  const scratch = join(folder, 'scratch')
  for (let number = 0; number < options.cases; number += 1) {
    const state = random(5) < 2 ? 'cut' : 'closed'
    rmSync(scratch, { recursive: true, force: true })
    cpSync(practices[state], scratch, { recursive: true })
    const done = damage(random, scratch, state)
    const wrong = (what: string): void => void outcome.wrong.push(`case ${number} (${done.folder} ${done.file}, ${done.what}): ${what}`)
    // In every second case somebody saves something first, and the replica is closed and opened between.
    const rounds = random(2) + 1
    let reports = 0
    for (let round = 0; round < rounds && reports === 0; round += 1) {
      let replica: Replica
      try {
        replica = await open(scratch)
      } catch (reason) {
        if (isReport(reason)) outcome.refusedToOpen += 1
        else wrong(`opening: ${String(reason)}`)
        reports = -1
        break
      }
      replica.onDamage(() => (reports += 1))
      if (random(2) === 0) await new Promise((resume) => setTimeout(resume, 20))
      if (rounds === 2 && round === 0) await replica.local.put('scratch', 'one', { text: 'x' }).catch((reason: unknown) => (isReport(reason) ? (reports += 1) : wrong(`saving: ${String(reason)}`)))
      const order = questions.map((question) => ({ question, at: random(1000) })).sort((left, right) => left.at - right.at)
      for (const { question } of round === 0 && rounds === 2 ? order.slice(0, 3) : order) {
        // What was saved meanwhile is in these.
        if (rounds === 2 && (question.name === 'all documents' || question.name === 'changes')) continue
        try {
          const answer = JSON.stringify(await question.ask(replica))
          if (answer === question.truth) outcome.trueAnswers += 1
          else wrong(`${question.name} answered ${answer.slice(0, 200)} instead of ${question.truth.slice(0, 200)}`)
        } catch (reason) {
          if (isReport(reason)) reports += 1
          else wrong(`${question.name}: ${String(reason)}`)
        }
      }
      await replica.lookedOver()
      await replica.close().catch((reason: unknown) => wrong(`closing: ${String(reason)}`))
    }
    outcome.cases += 1
    // The log and the files beside the database have room in which nothing lies; the database has none.
    if (reports === 0 && done.file === 'replica.db' && !done.isSuperseded) wrong('was never noticed')
    if (reports > 0) outcome.reported += 1
    if (reports === 0) outcome.harmless[done.file] = (outcome.harmless[done.file] ?? 0) + 1
    if (number % 100 === 99) options.progress?.(number + 1)
  }
  return outcome
}

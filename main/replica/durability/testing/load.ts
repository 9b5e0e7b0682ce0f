import { writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { BulkWriteRow } from 'rxdb'
import type { Envelope } from '../../../../shared/records/envelope'
import { openReplica, type Replica, ReplicaProblem } from '../../index'
import { newRecordId } from '../../records/identifier'
import { digestOf, type Marks, type Said } from './said'
import { randomFrom } from './random'

/*
 * A workstation of its own process that writes until it is killed: `load <folder> <seed> <first number>`. Four people work
 * at once; each changes only what is theirs, so that what was acknowledged last is what must be there. Sizes vary
 * from a few hundred bytes to some hundred kilobytes a write, and now and then the practice is closed and opened again:
 * a kill may fall into a commit, into a checkpoint, into opening or into closing.
 */
const [, , folder = '', seed = '0', first = '0'] = process.argv
const random = randomFrom(Number(seed))
const people = 4

const say = (said: Said): void => {
  let rest = Buffer.from(`${JSON.stringify(said)}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (reason) {
      if ((reason as { code?: unknown }).code !== 'EAGAIN') throw reason
    }
  }
}

let writes = Number(first)
let replica: Replica

const patient = (mark: string, size: number) => ({ resourceType: 'Patient' as const, name: [{ family: mark.replace('.', 'x'), given: ['Ada', mark], text: mark }], extension: [{ url: 'x', valueString: 'x'.repeat(size) }] })

/** Says what it is about to do, does it, and says what was acknowledged. */
const act = async (marks: Marks, whole: boolean, work: (marks: Marks) => Promise<Readonly<Record<string, unknown>>>): Promise<void> => {
  const write = (writes += 1)
  const named = Object.fromEntries(Object.entries(marks).map(([id, mark]) => [id, mark === null ? null : `${write}.${mark}`]))
  say({ say: 'begin', write, marks: named, whole })
  const done = await work(named)
  say({ say: 'done', write, digests: Object.fromEntries(Object.entries(done).map(([id, document]) => [id, document === null ? null : digestOf(document)])) })
}

/** One person: their own patients and drafts. */
const person = (number: number) => {
  const mine: string[] = []
  const size = (): number => random.pick([0, 0, 200, 800, 800, 3000, 20_000])

  const add = async (many: number): Promise<void> => {
    const ids = Array.from({ length: many }, () => newRecordId(Date.now()))
    await act(Object.fromEntries(ids.map((id, place) => [id, String(place)])), true, async (marks) => {
      const bytes = many > 50 ? 800 : size()
      const added = await replica.records.addAll(ids.map((id) => ({ type: 'Patient' as const, resource: { ...patient(marks[id] ?? '', bytes), id } })), 'system')
      return Object.fromEntries(added.map((envelope) => [envelope.id, envelope]))
    })
    mine.push(...ids)
  }
  const revise = async (): Promise<void> => {
    if (mine.length === 0) return add(1)
    const id = random.pick(mine)
    await act({ [id]: '0' }, true, async (marks) => {
      const mark = marks[id] ?? ''
      const bytes = size()
      return { [id]: await replica.records.revise('Patient', id, () => patient(mark, bytes), 'system') }
    })
  }
  /** As sync does it when the centre took records away. */
  const takeAway = async (): Promise<void> => {
    const ids = mine.splice(0, 1 + random(3))
    if (ids.length === 0) return
    await act(Object.fromEntries(ids.map((id) => [id, null])), true, async () => {
      const storage = replica.collection.storageInstance
      const rows = (await storage.findDocumentsById(ids, false)).map((previous): BulkWriteRow<Envelope> => ({ previous, document: { ...previous, _deleted: true } }))
      const { error } = await storage.bulkWrite(rows, 'test')
      if (error.length > 0) throw new Error('a document could not be taken away')
      return Object.fromEntries(ids.map((id) => [id, null]))
    })
  }
  const draft = async (): Promise<void> => {
    const id = `${number}-${random(6)}`
    const isGone = random(5) === 0
    await act({ [`local/${id}`]: isGone ? null : '0' }, true, async (marks) => {
      if (isGone) {
        await replica.local.remove('draft', id)
        return { [`local/${id}`]: null }
      }
      return { [`local/${id}`]: await replica.local.put('draft', id, { mark: marks[`local/${id}`], text: 'x'.repeat(size()) }) }
    })
  }
  const work = (): Promise<void> => {
    switch (random(12)) {
      case 0: case 1: case 2: return add(1)
      case 3: return add(2 + random(8))
      case 4: return random(4) === 0 ? add(300 + random(500)) : add(30)
      case 5: return takeAway()
      case 6: case 7: return draft()
      default: return revise()
    }
  }
  return { mine, work }
}

const open = async (): Promise<void> => {
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
  say({ say: 'open' })
}

const run = async (): Promise<void> => {
  const staff = Array.from({ length: people }, (_, number) => person(number))
  await open()
  const known = await replica.records.find('Patient', { limit: 400 })
  // Whose they were in an earlier life does not matter; who changes them in this one does.
  known.forEach(({ id }, place) => staff[place % people]?.mine.push(id))
  const shift = async (each: (typeof staff)[number], acts: number): Promise<void> => {
    for (let act = 0; act < acts; act += 1) {
      await each.work()
      if (random(40) === 0) await wait(random(10))
    }
  }
  const counting = async (acts: number): Promise<void> => {
    for (let act = 0; act < acts; act += 1) {
      say({ say: 'count', begun: true })
      say({ say: 'count', begun: false, number: await replica.local.nextNumber('patient') })
    }
  }
  for (;;) {
    const acts = 3 + random(30)
    await Promise.all([...staff.map((each) => shift(each, acts)), counting(acts)])
    if (random(4) === 0) await replica.collection.storageInstance.cleanup(0)
    if (random(3) > 0) continue
    say({ say: 'closing' })
    await replica.close()
    await open()
  }
}

run().catch((reason: unknown) => {
  say({ say: 'problem', kind: reason instanceof ReplicaProblem ? `${reason.kind}: ${reason.message}` : String(reason instanceof Error ? reason.stack : reason) })
  process.exit(1)
})

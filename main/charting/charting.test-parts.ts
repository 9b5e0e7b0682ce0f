import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFinder, openReplica, type Replica } from '../replica'
import { type Actor, type Charting, openCharting } from '.'

/** Charting over records of its own on disk, with the patient search. */
export interface TestCharting {
  readonly replica: Replica
  readonly charting: Charting
  /** Somebody who works here. */
  person(name: string): Promise<Actor>
  close(): Promise<void>
}

/** Opens a {@link TestCharting} whose clock is `now`, milliseconds since 1970. */
export const openTestCharting = async (now: () => number): Promise<TestCharting> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-charting-'))
  const replica = await openReplica({ folder, key: new Uint8Array(randomBytes(32)), practice: '01ARZ3NDEKTSV4RRFFQ69G5FAV', station: 'A', now })
  const finder = await openFinder(replica)
  const charting = openCharting({ replica, now, finder })
  return {
    replica,
    charting,
    person: async (name) => ({ practitioner: (await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: name }] }, 'system')).id }),
    close: async () => {
      await charting.close()
      finder.close()
      await replica.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

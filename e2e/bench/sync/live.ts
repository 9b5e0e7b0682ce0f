import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import type { Patient } from 'fhir/r4'
import { openReplica } from '../../../main/replica'
import { openSync, type ServerAddress } from '../../../main/sync'
import { practice } from './subject'

const many = 200

const person = (family: string, number: string): Patient => ({
  resourceType: 'Patient', active: true, gender: 'female', birthDate: '1980-01-01', identifier: [{ system: 'urn:outpost:patient-number', value: number }],
  name: [{ use: 'official', family, given: ['Amina'] }],
})

/** Milliseconds from a write on one workstation to the answer of a query on another that shows it, each by itself. */
export const measureLive = async ({ folder, address }: { readonly folder: string; readonly address: ServerAddress }): Promise<number[]> => {
  const stations = await Promise.all(
    ['A', 'B'].map(async (station) => {
      const place = join(folder, station)
      mkdirSync(place, { recursive: true })
      const replica = await openReplica({ folder: place, key: new Uint8Array(32).fill(7), practice: practice.id, station })
      const sync = await openSync({ replica, practice, announce: () => undefined })
      const set = await sync.configure(address)
      if (!set.ok) throw new Error(set.problem.kind)
      await sync.pass()
      return { replica, sync }
    }),
  )
  const [a, b] = stations
  if (!a || !b) throw new Error('two workstations are needed')
  const ways: number[] = []
  for (let n = 0; n < many; n++) {
    const family = `Family${n}`
    const shown = new Promise<number>((resolve) => {
      const watching = b.replica.records.changes().subscribe(({ type }) => {
        if (type !== 'Patient') return
        void b.replica.records.find('Patient', { where: { family: { prefix: family.toLowerCase() } }, limit: 1 }).then((found) => {
          if (found.length === 0) return
          watching.unsubscribe()
          resolve(performance.now())
        })
      })
    })
    const started = performance.now()
    await a.replica.records.add('Patient', person(family, `A-${n}`), 'nurse')
    ways.push((await shown) - started)
    // Not in step with anything: as people work.
    await new Promise((next) => setTimeout(next, 5 + ((n * 7) % 40)))
  }
  for (const { sync, replica } of stations) {
    await sync.close()
    await replica.close()
  }
  return ways
}

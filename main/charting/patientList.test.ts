import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openReplica } from '../replica'
import { openCharting } from '.'

it('A43: pages by name and by birth date go through everybody once; who has no birth date comes last, whichever way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-list-'))
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(5), practice: '01HZZZZZZZZZZZZZZZZZZZZZZP', station: 'A' })
  const charting = openCharting({ replica, finder: { find: async () => [], candidatesFor: async () => [] } })
  try {
    const people = [['Bello', '1990-01-31'], ['Zulu', undefined], ['abebe', '2001'], ['Ångström', '1945-07-14'], ['Dlamini', undefined], ['Çelik', '1990-02-01'], ['Botha', '1990-01-31']] as const
    await replica.records.addAll(people.map(([family, birthDate]) => ({ type: 'Patient', resource: { resourceType: 'Patient', name: [{ family }], ...(birthDate && { birthDate }) } })), 'system')
    const walk = async (sort: 'name' | 'born', order: 'ascending' | 'descending', limit: number) => {
      const found: string[] = []
      for (;;) {
        const { patients, total } = await charting.listPatients({ skip: found.length, limit, sort, order })
        expect(total).toBe(people.length)
        found.push(...patients.map(({ family }) => family))
        if (patients.length < limit || found.length >= total) return found
      }
    }
    expect(await walk('name', 'ascending', 3)).toEqual(['abebe', 'Ångström', 'Bello', 'Botha', 'Çelik', 'Dlamini', 'Zulu'])
    expect(await walk('name', 'descending', 2)).toEqual(['Zulu', 'Dlamini', 'Çelik', 'Botha', 'Bello', 'Ångström', 'abebe'])
    const upwards = await walk('born', 'ascending', 2)
    expect([upwards[0], upwards[3], upwards[4]]).toEqual(['Ångström', 'Çelik', 'abebe'])
    expect(upwards.slice(5).sort()).toEqual(['Dlamini', 'Zulu'])
    const downwards = await walk('born', 'descending', 4)
    expect(downwards[0]).toBe('abebe')
    expect(downwards.slice(5).sort()).toEqual(['Dlamini', 'Zulu'])
  } finally {
    await charting.close()
    await replica.close()
    await rm(folder, { recursive: true, force: true })
  }
})

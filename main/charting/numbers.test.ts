import { describe, expect, it } from 'vitest'
import { systems } from '../../shared/records/systems'
import { all, afterwards, inStep, login, openStation, startHub, type Station } from '../sync/clinic.test-parts'
import { openCharting } from '.'

const each = 500
const receptionist = { practitioner: '01BX5ZZKBKACTAV9WEVGEMMVRZ' }

/** Registers so many patients, some at the same time, as a busy desk with two windows does; answers the numbers that were said. */
const registerMany = async ({ replica }: Station): Promise<string[]> => {
  const charting = openCharting({ replica, finder: { find: async () => [], candidatesFor: async () => [] } })
  afterwards(() => charting.close())
  const numbers: string[] = []
  for (let done = 0; done < each; done += 10) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_each, index) => charting.registerPatient({ key: `register-${replica.station}-${done + index}`, family: `Okonkwo${done + index}`, given: 'Adaeze', gender: 'female' }, receptionist)),
    )
    for (const answer of answers) if (answer.ok) numbers.push(answer.value.number)
  }
  return numbers
}

describe('two workstations that are apart', () => {
  it('A2: register 500 patients each; together they have 1,000 different numbers, and none was changed', async () => {
    const [a, b] = [await openStation('A'), await openStation('B')]
    const said = (await Promise.all([registerMany(a), registerMany(b)])).flat()
    expect(new Set(said).size).toBe(2 * each)
    const server = await startHub()
    for (const { sync } of [a, b]) expect(await sync.configure(login(server.url))).toMatchObject({ ok: true })
    await inStep(a, b)
    for (const station of [a, b]) {
      const numbers = (await all(station)).map(({ resource }) => 'identifier' in resource ? resource.identifier?.find(({ system }) => system === systems.patientNumber)?.value : undefined)
      expect(numbers.sort()).toEqual([...said].sort())
    }
  })
})

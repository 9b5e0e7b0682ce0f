import { expect, it } from 'vitest'
import { compareDigests, type Digests, openDigests } from '../replica'
import { afterwards, inStep, login, openStation, person, startHub, type Station, until } from './clinic.test-parts'

const digestsOf = ({ replica }: Station): Digests => {
  const digests = openDigests(replica.collection)
  afterwards(() => digests.close())
  return digests
}

it('two workstations agree after their exchange, and the one record that a cut line kept back is named', async () => {
  const server = await startHub()
  const [a, b] = [await openStation('A'), await openStation('B')]
  const [ofA, ofB] = [digestsOf(a), digestsOf(b)]
  for (const station of [a, b]) expect((await station.sync.configure(login(server.url))).ok).toBe(true)
  for (let index = 0; index < 30; index += 1) await (index % 3 === 0 ? b : a).replica.records.add('Patient', person(`F${index}`, `A-${index}`), 'nurse')
  await inStep(a, b)
  // Each changes one that the other may have changed too: a merge is alike on both.
  const [first] = await a.replica.records.find('Patient', { limit: 1 })
  const id = first?.id ?? ''
  await Promise.all([
    a.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other' }), 'nurse'),
    b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1990-01-01' }), 'nurse'),
  ])
  await inStep(a, b)
  await until('the digests agree', async () => (await compareDigests(ofA, ofB)).equal)
  const days = await ofA.days()
  expect(days.reduce((sum, { count }) => sum + count, 0)).toBe(await a.replica.records.count('Patient') + await a.replica.records.count('Task'))

  await server.stop()
  await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, active: false }), 'nurse')
  expect((await compareDigests(ofA, ofB)).documents).toEqual([{ id, found: 'differs' }])
  await server.start()
  await until('in step again', async () => (await a.sync.pass()).ok && (await b.sync.pass()).ok)
  await inStep(a, b)
  expect(await compareDigests(ofA, ofB)).toEqual({ equal: true, days: [], documents: [] })
})

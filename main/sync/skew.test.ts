import type { Patient } from 'fhir/r4'
import { expect, test } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openReplica } from '../replica'
import { openSync, type Sync } from '.'
import { afterwards, clinic, folder, inStep, login, person, startHub, until, type Station } from './clinic.test-parts'

hashQuickly()

const hour = 3_600_000

const stationWithClock = async (prefix: string, skewMs: number): Promise<Station> => {
  const now = () => Date.now() + skewMs
  const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(prefix.charCodeAt(0)), practice: clinic.id, station: prefix, now })
  const sync: Sync = await openSync({ replica, practice: clinic, announce: () => undefined, now, pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
  afterwards(async () => {
    await sync.close()
    await replica.close()
  })
  return { replica, sync, states: [] }
}
const arrived = (station: Station, id: string) => until('arrival', async () => (await station.replica.records.get('Patient', id)) !== undefined)

test('a PC whose clock is three hours wrong is told of it, and every correction sorts after what it corrects, wherever it was made', async () => {
  const server = await startHub()
  const [fast, right, slow] = [await stationWithClock('A', 3 * hour), await stationWithClock('B', 0), await stationWithClock('C', -3 * hour)]
  for (const station of [fast, right, slow]) expect((await station.sync.configure(login(server.url))).ok).toBe(true)
  const { id } = await fast.replica.records.add('Patient', person('Oyelaran', 'A-000001'), 'reception')
  const written: string[] = []
  for (const [step, station] of [slow, right, fast, slow, right].entries()) {
    await arrived(station, id)
    await until('the one before', async () => (await station.replica.records.get('Patient', id))?.prior.length === step)
    const revised = await station.replica.records.revise('Patient', id, (patient: Patient) => ({ ...patient, birthDate: `1980-01-1${step}` }), 'nurse')
    written.push(revised.at)
  }
  expect(written).toEqual([...written].sort())
  // What one saw before it wrote sorts before what it wrote, also of two records.
  const after = await slow.replica.records.add('Patient', person('Balogun', 'C-000001'), 'reception')
  expect(after.at > (written.at(-2) ?? '')).toBe(true)
  await inStep(fast, right)
  await inStep(right, slow)
  for (const station of [fast, right, slow]) {
    expect((await station.replica.records.get('Patient', id))?.resource.birthDate).toBe('1980-01-14')
    expect((await station.replica.records.find('Patient')).map(({ id: each }) => each)).toEqual([after.id, id])
  }
  expect(fast.sync.state().skewMs).toBeGreaterThan(3 * hour - 2_000)
  expect(slow.sync.state().skewMs).toBeLessThan(-3 * hour + 2_000)
  expect(right.sync.state()).not.toHaveProperty('skewMs')
})

test('a date of birth is the same day at every workstation, in whatever time zone it stands', async () => {
  const server = await startHub()
  const zone = process.env['TZ']
  afterwards(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })
  const one = await stationWithClock('A', 0)
  await one.sync.configure(login(server.url))
  const { id } = await one.replica.records.add('Patient', { ...person('Achebe', 'A-000001'), birthDate: '1984-03-02' }, 'reception')
  for (const [place, prefix] of [['Pacific/Kiritimati', 'B'], ['Pacific/Niue', 'C']] as const) {
    process.env['TZ'] = place
    const other = await stationWithClock(prefix, 0)
    await other.sync.configure(login(server.url))
    await arrived(other, id)
    expect((await other.replica.records.get('Patient', id))?.resource.birthDate).toBe('1984-03-02')
    await other.replica.records.revise('Patient', id, (patient: Patient) => ({ ...patient, gender: 'other' }), 'nurse')
    expect((await other.replica.records.find('Patient', { where: { birthdate: '1984-03-02' } })).map(({ id: each }) => each)).toEqual([id])
    await inStep(one, other)
    expect((await one.replica.records.get('Patient', id))?.resource.birthDate).toBe('1984-03-02')
  }
})

import { expect, test, vi } from 'vitest'
import { annotationCode, annotationOf, annotationRecord, annotationsOfStudy, redrawn, removed, type Annotation } from '../../shared/records/imaging-annotation/annotation'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { afterwards, clinic, inStep, openStation, person, until, type Station } from './clinic.test-parts'
import { openTestServer } from './testing/someServer'

hashQuickly()
vi.setConfig({ testTimeout: 60_000 })

const ada = { practitioner: '01JD0000000000000000000ADA', name: 'Dr Ada Test' }
const ben = { practitioner: '01JD0000000000000000000BEN', name: 'Dr Ben Test' }
const study = '1.2.840.1'
const drawing = (revision: string, value: number, by = ada): Annotation['drawing'] => ({
  revision, by, points: [[0, 0], [value, 0]], measured: { basis: 'detector', quantities: [{ name: 'length', value, unit: 'mm' }] },
})

test('D5: a length that was measured here is seen there with author and kind of millimetre; taken away here and drawn anew there without a line, it stands, and nobody is asked', async () => {
  const server = await openTestServer()
  afterwards(() => server.close())
  const { database: _database, ...address } = await server.makePractice(clinic)
  const stations: readonly Station[] = [await openStation('A'), await openStation('B')]
  for (const { sync } of stations) await sync.configure(address)
  const [one, other] = stations as readonly [Station, Station]
  const seen = async ({ replica }: Station) => {
    const found = await replica.records.find('Basic', { where: { identifier: annotationsOfStudy(study), code: annotationCode }, limit: 10 })
    return found.map(({ resource }) => annotationOf(resource))
  }

  const patient = await one.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
  const length: Annotation = { kind: 'length', place: { study, series: '1.2.840.2', instance: '1.2.840.3', frame: 1 }, label: '', drawing: drawing('first', 12.5) }
  const { id } = await one.replica.records.add('Basic', annotationRecord(length, patient.id, '2026-11-21'), ada.practitioner)
  await until('arrival', async () => (await seen(other)).length === 1)
  expect(await seen(other)).toEqual([length])
  await inStep(one, other)

  await server.stop()
  await one.replica.records.revise('Basic', id, (record) => removed(record, ada), ada.practitioner)
  await other.replica.records.revise('Basic', id, (record) => redrawn(record, drawing('second', 14, ben)), ben.practitioner)
  await server.start()
  for (const { sync } of stations) await until('sent', async () => (await sync.pass()).ok && sync.state().waitingOut === 0)
  await inStep(one, other)
  for (const station of stations) {
    expect(await seen(station)).toEqual([{ ...length, drawing: drawing('second', 14, ben) }])
    expect(station.sync.state().reviewItems).toBe(0)
  }
})

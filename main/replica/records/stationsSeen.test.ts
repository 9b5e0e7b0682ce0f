import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { patientOf } from '../../../shared/records/patient/patient'
import { openReplica } from '../index'
import { stationsSeen } from './stationsSeen'

test('the letters of each workstation that registered somebody, or was worked at, are known', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-stations-'))
  const openAs = (station: string) => openReplica({ folder, key: new Uint8Array(32).fill(5), practice: 'clinic', station })
  const registers = async (station: string, numbers: readonly string[]) => {
    const replica = await openAs(station)
    await replica.records.addAll(numbers.map((number) => ({ type: 'Patient' as const, resource: patientOf({ family: 'Okonkwo', given: 'Ada', gender: 'female' }, number) })), 'system')
    await replica.close()
  }
  await registers('AB', Array.from({ length: 30 }, (_none, n) => `AB-${String(n).padStart(6, '0')}`))
  await registers('B', ['B-000001', 'B-000002', 'BZ-000001', '19800504-7', 'b-000001'])
  const consulting = await openAs('K')
  await consulting.records.add('AuditEvent', { resourceType: 'AuditEvent', type: { code: 'x' }, recorded: '2026-11-21T10:00:00Z', agent: [{ requestor: true }], source: { observer: {} } }, 'system')
  await consulting.close()
  const hub = await openAs('H')
  expect(await stationsSeen(hub)).toEqual(['AB', 'B', 'BZ', 'H', 'K'])
  await hub.close()
  await rm(folder, { recursive: true, force: true })
})

import { expect, test } from 'vitest'
import { openStation, person } from './clinic.test-parts'
import { compositionOf } from './purge.test-parts'
import { namesForEntries } from './entryNames'

test('a list of records names people, but no patient to somebody who may not know whom the practice treats', async () => {
  const { replica } = await openStation('A')
  const nurse = await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ family: 'Eze', given: ['Ada'] }] }, 'system')
  const patient = await replica.records.add('Patient', person('Achebe', 'A-1'), nurse.id)
  const note = await replica.records.add('Composition', compositionOf(patient.id, '01VISIT0000000000000000000', '2026-11-21', 'Better today'), nurse.id)
  const device = await replica.records.add('Device', { resourceType: 'Device' }, 'system')
  const entries = [patient, note, device].map(({ id, author }) => ({ id, author })).concat({ id: '01NOWHERE00000000000000000', author: 'nobody' })
  const whom = { id: patient.id, name: 'ACHEBE, Amina' }
  expect(await namesForEntries(replica, entries, true)).toEqual([
    { id: patient.id, author: 'EZE, Ada', patient: whom },
    { id: note.id, author: 'EZE, Ada', patient: whom },
    { id: device.id, author: 'system' },
    { id: '01NOWHERE00000000000000000', author: 'nobody' },
  ])
  for (const entry of await namesForEntries(replica, entries, false)) expect(entry).not.toHaveProperty('patient')
})

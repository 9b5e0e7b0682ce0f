import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { recordTypes } from '../../../shared/records/envelope'
import { canonical, type Json } from '../../../shared/records/mergeFields'
import { openReplica, type Replica } from '../index'
import { firstRelease, firstReleaseFolder } from './fixtures.test-parts'

const openIn = (folder: string): Promise<Replica> =>
  openReplica({ folder, key: new Uint8Array(Buffer.from(firstRelease.replicaKey, 'hex')), practice: firstRelease.practice.id, station: firstRelease.station })

const without = new Set(firstRelease.afterKill)

/** As the first release summed up what it had written. */
const sumOf = async ({ records }: Replica): Promise<{ readonly counts: Record<string, number>; readonly sha256: string }> => {
  const counts: Record<string, number> = {}
  const hash = createHash('sha256')
  for (const type of recordTypes) {
    const found = (await records.find(type)).filter(({ id }) => !without.has(id)).sort((one, other) => (one.id < other.id ? -1 : 1))
    // A type that came later counts only where there is one.
    if (found.length > 0 || Object.hasOwn(firstRelease.counts, type)) counts[type] = found.length
    for (const { rev: _rev, ...record } of found) hash.update(canonical(record as unknown as Json))
  }
  return { counts, sha256: hash.digest('hex') }
}

describe('A data folder of the first release', () => {
  it('opens with every record as it was written', async () => {
    const replica = await openIn(firstReleaseFolder())
    expect(await sumOf(replica)).toEqual({ counts: firstRelease.counts, sha256: firstRelease.sha256 })
    await replica.close()
  })

  it('opens after its process was killed in the middle, with what had been acknowledged', async () => {
    const replica = await openIn(firstReleaseFolder('killed'))
    expect(await sumOf(replica)).toEqual({ counts: firstRelease.counts, sha256: firstRelease.sha256 })
    for (const id of firstRelease.afterKill) {
      const patient = await replica.records.get('Patient', id)
      expect(patient?.resource.birthDate).toBe('1990-02-03')
      expect(patient?.prior).toHaveLength(1)
    }
    await replica.close()
  })

  it('goes on as a replica: written, closed and opened again', async () => {
    const folder = firstReleaseFolder('killed')
    const replica = await openIn(folder)
    const before = await replica.records.get('Patient', firstRelease.patient)
    await replica.records.revise('Patient', firstRelease.patient, (patient) => ({ ...patient, gender: 'other' }), 'system')
    await replica.close()
    const again = await openIn(folder)
    const after = await again.records.get('Patient', firstRelease.patient)
    expect(after?.resource.gender).toBe('other')
    expect(after?.prior).toHaveLength((before?.prior.length ?? 0) + 1)
    await again.close()
  })
})

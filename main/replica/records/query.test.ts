import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordType } from '../../../shared/records/envelope'
import { openReplica, type RecordQuery, type Replica } from '../index'
import type { Bound, EncryptedFile, Row } from '../storage/encryptedFile'

let folder: string
let replica: Replica
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'query-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
})
afterAll(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

/** How SQLite goes about a query, in its own words; joining what was found into one text is not part of it. */
const planOf = async (type: RecordType, query?: RecordQuery): Promise<string> => {
  const { file } = replica.collection.storageInstance.internals as { file: EncryptedFile }
  const asked: [string, readonly Bound[]][] = []
  const all = file.all.bind(file)
  file.all = (sql: string, ...bound: readonly Bound[]): Row[] => {
    asked.push([sql, bound])
    return all(sql, ...bound)
  }
  await replica.records.find(type, query)
  file.all = all
  return asked.flatMap(([sql, bound]) => all(`EXPLAIN QUERY PLAN ${sql}`, ...bound).map((row) => String(row[3]))).filter((step) => !step.includes('(subquery-1)')).join('; ')
}

describe('queries of the screens', () => {
  const newest = { by: 'date', order: 'descending' } as const
  it.each<[string, RecordType, RecordQuery | undefined, RegExp]>([
    ['newest patients', 'Patient', { limit: 50 }, /\(type=\?\)$/],
    ['patients by family', 'Patient', { where: { family: { prefix: 'mok' } }, sort: { by: 'family', order: 'ascending' } }, /\(type=\? AND search\.family>\? AND search\.family<\?\)$/],
    ['a page of patients by name', 'Patient', { where: { family: { from: '' } }, sort: { by: 'family', order: 'descending' }, skip: 10_000, limit: 50 }, /\(type=\? AND search\.family>\?\)$/],
    ['a page of patients by birth date', 'Patient', { where: { birthdate: { from: '' } }, sort: { by: 'birthdate', order: 'ascending' }, limit: 50 }, /\(type=\? AND search\.birthdate>\?\)$/],
    ['a patient by number', 'Patient', { where: { identifier: 'A-000123' } }, /\(type=\? AND search\.identifier=\?\)/],
    ['patients born on a day', 'Patient', { where: { birthdate: '1945-07-14' } }, /\(type=\? AND search\.birthdate=\?\)/],
    ['a chart, newest first', 'Observation', { where: { subject: 'x' }, sort: newest }, /\(type=\? AND search\.subject=\?\)$/],
    ['a chart as written', 'Observation', { where: { subject: 'x' } }, /\(type=\? AND search\.subject=\?\)/],
    ['a flowsheet row', 'Observation', { where: { subject: 'x', code: '8867-4' }, limit: 5 }, /\(type=\? AND search\.subject=\?\)/],
    ['a visit', 'Composition', { where: { encounter: 'x' } }, /\(type=\? AND search\.encounter=\?\)/],
    ['an order by accession number', 'ServiceRequest', { where: { identifier: 'A26000001' } }, /\(type=\? AND search\.identifier=\?\)/],
    ['open orders', 'ServiceRequest', { where: { status: 'active' } }, /\(search\.status=\?\)$/],
    ['the alarms of the practice, newest first', 'Communication', { where: { code: 'critical-alert' }, sort: newest, limit: 2_000 }, /\(search\.code=\?\)$/],
    ['a patient’s alarms', 'Communication', { where: { subject: 'x', code: { in: ['critical-alert', 'signed-off'] } }, sort: newest, limit: 2_000 }, /\(type=\? AND search\.subject=\?\)$/],
    ['a patient’s last alarm', 'Communication', { where: { subject: 'x', code: 'critical-alert' }, sort: newest, limit: 1 }, /\(type=\? AND search\.subject=\?\)$/],
    ['sign-offs of a day', 'Communication', { where: { code: 'signed-off', date: { from: '2026-11-21', to: '2026-11-21' } }, sort: newest }, /\(search\.code=\? AND search\.date>\? AND search\.date<\?\)$/],
    ['the rosters of the practice', 'Basic', { where: { code: 'roster' }, limit: 20 }, /\(search\.code=\?\)$/],
    ['a patient’s plans', 'Basic', { where: { subject: 'x', code: 'plan' }, sort: newest, limit: 5 }, /\(type=\? AND search\.subject=\?\)$/],
    ['a day of the audit trail', 'AuditEvent', { where: { date: { from: '2026-11-21', to: '2026-11-21' } }, sort: newest }, /\(type=\? AND search\.date>\? AND search\.date<\?\)$/],
  ])('looks up %s by an index', async (_, type, query, expected) => {
    const plan = await planOf(type, query)
    expect(plan.split('; USE TEMP B-TREE')[0]).toMatch(expected)
    expect(plan).not.toMatch(/SCAN/)
  })
})

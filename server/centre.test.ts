import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { backUpCentre, CentreProblem, inviteStation, listStations, openCouch, provision, removeExpired, restoreCentre, revokeStation, verifyCentreBackup } from '.'
import { openTestCentre, type TestCentre } from './testing/someCentre'

hashQuickly()

const practice = { id: '01CENTREPRACTICE0000000000', name: 'Hill Clinic', training: false }
const database = `outpost-${practice.id.toLowerCase()}`
const now = Date.parse('2026-11-21T10:00:00Z')

let centre: TestCentre
let folder: string
beforeEach(async () => {
  centre = await openTestCentre([practice.id])
  folder = mkdtempSync(join(tmpdir(), 'outpost-centre-'))
})
afterEach(async () => {
  await centre.close()
  rmSync(folder, { recursive: true, force: true })
})

const problem = async (work: Promise<unknown>): Promise<CentreProblem> => {
  const error = await work.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof CentreProblem)) throw error ?? new Error('it was done')
  return error
}
const soon = (holds: () => Promise<void>) => vi.waitFor(holds, { timeout: 30_000, interval: 100 })
const outcomes = async (wanted: Parameters<typeof provision>[1] = practice) => (await provision(centre.couch, wanted)).map(({ what, outcome }) => `${outcome} ${what}`)
const idOf = (n: number) => `01CENTREPATIENT${String(n).padStart(11, '0')}`
const record = (n: number, more: object = {}) => ({
  _id: idOf(n), id: idOf(n), type: 'Patient', practice: practice.id, resource: { resourceType: 'Patient', id: idOf(n), name: [{ family: 'Nakamura-Obi' }] }, author: 'nurse', station: 'A', at: `2026-11-21T10:00:00.000Z-${n.toString(16).padStart(4, '0')}-A`, prior: [], ...more,
})
const write = (docs: readonly object[], more: object = {}) => centre.couch.must('POST', `/${database}/_bulk_docs`, { docs, ...more }) as unknown as Promise<{ id: string; rev?: string; error?: string; reason?: string }[]>

describe('a practice is set up on the centre', () => {
  test('one run makes everything, the second changes nothing', async () => {
    const first = await outcomes({ ...practice, stations: ['A'] })
    expect(first).toContain(`made database ${database}`)
    expect(first.map((line) => line.split(' ').slice(1).join(' '))).toContain(`database ${database}-blobs`)
    expect((await outcomes({ ...practice, stations: ['A'] })).every((line) => line.startsWith('same'))).toBe(true)
    expect(await centre.couch.must('GET', `/${database}/_security`)).toEqual({ admins: { names: [], roles: ['_admin'] }, members: { names: [], roles: [database] } })
    expect(await centre.couch.must('GET', `/${database}/outpost:practice`)).toMatchObject({ practice: practice.id, name: 'Hill Clinic', training: false, epoch: expect.stringMatching(/^[0-9a-f]{24}$/) })
  })

  test('what somebody changed by hand is put right, and nothing else is touched; stations and records stay', async () => {
    await provision(centre.couch, { ...practice, stations: ['A'] })
    await write([record(1)])
    const mark = await centre.couch.must('GET', `/${database}/outpost:practice`)
    await centre.couch.must('PUT', `/${database}/_security`, { admins: { names: [], roles: [] }, members: { names: [], roles: [] } })
    const rules = await centre.couch.must('GET', `/${database}/_design/outpost`)
    await centre.couch.must('PUT', `/${database}/_design/outpost`, { ...rules, validate_doc_update: 'function () {}' })
    const again = await outcomes({ ...practice, name: 'Hill Clinic and Maternity', stations: ['B'] })
    expect(again.filter((line) => !line.startsWith('same')).sort()).toEqual([`changed mark of ${database}`, `changed mark of ${database}-blobs`, `changed members of ${database}`, 'changed rules for files', 'changed rules for records'].sort())
    expect(await centre.couch.must('GET', `/${database}/_design/outpost`)).toMatchObject({ outpost: { practice: practice.id, stations: ['A', 'B'] } })
    expect(await centre.couch.must('GET', `/${database}/outpost:practice`)).toMatchObject({ name: 'Hill Clinic and Maternity', epoch: mark['epoch'] })
    expect(await centre.couch.must('GET', `/${database}/${idOf(1)}`)).toMatchObject({ id: idOf(1) })
  })

  test('another practice’s database, or a training practice’s, is left alone', async () => {
    await provision(centre.couch, { ...practice })
    expect(await problem(provision(centre.couch, { ...practice, id: '01CENTREPRACTICE0000000001', database }))).toMatchObject({ kind: 'conflict' })
    expect(await problem(provision(centre.couch, { ...practice, training: true }))).toMatchObject({ kind: 'conflict' })
  })

  test('a wrong password, a server that is none, nobody there: said in one line', async () => {
    expect(await problem(provision(openCouch({ url: centre.couch.url, user: 'admin', password: 'wrong' }), practice))).toMatchObject({ kind: 'refused' })
    expect(await problem(provision(openCouch({ url: 'http://127.0.0.1:1', user: 'admin', password: 'x' }), practice))).toMatchObject({ kind: 'unreachable' })
  })
})

describe('workstations are let in and shut out', () => {
  const signIn = async (user: string, password: string) => {
    const response = await fetch(`${centre.couch.url}/_session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: user, password }) })
    return { status: response.status, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
  }
  const asWorkstation = async (cookie: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${centre.couch.url}${path}`, { method, headers: { cookie, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> & { error?: string; reason?: string }[] }
  }

  test('an enrolled workstation reads and writes its practice’s database, and sees no other', async () => {
    await provision(centre.couch, practice)
    const { user, password, url } = await inviteStation(centre.couch, { practice: practice.id, station: 'B', label: 'Ward', now })
    expect(url).toBe(`${centre.couch.url}/${database}`)
    const { cookie } = await signIn(user, password)
    const rows = (await asWorkstation(cookie, 'POST', `/${database}/_bulk_docs`, { docs: [record(1, { station: 'B' }), record(2, { practice: 'another' })] })).body
    expect(rows).toMatchObject([{ id: idOf(1), ok: true }, { id: idOf(2), error: 'forbidden', reason: expect.stringContaining('another practice') }])
    expect((await asWorkstation(cookie, 'GET', `/${database}/${idOf(1)}`)).status).toBe(200)
    expect([401, 403, 404]).toContain((await asWorkstation(cookie, 'GET', '/_users/_all_docs')).status)
    expect((await asWorkstation(cookie, 'PUT', `/${database}/_design/outpost`, { language: 'javascript' })).status).toBeGreaterThanOrEqual(400)
    expect((await fetch(`${centre.couch.url}/${database}`)).status).toBe(401)
    expect(await listStations(centre.couch, practice.id, now)).toMatchObject([{ station: 'B', state: 'invited', label: 'Ward' }])
  })

  test('a prefix has one account; giving it again shuts out whoever had it', async () => {
    await provision(centre.couch, practice)
    const first = await inviteStation(centre.couch, { practice: practice.id, station: 'B', now })
    expect(await problem(inviteStation(centre.couch, { practice: practice.id, station: 'B', now }))).toMatchObject({ kind: 'conflict' })
    const second = await inviteStation(centre.couch, { practice: practice.id, station: 'B', again: true, now })
    await soon(async () => expect((await signIn(second.user, second.password)).status).toBe(200))
    await soon(async () => expect((await signIn(first.user, first.password)).status).toBe(401))
  })

  test('a workstation that is shut out is shut out in the middle of its session; what it wrote stays, and others may bring more of it', async () => {
    await provision(centre.couch, { ...practice, stations: ['A'] })
    const { user, password } = await inviteStation(centre.couch, { practice: practice.id, station: 'B', now })
    const { cookie } = await signIn(user, password)
    await asWorkstation(cookie, 'PUT', `/${database}/${idOf(1)}`, record(1, { station: 'B' }))
    await revokeStation(centre.couch, practice.id, 'B')
    // The nodes of a cluster hear of it one after the other.
    await soon(async () => expect((await asWorkstation(cookie, 'GET', `/${database}/${idOf(1)}`)).status).toBe(401))
    await soon(async () => expect((await signIn(user, password)).status).toBe(401))
    expect(await write([record(2, { station: 'B' })])).toMatchObject([{ ok: true }])
    expect(await problem(revokeStation(centre.couch, practice.id, 'B'))).toMatchObject({ kind: 'not-found' })
  })

  test('a code that nobody used in time is worth nothing, and the prefix is free again', async () => {
    await provision(centre.couch, practice)
    const { user, password } = await inviteStation(centre.couch, { practice: practice.id, station: 'B', minutes: 10, now })
    expect(await removeExpired(centre.couch, practice.id, now + 9 * 60_000)).toEqual([])
    expect(await removeExpired(centre.couch, practice.id, now + 11 * 60_000)).toEqual(['B'])
    await soon(async () => expect((await signIn(user, password)).status).toBe(401))
    await inviteStation(centre.couch, { practice: practice.id, station: 'B', now: now + 12 * 60_000 })
  })
})

describe('the centre is backed up and put back', () => {
  const passphrase = 'a long enough passphrase'

  test('every record, branch and account comes back as it was; what changed since is added by the next run', async () => {
    await provision(centre.couch, { ...practice, stations: ['A'] })
    await inviteStation(centre.couch, { practice: practice.id, station: 'B', now })
    const rows = await write(Array.from({ length: 40 }, (_, n) => record(n)))
    const [first] = rows
    await write([{ ...record(0), at: '2026-11-21T11:00:00.000Z-0000-B', station: 'B', prior: [record(0)], _rev: '2-ffffffffffffffffffffffffffffffff', _revisions: { start: 2, ids: ['ffffffffffffffffffffffffffffffff', first?.rev?.split('-')[1]] } }, { ...record(0), at: '2026-11-21T11:30:00.000Z-0000-A', prior: [record(0)], _rev: '2-eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', _revisions: { start: 2, ids: ['eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', first?.rev?.split('-')[1]] } }], { new_edits: false })
    const whole = await backUpCentre(centre.couch, folder, passphrase, { only: database })
    expect(whole.databases.find(({ name }) => name === database)?.documents).toBeGreaterThanOrEqual(43)
    await write([record(100)])
    const more = await backUpCentre(centre.couch, folder, passphrase, { only: database })
    expect(more.databases.find(({ name }) => name === database)?.documents).toBe(1)
    expect((await backUpCentre(centre.couch, folder, passphrase, { only: database })).databases.find(({ name }) => name === database)?.documents).toBe(0)
    expect((await verifyCentreBackup(folder, passphrase)).databases.find(({ name }) => name === database)?.documents).toBeGreaterThanOrEqual(44)
    const before = await centre.couch.must('GET', `/${database}/_all_docs?include_docs=true&conflicts=true`)
    const members = await centre.couch.must('GET', `/${database}/_security`)

    expect(await problem(restoreCentre(centre.couch, folder, passphrase, database))).toMatchObject({ kind: 'conflict' })
    const fresh = process.env['COUCHDB_URL'] ? centre : await openTestCentre([practice.id])
    try {
      if (fresh === centre) await centre.couch.must('DELETE', `/${database}`)
      await restoreCentre(fresh.couch, folder, passphrase, database)
      const after = await fresh.couch.must('GET', `/${database}/_all_docs?include_docs=true&conflicts=true`)
      expect(after['rows']).toEqual(before['rows'])
      expect(await fresh.couch.must('GET', `/${database}/_security`)).toEqual(members)
      expect((await fresh.couch.must('GET', `/${database}/${idOf(0)}?conflicts=true`))['_conflicts']).toHaveLength(1)
    } finally {
      if (fresh !== centre) await fresh.close()
    }
  })

  test('a backup tells nothing without its passphrase, and a changed byte is found', async () => {
    await provision(centre.couch, { ...practice, stations: ['A'] })
    await write([record(1)])
    await backUpCentre(centre.couch, folder, passphrase, { only: database })
    const files = readdirSync(folder)
    for (const file of files) expect(readFileSync(join(folder, file)).toString('latin1')).not.toMatch(/Nakamura|outpost-01|Hill Clinic/)
    await expect(verifyCentreBackup(folder, 'another passphrase')).rejects.toMatchObject({ kind: 'wrong-key' })
    const segment = files.find((file) => /^[0-9a-f]{24}$/.test(file)) ?? ''
    const bytes = readFileSync(join(folder, segment))
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1
    writeFileSync(join(folder, segment), bytes)
    expect(await problem(verifyCentreBackup(folder, passphrase))).toMatchObject({ kind: 'conflict' })
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestDesign, digestViewPath } from '../shared/records/digestView'
import { createHub, type Hub } from '.'

const practice = { id: '01DAYDIGESTPRACTICE0000000', name: 'Hill Clinic', training: false }
let folder: string
let hub: Hub
let database: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-days-'))
  hub = await createHub({ folder, key: new Uint8Array(32).fill(3) })
  database = await hub.createPracticeDatabase(practice)
  await hub.addUser({ name: 'admin', password: 'admin password', admin: true })
  await hub.addUser({ name: 'other', password: 'other password', databases: [] })
})
afterEach(async () => {
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = async (path: string, { user = 'admin', method = 'GET', body }: { readonly user?: string; readonly method?: string; readonly body?: unknown } = {}) => {
  const response = await fetch(`${hub.url}/${database}/${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${user}:${user} password`).toString('base64')}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as { readonly rows?: readonly { readonly id?: string; readonly key: readonly string[] | null; readonly value: readonly number[] }[]; readonly rev?: string } }
}
const view = (path: readonly string[], query: string) => ask(`${digestViewPath}?startkey=${encodeURIComponent(JSON.stringify(path))}&endkey=${encodeURIComponent(JSON.stringify([...path, {}]))}&${query}`)

const documentOf = (n: number) => {
  const id = `01DAYDIGEST00000000000000${'ABCDEFGHJK'[n % 10]}`.slice(0, 24) + String(n).padStart(2, '0')
  return { _id: id, id, type: 'Patient', practice: practice.id, author: 'nurse', station: 'A', at: `2026-${n % 2 ? '11' : '12'}-0${1 + (n % 3)}T10:00:00.000Z-0000-A`, prior: [], resource: { resourceType: 'Patient', id, name: [{ family: `Adéọlá ${n}` }] } }
}

/** What CouchDB would make of the same documents: the view's own text, run over them. */
const asCouch = (documents: readonly object[], path: readonly string[], depth: number) => {
  const emitted: { key: string[]; value: number[] }[] = []
  const map = runInNewContext(`(${digestDesign.views.days.map})`, { emit: (key: string[], value: number[]) => emitted.push({ key: [...key], value: [...value] }) }) as (doc: object) => void
  const reduce = runInNewContext(`(${digestDesign.views.days.reduce})`) as (keys: null, values: readonly number[][]) => number[]
  documents.forEach((doc) => map(JSON.parse(JSON.stringify(doc))))
  const groups = new Map<string, number[][]>()
  for (const { key, value } of emitted.filter((each) => path.every((step, place) => each.key[place] === step))) groups.set(JSON.stringify(key.slice(0, depth)), [...(groups.get(JSON.stringify(key.slice(0, depth))) ?? []), value])
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, values]) => ({ key: JSON.parse(key) as string[], value: [...reduce(null, values)] }))
}

describe('The hub’s view of the days', () => {
  test('answers as a CouchDB does, at every depth, and follows what is written and taken away', async () => {
    const documents = Array.from({ length: 40 }, (_, n) => documentOf(n))
    await ask('_bulk_docs', { method: 'POST', body: { docs: documents } })
    for (const [path, depth] of [[[], 1], [['2026'], 2], [['2026', '11'], 3], [['2026', '11', '02'], 4], [['2026', '11', '02', '1'], 5]] as const) {
      expect((await view(path, `group_level=${depth}`)).body.rows, path.join()).toEqual(asCouch(documents, path, depth))
    }
    const [gone, kept] = [documents[0], documents.slice(1)]
    const { _rev } = (await ask(gone?._id ?? '')).body as unknown as { _rev: string }
    expect((await ask(`${gone?._id}?rev=${_rev}`, { method: 'DELETE' })).status).toBe(200)
    expect((await view([], 'group_level=1')).body.rows).toEqual(asCouch(kept, [], 1))
    const listed = (await view(['2026', '12'], 'reduce=false&limit=5')).body.rows ?? []
    expect(listed).toHaveLength(5)
    for (const { id, key, value } of listed) expect({ key, value }).toEqual(asCouch(kept.filter((each) => each._id === id), [], 5)[0])
  })

  test('is nobody’s who may not use the database, and takes no question but its own', async () => {
    expect((await ask(`${digestViewPath}?group_level=1`, { user: 'other' })).status).toBe(404)
    for (const query of ['startkey=["2026"]&endkey=["2027"]', 'startkey=5', 'startkey=[1]&endkey=[1,{}]', 'startkey=["1","2","3","4","5","6"]&endkey=["1","2","3","4","5","6",{}]', 'startkey={', 'reduce=maybe', 'group_level=-1']) {
      expect((await ask(`${digestViewPath}?${encodeURI(query)}`)).status, query).toBe(400)
    }
    expect((await ask('_design/outpost-digest/_view/others')).status).toBe(404)
    expect((await ask(digestViewPath, { method: 'DELETE' })).status).toBe(405)
    expect((await ask(digestViewPath)).body).toEqual({ rows: [] })
  })
})

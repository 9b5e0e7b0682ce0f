import { expect, test } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { all, inStep, openStation, person, startServer, until } from './clinic.test-parts'

hashQuickly()

test('A16: ten fast clicks and a push that is sent again give exactly one record, here, on the server and at the other workstation', async () => {
  const server = await startServer()
  const [a, b] = [await openStation('A'), await openStation('B')]
  const clicks = await Promise.all(Array.from({ length: 10 }, () => a.replica.records.add('Patient', person('Oyelaran', 'A-000001'), 'nurse', 'register:one act')))
  expect(new Set(clicks.map(({ id }) => id)).size).toBe(1)
  await a.sync.configure(server.address)
  await b.sync.configure(server.address)
  await until('arrival', async () => (await b.replica.records.count('Patient')) === 1)
  await inStep(a, b)

  // The answer to the push was lost on its way: the same comes to the server once more, as it came first.
  const { user, password, url } = server.address
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, 'content-type': 'application/json' }
  const documents = async () => {
    const answer = (await (await fetch(`${url}/_all_docs?include_docs=true`, { headers })).json()) as { rows: { id: string; doc: Record<string, unknown> }[] }
    return answer.rows.map(({ doc }) => doc).filter((doc) => doc['type'] === 'Patient')
  }
  const [there] = await documents()
  const { _rev, ...asFirst } = there!
  const again = (await (await fetch(`${url}/_bulk_docs`, { method: 'POST', headers, body: JSON.stringify({ docs: [asFirst] }) })).json()) as { error?: string }[]
  expect(again.map(({ error }) => error)).toEqual(['conflict'])
  expect((await documents()).map((doc) => doc['_rev'])).toEqual([_rev])

  // And the click that comes after all of it is still the same act.
  expect((await a.replica.records.add('Patient', person('Oyelaran', 'A-000001'), 'nurse', 'register:one act')).id).toBe(clicks[0]?.id)
  await inStep(a, b)
  expect([(await all(a)).length, (await all(b)).length]).toEqual([1, 1])
})

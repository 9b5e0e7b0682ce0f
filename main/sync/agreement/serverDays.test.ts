import { expect, test } from 'vitest'
import { digestDesignId, digestViewPath } from '../../../shared/records/digestView'
import { ServerProblem, type Server, type ServerRequest } from '../server'
import { NotNow, NotOffered, serverDays } from './serverDays'

/** A server that answers in turn, and remembers what it was asked. */
const answering = (...answers: (object | ServerProblem)[]) => {
  const asked: ServerRequest[] = []
  const next = async (request: ServerRequest) => {
    asked.push(request)
    const answer = answers.shift()
    if (answer instanceof ServerProblem) throw answer
    return answer ?? {}
  }
  const server = { database: 'outpost-x', read: next, ask: async (request: ServerRequest) => next(request) } as unknown as Server
  return { server, asked }
}
const missing = () => new ServerProblem('answered', 404, 'not_found: missing')
const rows = { rows: [{ key: ['2026'], value: [3, 1, 2, 3, 4] }] }

test('asks below a key, and reads the sums', async () => {
  const { server, asked } = answering(rows)
  expect(await serverDays(server).sums([])).toEqual(new Map([['2026', { count: 3, words: [1, 2, 3, 4] }]]))
  expect(asked).toMatchObject([{ path: digestViewPath, query: { startkey: '[]', endkey: '[{}]', group_level: 1 } }])
})

test('gives a server the view that it has not, when our user may', async () => {
  const { server, asked } = answering(missing(), { status: 201 }, rows)
  expect((await serverDays(server).sums([])).get('2026')?.count).toBe(3)
  expect(asked.map(({ method, path }) => [method, path])).toEqual([[undefined, digestViewPath], ['PUT', digestDesignId], [undefined, digestViewPath]])
})

test('says that it is not offered when our user may not', async () => {
  for (const status of [401, 403]) await expect(serverDays(answering(missing(), { status }).server).sums([])).rejects.toBeInstanceOf(NotOffered)
})

test('comes again later while the server is still reading, and does not take a cut line for that', async () => {
  await expect(serverDays(answering(new ServerProblem('unreachable', 500, 'answered 500')).server).sums([])).rejects.toBeInstanceOf(NotNow)
  await expect(serverDays(answering({ error: 'a proxy spoke' }).server).sums([])).rejects.toBeInstanceOf(NotNow)
  await expect(serverDays(answering(new ServerProblem('unreachable', 0, 'ECONNRESET')).server).sums([])).rejects.toMatchObject({ kind: 'unreachable', status: 0 })
})

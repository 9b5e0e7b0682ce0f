import { expect, test } from 'vitest'
import { followFeed } from './followFeed'
import { Stopped, type Link } from './link'

test('what is in step is said when the server has nothing new, and not while a catch-up begins', async () => {
  const answers = [{ results: [], last_seq: '1' }, { results: [{ id: 'a', seq: '2' }], last_seq: '2' }]
  let heard = 0
  const seen: number[] = []
  const link = { run: () => (answers.length > 0 ? Promise.resolve(answers.shift()) : Promise.reject(new Stopped())) } as unknown as Link
  const more = () => Promise.resolve(void seen.push(heard))
  await followFeed({ link, seq: () => '1', more, withDocuments: () => true, heard: () => void heard++ })
  // Before the first poll, and before what the second one brought was read.
  expect(seen).toEqual([0, 1])
  expect(heard).toBe(1)
})

import { expect, it } from 'vitest'
import { done, refuse, type ReviewItem } from '../shared/contract'
import { readCall, UsageProblem, type Context } from './command'
import { review } from './review'

const item: ReviewItem = {
  id: '01REVIEWITEM00000000000001', record: '01PAT000000000000000000000', type: 'Patient', patient: '01PAT000000000000000000000', patientName: 'ACHEBE, Ngozi', patientNumber: 'A-000017', about: 'clash', field: 'birthDate', before: '1980-01-01',
  mine: { value: '1981-02-03', by: 'Ada Eze', station: 'A', at: '2026-11-21T10:00:00.000Z' },
  theirs: { value: '1979-12-31', by: 'Bola Ojo', station: 'B', at: '2026-11-21T10:05:00.000Z' },
  lines: [], choices: ['mine', 'theirs', 'typed'], typed: 'date', state: 'open',
}
const asked: unknown[] = []
const ask = (name: string, what?: { readonly state?: string; readonly item?: string; readonly keep?: 'mine' }) => {
  asked.push([name, what])
  if (name === 'listReviewItems') return Promise.resolve(done(what?.state === 'open' ? [item] : []))
  if (what?.item !== item.id) return Promise.resolve(refuse('not-found'))
  return Promise.resolve(done(name === 'reopenReviewItem' ? item : { ...item, state: 'resolved', decision: what.keep }))
}
const run = (...words: string[]) => review.run(readCall(words), { ask } as unknown as Context)

it('lists what is to be decided without naming patients, decides it, and takes the decision back', async () => {
  const listed = await run('--all')
  expect(listed).toMatchObject({ ok: true, lines: ['01REVIEWITEM00000000000001 Patient birthDate: A "1981-02-03", B "1979-12-31" (mine, theirs, typed)'] })
  expect(JSON.stringify(listed)).not.toMatch(/ACHEBE|A-000017/)
  expect(await run('--decide', item.id, '--keep', 'theirs')).toMatchObject({ ok: true, lines: [expect.stringContaining('decided: theirs')] })
  expect(asked.at(-1)).toEqual(['resolveReviewItem', { item: item.id, keep: 'theirs' }])
  await run('--decide', item.id, '--keep', 'typed', '--text', '1980-12-01')
  expect(asked.at(-1)).toEqual(['resolveReviewItem', { item: item.id, keep: 'typed', text: '1980-12-01' }])
  expect(await run('--reopen', item.id)).toMatchObject({ ok: true })
  expect(await run('--reopen', 'other')).toMatchObject({ ok: false, lines: ['not-found'] })
})

it('says what is wrong with the call', async () => {
  await expect(run('--decide', item.id)).rejects.toThrow(UsageProblem)
  await expect(run('--decide', item.id, '--keep', 'everything')).rejects.toThrow(UsageProblem)
})

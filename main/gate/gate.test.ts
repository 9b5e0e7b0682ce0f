import { expect, test } from 'vitest'
import { clinicRequests, done, refuse, type Answer, type RequestName } from '../../shared/contract'
import type { Session } from '../access'
import { openGate, type GateParts } from './gate'

const [amina, ben, item] = ['01PATAM0000000000000000000', '01PATBEN000000000000000000', '01REVSEEN00000000000000000']

/** What the audit trail keeps of requests that are answered so. */
const audited = async (asked: readonly { readonly request: RequestName; readonly ask: unknown; readonly answer: Answer<unknown> }[]) => {
  const kept: object[] = []
  let answer: Answer<unknown> = refuse('internal')
  const parts = {
    practice: () => 'clinic',
    handlers: () => Object.fromEntries(Object.keys(clinicRequests).map((name) => [name, () => Promise.resolve(answer)])),
    signedIn: () => ({ state: 'open', session: { practitioner: 'dr-ben', role: 'doctor' } as unknown as Session }),
    may: () => true,
    audit: ({ session: _session, ...entry }: { session: Session }) => Promise.resolve(void kept.push(entry)),
  } as unknown as GateParts
  const gate = openGate(parts, 'window', () => undefined)
  for (const each of asked) {
    answer = each.answer
    await gate.handle({ call: 1, practice: 'clinic', request: each.request, ask: each.ask })
  }
  return kept
}

test('the trail says whose chart a decision is about, and which decision it was, also of one that was refused', async () => {
  expect(
    await audited([
      { request: 'resolveReviewItem', ask: { item, keep: 'mine' }, answer: done({ id: item, patient: amina }) },
      { request: 'reopenReviewItem', ask: { item }, answer: done({ id: item, patient: amina }) },
      { request: 'reopenReviewItem', ask: { item }, answer: refuse('conflict') },
    ]),
  ).toEqual([
    { action: 'resolveReviewItem', patient: amina, also: [`Task/${item}`], outcome: 'done' },
    { action: 'reopenReviewItem', patient: amina, also: [`Task/${item}`], outcome: 'done' },
    { action: 'reopenReviewItem', also: [`Task/${item}`], outcome: 'refused' },
  ])
})

test('the trail says of whom the conflict desk showed something', async () => {
  expect(
    await audited([
      { request: 'listReviewItems', ask: { state: 'open' }, answer: done([{ patient: amina }, { patient: ben }, { patient: amina }, {}]) },
      // Read again because something came.
      { request: 'listReviewItems', ask: { state: 'open' }, answer: done([{ patient: amina }, { patient: ben }]) },
      { request: 'listReviewItems', ask: { patient: ben }, answer: done([]) },
    ]),
  ).toEqual([
    { action: 'listReviewItems', patient: amina, also: [`Patient/${ben}`], outcome: 'done' },
    { action: 'listReviewItems', patient: ben, outcome: 'done' },
  ])
})

import { expect, test } from 'vitest'
import type { LocalStore } from '../replica'
import { settleGeneration, takeOver, type Generation } from './generation'
import type { Server } from './server'

const now = Date.parse('2026-11-21T10:00:00Z')
const known: Generation = { id: 'ours', workstation: 'w', noted: true, seq: '900-abc', mark: 3, renewedAt: now, epochs: { there: 'epoch' } }
const local = { get: async () => undefined, put: async () => undefined } as unknown as LocalStore

/** A server that has our note, and says how far it is. */
const serverAt = (updateSeq: string, nodes: number): Server =>
  ({
    ask: async ({ path }: { path: string }) => ({ status: 200, body: path.startsWith('_local/') ? { _rev: '0-3', generation: 'ours', mark: 3 } : { practice: 'p', name: 'Hill Clinic', training: false, epoch: 'epoch' } }),
    read: async ({ path }: { path: string }) => (path === '' ? { update_seq: updateSeq, cluster: { q: 1, n: nodes, w: 1, r: 1 } } : {}),
  }) as unknown as Server

test('a server that is further back than it was has been put back from a copy: everything is compared again', async () => {
  expect(await settleGeneration(serverAt('950-xyz', 1), local, known, 'there', now)).toMatchObject({ id: 'ours' })
  const begun = (await settleGeneration(serverAt('400-xyz', 1), local, known, 'there', now)) as Generation
  expect(begun.id).not.toBe('ours')
})

test('a node of three that was away counts fewer steps to the same end: nothing is read again', async () => {
  expect(await settleGeneration(serverAt('400-xyz', 3), local, known, 'there', now)).toMatchObject({ id: 'ours', seq: '900-abc' })
})

test('what was noted by two at once stands together, and nothing of another life of the database', async () => {
  const renewed: Generation = { ...known, mark: 4, renewedAt: now + 1 }
  expect(await takeOver(local, renewed, known, { ...known, seq: '950-xyz' })).toEqual({ ...renewed, seq: '950-xyz' })
  const begun: Generation = { ...known, next: 4 }
  expect(await takeOver(local, { ...begun, seq: '950-xyz' }, begun, renewed)).toEqual({ ...renewed, seq: '950-xyz' })
  expect(await takeOver(local, renewed, known, { ...known, id: 'another', seq: '0' })).toEqual(renewed)
})

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReplica, type Replica } from '../replica'
import { openDrafts } from '.'

const nurse = { practitioner: '01HZZZZZZZZZZZZZZZZZZZZZZA' }
const doctor = { practitioner: '01HZZZZZZZZZZZZZZZZZZZZZZB' }
const draft = (key: string, value: unknown, place = '/patients') => ({ key, use: 'draft' as const, value: JSON.stringify(value), place })

let folder = ''
let replica: Replica
const open = () => openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01HZZZZZZZZZZZZZZZZZZZZZZP', station: 'A' })
const keep = (actor: typeof nurse, kept: readonly ReturnType<typeof draft>[], dropped: readonly string[] = []) => openDrafts(replica).keep({ practitioner: actor.practitioner, kept, dropped }, actor)
const read = async (actor: typeof nurse) => {
  const answer = await openDrafts(replica).read(actor)
  return answer.ok ? answer.value : []
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-drafts-'))
  replica = await open()
})
afterEach(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

describe('what a person typed and did not save', () => {
  it('A15: is there after the workstation started again, the newest first, with whose chart it was typed on', async () => {
    const patient = await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Sesay', given: ['Mariama', 'K'] }] }, nurse.practitioner)
    await keep(nurse, [draft('register', { family: 'Half a na' })])
    await keep(nurse, [draft('note:1', { text: 'Fever since Tue' }, `/patients/${patient.id}/encounters`)])
    await keep(nurse, [draft('note:1', { text: 'Fever since Tuesday, worse at night' }, `/patients/${patient.id}/encounters`)])
    await replica.close()
    replica = await open()
    const found = await read(nurse)
    expect(found.map(({ key, value, patient: whose }) => ({ key, value: JSON.parse(value) as unknown, whose }))).toEqual([
      { key: 'note:1', value: { text: 'Fever since Tuesday, worse at night' }, whose: { family: 'Sesay', given: 'Mariama K' } },
      { key: 'register', value: { family: 'Half a na' }, whose: undefined },
    ])
  })

  it('A15: belongs to the one who typed it; another person at the same workstation reads none of it and cannot write into it', async () => {
    await keep(nurse, [draft('note:1', 'hers')])
    expect(await read(doctor)).toEqual([])
    const answer = await openDrafts(replica).keep({ practitioner: nurse.practitioner, kept: [draft('note:1', 'his')], dropped: [] }, doctor)
    expect(answer).toEqual({ ok: false, problem: { kind: 'not-allowed', facts: {} } })
    expect((await read(nurse)).map(({ value }) => value)).toEqual(['"hers"'])
  })

  it('A15: is forgotten when it was saved, whichever write comes first', async () => {
    const drafts = openDrafts(replica)
    const ask = (kept: readonly ReturnType<typeof draft>[], dropped: readonly string[]) => drafts.keep({ practitioner: nurse.practitioner, kept, dropped }, nurse)
    await Promise.all([ask([draft('note:1', 'a'), draft('note:2', 'b')], []), ask([draft('note:1', 'ab')], []), ask([], ['note:1'])])
    expect((await read(nurse)).map(({ key }) => key)).toEqual(['note:2'])
  })

  it('A15: lies encrypted on the disk and is no record that travels', async () => {
    await keep(nurse, [draft('note:1', 'Verrucous-unmistakable')])
    await replica.close()
    expect((await readFile(join(folder, 'replica.db'))).includes('Verrucous-unmistakable')).toBe(false)
    replica = await open()
    expect((await replica.documents.changedSince({ records: 0, local: 0 }, 100)).records).toEqual([])
  })
})

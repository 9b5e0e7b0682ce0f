import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { forgetEarlier, nextKeyOf, replaceSecret, takeIntoUse } from './keyChanges'
import { newLock, openLock, relock } from './keyLock'
import { contextOf, createPracticeFile, demoPassphrase, readPracticeFile, removeUnfinished, unlockWithSecret } from './keyring'
import { newRecoveryCode } from './recoveryCode'
import { publishedCost, wrapKey } from './slowHash'

hashQuickly()

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-key-changes-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')
const create = async () => {
  const made = await createPracticeFile({ folder, name: 'Clinic', training: true, station: 'A', keystore: null, passphrase: demoPassphrase })
  if (!made.ok) throw new Error(made.problem.kind)
  return made.value
}
const change = async (edit: (file: { key: Record<string, Record<string, unknown>>; [field: string]: unknown }) => void) => {
  const path = join(folder, 'practice.json')
  const file = JSON.parse(await readFile(path, 'utf8'))
  edit(file)
  await writeFile(path, JSON.stringify(file))
}

describe('a lock', () => {
  const [key, next] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]

  it('gives its key to its own private half only, in its own place only, and unchanged only', () => {
    const { private: own, face } = newLock(key, 'here')
    expect(hex(openLock(face, own, 'here'))).toBe(hex(key))
    expect(openLock(face, own, 'there')).toBeUndefined()
    expect(openLock(face, newLock(key, 'here').private, 'here')).toBeUndefined()
    for (const field of ['ephemeral', 'iv', 'sealed'] as const) {
      const changed = Buffer.from(face.box[field], 'base64')
      changed[3] = changed[3]! ^ 1
      expect(openLock({ ...face, box: { ...face.box, [field]: changed.toString('base64') } }, own, 'here'), field).toBeUndefined()
    }
    expect(openLock({ ...face, public: newLock(key, 'here').face.public }, own, 'here')).toBeUndefined()
  })

  it('takes the next key for the same private half, and never for a public half that somebody else put there', () => {
    const { private: own, face } = newLock(key, 'here')
    const after = relock(face, key, next, 'here')
    expect(after && hex(openLock(after, own, 'here'))).toBe(hex(next))
    expect(after && openLock({ ...after, box: face.box }, own, 'here')).not.toEqual(next)
    const stranger = newLock(new Uint8Array(32), 'here').face
    expect(relock({ ...face, public: stranger.public }, key, next, 'here')).toBeUndefined()
    expect(relock(stranger, key, next, 'here')).toBeUndefined()
    expect(relock(face, key, next, 'there')).toBeUndefined()
  })
})

describe('the next key', () => {
  it('is in every lock when it is taken into use, with the one before beside it until that is forgotten', async () => {
    const made = await create()
    const next = await nextKeyOf(folder, made, null)
    if (!next.ok) throw new Error(next.problem.kind)
    expect(hex((await unlockWithSecret(folder, demoPassphrase) as { value: { key: Uint8Array } }).value.key)).toBe(hex(made.key))
    await takeIntoUse(folder, next.value)
    for (const secret of [demoPassphrase, made.recoveryCode]) {
      const opened = await unlockWithSecret(folder, secret)
      if (!opened.ok) throw new Error(opened.problem.kind)
      expect([hex(opened.value.key), hex(opened.value.earlier), opened.value.generation]).toEqual([hex(next.value.opened.key), hex(made.key), 2])
    }
    expect(await nextKeyOf(folder, next.value.opened, null)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    expect(await nextKeyOf(folder, made, null)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    await forgetEarlier(folder, next.value.opened)
    const after = await unlockWithSecret(folder, demoPassphrase)
    expect(after.ok && after.value.earlier).toBeUndefined()
    expect(await readFile(join(folder, 'practice.json'), 'utf8')).not.toContain('earlier')
    expect((await nextKeyOf(folder, next.value.opened, null)).ok).toBe(true)
  })

  it('is not given to a lock that was changed from outside', async () => {
    const made = await create()
    const stranger = newLock(made.key, contextOf('another practice', 'recovery')).face
    await change((file) => Object.assign(file.key['recovery'] as object, { public: stranger.public }))
    expect(await nextKeyOf(folder, made, null)).toEqual({ ok: false, problem: { kind: 'keys-to-renew', facts: { lock: 'recovery' } } })
    await replaceSecret(folder, made, 'recovery', newRecoveryCode())
    expect((await nextKeyOf(folder, made, null)).ok).toBe(true)
  })

  it('waits until a practice of the first format has locks: the passphrase gets one when it is typed, the recovery code when it is printed anew', async () => {
    const made = await create()
    const code = newRecoveryCode()
    const wrap = (secret: string, way: 'recovery' | 'passphrase') => wrapKey(made.key, secret, contextOf(made.practice.id, way), publishedCost)
    const key = { recovery: await wrap(code, 'recovery'), passphrase: await wrap(demoPassphrase, 'passphrase') }
    await change((file) => {
      Object.assign(file, { format: 1, key })
      delete file['generation']
      delete file['since']
    })
    const opened = await unlockWithSecret(folder, demoPassphrase)
    if (!opened.ok) throw new Error(opened.problem.kind)
    expect([hex(opened.value.key), opened.value.generation]).toEqual([hex(made.key), 1])
    expect(await nextKeyOf(folder, opened.value, null)).toEqual({ ok: false, problem: { kind: 'keys-to-renew', facts: { lock: 'recovery' } } })
    expect((await unlockWithSecret(folder, code)).ok).toBe(true)
    expect((await nextKeyOf(folder, opened.value, null)).ok).toBe(true)
    const file = await readPracticeFile(folder)
    expect(file.ok && file.value?.format).toBe(2)
  })

  it('leaves no half-written practice file behind for somebody to find', async () => {
    await create()
    for (const name of ['practice.json.0a1b2c3d.part', 'replica.seal.0a1b2c3d.part', 'notes.part']) await writeFile(join(folder, name), 'x')
    await removeUnfinished(folder)
    expect((await readdir(folder)).sort()).toEqual(['notes.part', 'practice.json'])
  })
})

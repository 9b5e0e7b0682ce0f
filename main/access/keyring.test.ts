import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { createPracticeFile, demoPassphrase, type Keystore, readPracticeFile, unlockWithKeystore, unlockWithSecret } from './keyring'

hashQuickly()

let folder: string

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'outpost-keyring-')), 'practice')
})

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true })
})

/** Stands for the operating system's keystore of one account: it opens only what it wrapped itself. */
const keystoreOf = (account: number): Keystore => ({
  wrap: async (bytes) => Uint8Array.from([account, ...bytes.map((byte) => byte ^ account)]),
  unwrap: async (bytes) => {
    if (bytes[0] !== account) throw new Error('not mine')
    return bytes.slice(1).map((byte) => byte ^ account)
  },
})

const create = async (keystore: Keystore | null, passphrase?: string) => {
  const made = await createPracticeFile({ folder, name: 'Clinique d’Été', training: false, station: 'A', keystore, passphrase })
  if (!made.ok) throw new Error(made.problem.kind)
  return made.value
}

describe('the practice file', () => {
  it('is not there at first run', async () => {
    expect(await readPracticeFile(folder)).toEqual({ ok: true, value: undefined })
    expect(await unlockWithSecret(folder, 'anything')).toMatchObject({ ok: false, problem: { kind: 'no-practice' } })
  })

  it('opens with the passphrase where there is no keystore', async () => {
    const made = await create(null, 'correct horse battery')
    const opened = await unlockWithSecret(folder, 'correct horse battery')
    expect(opened).toMatchObject({ ok: true, value: { station: 'A', practice: { name: 'Clinique d’Été', training: false } } })
    expect(opened.ok && Buffer.from(opened.value.key).equals(made.key)).toBe(true)
    expect(made.key).toHaveLength(32)
  })

  it('opens with the recovery code as somebody types it from paper', async () => {
    const made = await create(keystoreOf(3))
    const typed = ` ${made.recoveryCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `
    const opened = await unlockWithSecret(folder, typed)
    expect(opened.ok && Buffer.from(opened.value.key).equals(made.key)).toBe(true)
  })

  it('tells a slip in the recovery code by its group, and never opens', async () => {
    const made = await create(keystoreOf(3))
    const groups = made.recoveryCode.split('-')
    const third = groups[2] ?? ''
    groups[2] = (third.startsWith('7') ? '8' : '7') + third.slice(1)
    expect(await unlockWithSecret(folder, groups.join('-'))).toEqual({ ok: false, problem: { kind: 'wrong-passphrase', facts: { group: 3 } } })
  })

  it('refuses a wrong passphrase and another practice’s recovery code alike', async () => {
    await create(null, 'correct horse battery')
    const other = await createPracticeFile({ folder: join(folder, 'other'), name: 'Other', training: false, station: 'B', keystore: keystoreOf(1) })
    const code = other.ok ? other.value.recoveryCode : ''
    for (const secret of ['Correct horse battery', '', code]) {
      expect(await unlockWithSecret(folder, secret)).toEqual({ ok: false, problem: { kind: 'wrong-passphrase', facts: {} } })
    }
  })

  it('opens with the keystore of the account that made it, and not with another’s', async () => {
    const made = await create(keystoreOf(3))
    const opened = await unlockWithKeystore(folder, keystoreOf(3))
    expect(opened.ok && Buffer.from(opened.value.key).equals(made.key)).toBe(true)
    for (const other of [keystoreOf(4), null]) {
      expect(await unlockWithKeystore(folder, other)).toMatchObject({ ok: false, problem: { kind: 'keystore-unavailable' } })
    }
  })

  it('asks for the recovery code once after the folder moved to a new account', async () => {
    const made = await create(keystoreOf(3))
    await unlockWithSecret(folder, made.recoveryCode, { keystore: keystoreOf(4) })
    expect((await unlockWithKeystore(folder, keystoreOf(4))).ok).toBe(true)
  })

  it('needs a passphrase where there is no keystore', async () => {
    const made = await createPracticeFile({ folder, name: 'Clinic', training: false, station: 'A', keystore: null })
    expect(made).toEqual({ ok: false, problem: { kind: 'bad-shape', facts: { field: 'passphrase' } } })
    expect(await readPracticeFile(folder)).toEqual({ ok: true, value: undefined })
  })

  it('never replaces a practice that is there', async () => {
    const made = await create(null, 'correct horse battery')
    const again = await createPracticeFile({ folder, name: 'Second', training: true, station: 'B', keystore: null, passphrase: demoPassphrase })
    expect(again).toMatchObject({ ok: false, problem: { kind: 'practice-exists' } })
    const opened = await unlockWithSecret(folder, 'correct horse battery')
    expect(opened.ok && Buffer.from(opened.value.key).equals(made.key)).toBe(true)
  })

  it('holds neither key, passphrase nor recovery code, is the user’s alone, and leaves no part file', async () => {
    const made = await create(keystoreOf(3), 'correct horse battery')
    const text = await readFile(join(folder, 'practice.json'), 'utf8')
    expect(text).not.toContain('horse')
    expect(text).not.toContain(made.recoveryCode)
    expect(text).not.toContain(Buffer.from(made.key).toString('base64'))
    expect((await stat(join(folder, 'practice.json'))).mode & 0o077).toBe(0)
    expect(await readdir(folder)).toEqual(['practice.json'])
  })

  it('is bound to its practice: a wrapped key copied into another practice’s file does not open there', async () => {
    await create(null, 'correct horse battery')
    const path = join(folder, 'practice.json')
    const file = JSON.parse(await readFile(path, 'utf8'))
    file.practice.id = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
    await writeFile(path, JSON.stringify(file))
    expect(await unlockWithSecret(folder, 'correct horse battery')).toMatchObject({ ok: false, problem: { kind: 'wrong-passphrase' } })
  })

  it.each([
    ['empty', ''],
    ['cut off', '{"format":1,"practice":'],
    ['of a later format', '{"format":3}'],
    ['null', 'null'],
  ])('says so when the file is %s', async (_name, text) => {
    await create(null, 'correct horse battery')
    await writeFile(join(folder, 'practice.json'), text)
    expect(await unlockWithSecret(folder, 'correct horse battery')).toMatchObject({ ok: false, problem: { kind: 'replica-damaged' } })
  })

  it.each([2 ** 30, 3, -1, 32769])('does not compute a hash of a changed cost (N = %d)', async (N) => {
    await create(null, 'correct horse battery')
    const path = join(folder, 'practice.json')
    const file = JSON.parse(await readFile(path, 'utf8'))
    file.key.passphrase.guard.N = N
    await writeFile(path, JSON.stringify(file))
    expect(await unlockWithSecret(folder, 'correct horse battery')).toMatchObject({ ok: false, problem: { kind: 'replica-damaged' } })
  })
})

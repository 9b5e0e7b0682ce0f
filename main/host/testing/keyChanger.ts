import { callsSoFar, watchHandles } from './dieAtCall'
import { createHash } from 'node:crypto'
import { existsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { changeKey, forgetEarlier, type Keystore, type OpenedKey, removeUnfinished, replicaKeyOf, settleKeyChange, unlockWithKeystore, unlockWithSecret } from '../../access'
import { sealJournalAnew } from '../../devices'
import { openImaging } from '../../imaging'
import { openReplica, type Replica } from '../../replica'
import { deriveKey, openSealedLog } from '../../sealed'

/*
 * Changes the key of a practice again and again in a process of its own, for tests that kill it. Standard output:
 *   whole <digest>   everything was opened and read, as a start does it
 *   followed         nothing is under the key before any more
 *   changed          the records are under the next key
 */

/** Stands for the operating system's keystore of one account. */
export const testKeystore: Keystore = {
  wrap: async (bytes) => Uint8Array.from([7, ...bytes.map((byte) => byte ^ 7)]),
  unwrap: async (bytes) => {
    if (bytes[0] !== 7) throw new Error('not mine')
    return bytes.slice(1).map((byte) => byte ^ 7)
  },
}

const must = <Value>(answer: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: { readonly kind: string } }): Value => {
  if (!answer.ok) throw new Error(answer.problem.kind)
  return answer.value
}

/** Everything that a practice holds, as one digest: records, this station's documents, images, the journal. */
const digestOf = async (folder: string, opened: OpenedKey, replica: Replica, readOriginal: (uid: string) => Promise<Uint8Array | undefined>): Promise<string> => {
  const hash = createHash('sha256')
  for (const type of ['Patient', 'Observation', 'ImagingStudy'] as const) {
    const found = await replica.records.find(type, { limit: 5000 })
    for (const each of found.sort((one, other) => (one.id < other.id ? -1 : 1))) hash.update(JSON.stringify(each))
  }
  const instances = await replica.local.list<{ readonly sop: string }>('imaging-instance', { limit: 5000 })
  for (const { value } of instances.sort((one, other) => (one.id < other.id ? -1 : 1))) {
    const bytes = await readOriginal(value.sop)
    hash.update(createHash('sha256').update(bytes ?? '').digest())
  }
  hash.update(String(instances.length))
  const segment = join(folder, 'journal', 'journal-000001.sealed')
  if (existsSync(segment)) {
    const log = await openSealedLog(segment, deriveKey(opened.key, 'outpost/journal'))
    for await (const { bytes } of log.read()) hash.update(bytes)
    await log.close()
  }
  return hash.digest('hex')
}

/** Opens a practice as a start does, reads everything, and brings a change of the key to its end. */
export const openAndRead = async (folder: string, say: (line: string) => void): Promise<OpenedKey> => {
  must(await settleKeyChange(folder))
  let opened = must(await unlockWithKeystore(folder, testKeystore))
  const { key, earlier, practice, station } = opened
  if (earlier) await sealJournalAnew(join(folder, 'journal'), { key: deriveKey(key, 'outpost/journal'), earlier: deriveKey(earlier, 'outpost/journal') })
  const replica = await openReplica({ folder, key: replicaKeyOf(key), practice: practice.id, station })
  await removeUnfinished(folder)
  const imaging = await openImaging({ replica, folder: join(folder, 'archive'), key, ...(earlier && { earlierKey: earlier }) })
  try {
    say(`whole ${await digestOf(folder, opened, replica, (uid) => imaging.readOriginal(uid))}`)
    if (earlier) {
      await imaging.sealAnew(() => undefined)
      must(await forgetEarlier(folder, opened))
      const { earlier: _forgotten, ...rest } = opened
      opened = rest
      say(`followed ${await digestOf(folder, opened, replica, (uid) => imaging.readOriginal(uid))}`)
    }
  } finally {
    await imaging.close()
    await replica.close()
  }
  return opened
}

/** The data key, by a secret that a person knows; undefined when it does not open. */
export const keyBySecret = async (folder: string, secret: string): Promise<string | undefined> => {
  const answer = await unlockWithSecret(folder, secret)
  return answer.ok ? Buffer.from(answer.value.key).toString('hex') : undefined
}

const [, , folder, mode] = process.argv
const say = (line: string): void => void writeSync(1, `${line}\n`)

const changeForEver = async (at: string): Promise<never> => {
  await watchHandles()
  for (;;) {
    const opened = await openAndRead(at, say)
    say(`calls ${callsSoFar()}`)
    must(await changeKey({ folder: at, opened, keystore: testKeystore, progress: () => undefined }))
    say('changed')
  }
}

if (folder !== undefined && mode === 'change') {
  changeForEver(folder).catch((reason: unknown) => {
    say(`problem ${reason instanceof Error ? reason.stack : String(reason)}`)
    process.exit(1)
  })
}

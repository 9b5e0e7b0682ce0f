import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { say } from '../../build/ground.mjs'
import { createPracticeFile, replicaKeyOf, unlockWithSecret } from '../../main/access'
import { backUp, backupKey, briskly, documentsDigest, makePlace, portablePracticeFile, rehearse, restorePractice, lastPoint, openSet } from '../../main/backup'
import { openDigests, openReplica, type Replica, totalOf } from '../../main/replica'
import { deriveKey } from '../../main/sealed'

const words = 'seen for cough and fever since three days chest clear throat red drinks well no rash mother advised to come back tomorrow with the child weight pulse rate saturation dose tablet morning evening stomach pain headache wound dressed stitches removed malaria negative haemoglobin low iron given'.split(' ')

/** A note of some 90 words, another one for each number, so that a document has about a kilobyte and is not all the same. */
const noteOf = (number: number): string => {
  let state = (number * 2_654_435_761 + 1) >>> 0
  return Array.from({ length: 90 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return `${words[state % words.length]}${state % 7 === 0 ? ` ${state % 1000}` : ''}`
  }).join(' ')
}

const patient = (number: number) => ({
  type: 'Patient' as const,
  resource: {
    resourceType: 'Patient' as const,
    name: [{ family: `Okafor ${number}`, given: ['Ada', 'Chidinma'] }],
    birthDate: `19${String(10 + (number % 90))}-0${1 + (number % 9)}-1${number % 9}`,
    gender: 'female' as const,
    text: { status: 'additional' as const, div: `<div xmlns="http://www.w3.org/1999/xhtml">${noteOf(number)}</div>` },
  },
})

const seconds = async <Value>(work: () => Promise<Value>): Promise<{ readonly value: Value; readonly s: number }> => {
  const began = performance.now()
  const value = await work()
  return { value, s: Math.round((performance.now() - began) / 10) / 100 }
}

const delayDuring = async <Value>(work: () => Promise<Value>): Promise<{ readonly value: Value; readonly delay: { readonly p99: number; readonly max: number } }> => {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const value = await work()
  delay.disable()
  const ms = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100
  return { value, delay: { p99: ms(delay.percentile(99)), max: ms(delay.max) } }
}

/** Every document, and the digest of the records day by day: the same on two replicas that hold the same. */
const digestsOf = async (replica: Replica) => {
  const all = documentsDigest()
  for (let places = { records: 0, local: 0 }; ; ) {
    const page = await replica.documents.changedSince(places, 500)
    if (page.records.length + page.local.length === 0) break
    for (const document of page.records) all.add('records', document)
    for (const document of page.local) all.add('local', document)
    places = page.places
  }
  const digests = openDigests(replica.collection)
  await digests.settle()
  const { count, digest } = totalOf(await digests.days({}))
  await digests.close()
  return { documents: all.count, value: all.value(), records: count, byDay: digest }
}

/**
 * `npm run soak -- backup [--documents 100000]`: backs up while somebody goes on writing, restores on an empty folder
 * with the recovery code alone, and compares the digests of both.
 */
export default async function soak({ documents = 100_000 }: Readonly<Record<string, number>>) {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-soak-backup-'))
  const [data, disk, restoredTo] = [join(folder, 'data'), join(folder, 'disk'), join(folder, 'restored')]
  mkdirSync(disk)
  const created = await createPracticeFile({ folder: data, name: 'Soak Clinic', training: false, station: 'A', keystore: null, passphrase: 'a passphrase of ours' })
  if (!created.ok) throw new Error(created.problem.kind)
  const { key, practice, recoveryCode } = created.value
  const replica = await openReplica({ folder: data, key: replicaKeyOf(key), practice: practice.id, station: 'A' })
  try {
    const loading = await seconds(async () => {
      for (let from = 0; from < documents; from += 2_000) await replica.records.addAll(Array.from({ length: Math.min(2_000, documents - from) }, (_each, place) => patient(from + place)), 'system')
    })
    say(`${documents} documents written in ${loading.s} s`)
    const place = await makePlace(disk, data, practice, 'A')
    const { text, keys } = await portablePracticeFile(data)
    const job = { documents: replica.documents, data, practice, station: 'A', key: backupKey(key), archiveKeys: [deriveKey(key, 'outpost/archive')], keys, practiceFile: text, place, slices: briskly(), now: Date.now }

    let writing = true
    let written = 0
    const latencies: number[] = []
    const writer = (async () => {
      for (; writing; written += 1) {
        const began = performance.now()
        const [added] = await replica.records.addAll([patient(documents + written)], 'system')
        if (written % 5 === 0 && added) await replica.records.revise('Patient', added.id, (resource) => ({ ...resource, birthDate: '2001-02-03' }), 'system')
        await replica.local.nextNumber('patient-number')
        latencies.push(performance.now() - began)
        await new Promise((next) => setTimeout(next, 2))
      }
    })()
    // The same writing without a backup, to tell the backup's share of the delay from the computer's.
    const without = await delayDuring(() => new Promise<void>((next) => setTimeout(next, 5_000)))
    const { value: base, delay } = await delayDuring(() => seconds(() => backUp(job)))
    writing = false
    await writer
    say(`backed up in ${base.s} s while ${written} acts were written`)
    const increment = await seconds(() => backUp(job))
    const set = await openSet(join(place, base.value.set), job.key)
    const point = lastPoint(set)
    if (!point) throw new Error('nothing is finished')
    say('rehearsing')
    const rehearsed = await seconds(() => rehearse({ set, point, documents: replica.documents, practice: practice.id, key: replicaKeyOf(key), data, slices: briskly(), turn: 0 }))
    say(`rehearsed in ${rehearsed.s} s; restoring`)
    const before = await digestsOf(replica)
    const restored = await seconds(() => restorePractice({ from: disk, data: restoredTo, code: recoveryCode, slices: briskly() }))
    say(`restored in ${restored.s} s; comparing`)
    const unlocked = await unlockWithSecret(restoredTo, recoveryCode)
    if (!unlocked.ok) throw new Error(unlocked.problem.kind)
    const back = await openReplica({ folder: restoredTo, key: replicaKeyOf(unlocked.value.key), practice: practice.id, station: unlocked.value.station })
    const after = await digestsOf(back)
    await back.close()
    const equal = before.value === after.value && before.documents === after.documents && before.byDay === after.byDay && before.records === after.records
    latencies.sort((one, other) => one - other)
    const figures = {
      documents: before.documents,
      written_while_backing_up: written,
      load_s: loading.s,
      backup_s: base.s,
      increment_s: increment.s,
      increment_documents: increment.value.documents,
      rehearsal_s: rehearsed.s,
      rehearsal_compared: rehearsed.value.compared,
      restore_s: restored.s,
      bytes_per_document: Math.round(point.bytes / point.documents),
      loop_p99_ms: delay.p99,
      loop_max_ms: delay.max,
      loop_p99_without_ms: without.delay.p99,
      loop_max_without_ms: without.delay.max,
      write_p95_ms: Math.round((latencies[Math.floor(latencies.length * 0.95)] ?? 0) * 100) / 100,
      digests_equal: equal ? 1 : 0,
      digest: after.value,
    }
    const failure = !equal ? 'the restored practice is not the same' : !rehearsed.value.good ? 'the rehearsal found differences' : undefined
    return { figures, ...(failure && { failure }) }
  } finally {
    await replica.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

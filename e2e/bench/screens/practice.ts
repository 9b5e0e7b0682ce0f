import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from '../../../build/ground.mjs'
import { replicaKeyOf, unlockWithSecret } from '../../../main/access'
import { type NewRecord, openDigests, openReplica, recordIdOfKey } from '../../../main/replica'
import type { InboxCount } from '../../../shared/contract'
import { administrator, passphrase } from '../../steps'
import { benchPractice, must, openHost } from '../host'
import { peopleOf, seed } from '../search/index'
import { chartOf, longChart, shortChart } from './chart'

/** Goes up when what is written changes, so that no cached practice of an earlier shape is measured. */
const madeBy = 3
/** Written in one go. */
const batchPatients = 60

/** The doctor at the keyboard. */
export const doctor = { name: 'Dora Doctor', user: 'dora', password: 'four other words here', role: 'doctor' }

/** How much is in the practice. */
export interface PracticeShape {
  readonly patients: number
  /** Patients with 500 encounters and 5,000 observations. */
  readonly longCharts: number
}

/** 20,000 patients and 500,000 observations. */
export const usualShape: PracticeShape = { patients: 20_000, longCharts: 8 }

/** The practice's own numbers of the patients with long charts. */
export const numbersOfLongCharts = ({ longCharts }: PracticeShape): readonly string[] => Array.from({ length: longCharts }, (_, place) => `A-${String(place + 1).padStart(6, '0')}`)

const makePractice = async (folder: string): Promise<string> => {
  const { host, ask } = await openHost(folder)
  const { practice } = await ask<{ practice: { id: string } }>('createPractice', benchPractice, null)
  await ask('signIn', { user: administrator.user, password: administrator.password }, practice.id)
  const added = await ask<{ practitioner: string }>('addStaff', doctor, practice.id)
  await host.stop()
  return added.practitioner
}

/** What is made once, after so much was written in one go, belongs to the preparation: the search's index, the inbox of results, the digests. */
const startOnce = async (folder: string): Promise<void> => {
  const { host, ask } = await openHost(folder)
  const { id } = must(await host.unlock(passphrase))
  await host.practice()?.parts()
  await ask('signIn', { user: doctor.user, password: doctor.password }, id)
  const startedAt = performance.now()
  const { waiting, toCover } = await ask<InboxCount>('countInbox', undefined, id)
  say(`bench screens: ${(waiting + toCover).toLocaleString('en')} results wait, looked through in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  await host.stop()
}

const fill = async (folder: string, { patients, longCharts }: PracticeShape, author: string): Promise<number> => {
  const { key, practice, station } = must(await unlockWithSecret(folder, passphrase))
  const replica = await openReplica({ folder, key: replicaKeyOf(key), practice: practice.id, station })
  const now = Date.now()
  let [number, observations] = [0, 0]
  for (const people of peopleOf(patients, batchPatients)) {
    const records: NewRecord[] = []
    for (const resource of people) {
      const subjectKey = `bench:patient:${number}`
      records.push({ type: 'Patient', resource, key: subjectKey })
      records.push(...chartOf(practice.id, recordIdOfKey(practice.id, 'Patient', subjectKey), number, number < longCharts ? longChart : shortChart, author, now))
      number += 1
    }
    observations += records.filter(({ type }) => type === 'Observation').length
    await replica.records.addAll(records, author)
    if (number % 2_400 === 0) say(`bench screens: ${number.toLocaleString('en')} patients, ${observations.toLocaleString('en')} observations`)
  }
  const digests = openDigests(replica.collection, { follow: false })
  await digests.settle()
  await digests.close()
  await replica.close()
  return observations
}

/** What lies beside a cached practice. */
interface Made {
  readonly observations: number
}

/**
 * Puts a practice of this shape into a folder. It is made once a day (signs of the last 24 hours have to be of the last 24
 * hours) and copied from then on.
 */
export const practiceInto = async (folder: string, shape: PracticeShape): Promise<Made> => {
  const cache = join(root, '.cache')
  const name = `bench-screens-${createHash('sha256').update(JSON.stringify([madeBy, seed, shape, longChart, shortChart, new Date().toISOString().slice(0, 10)])).digest('hex').slice(0, 12)}`
  const kept = join(cache, name)
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true })
    for (const old of readdirSync(cache)) if (old.startsWith('bench-screens-')) rmSync(join(cache, old), { recursive: true, force: true })
    const making = `${kept}.making`
    const data = join(making, 'data')
    mkdirSync(data, { recursive: true })
    const author = await makePractice(data)
    const observations = await fill(data, shape, author)
    await startOnce(data)
    writeFileSync(join(making, 'made.json'), JSON.stringify({ observations } satisfies Made))
    renameSync(making, kept)
  }
  cpSync(join(kept, 'data'), folder, { recursive: true })
  return JSON.parse(readFileSync(join(kept, 'made.json'), 'utf8')) as Made
}

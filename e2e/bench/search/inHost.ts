import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { Patient } from 'fhir/r4'
import type { AskOf } from '../../../shared/contract'
import { type IndexFigures, measureIndex } from './indexAlone'
import { administrator, passphrase } from '../../steps'
import { benchPractice, must, openHost } from '../host'
import { peopleOf, type Questions, questionsOf, registrationsOf } from './people'
import type { Times } from './quantile'

const batchPatients = 500
const eachKind = 400

/** What was measured behind the gate. */
export interface HostFigures {
  /** The thirty-odd seconds of filling, seconds. */
  readonly importSeconds: number
  readonly firstMs: number
  readonly times: { readonly [Kind in keyof Questions]: Times }
  /** Registration asks who may be the same person. */
  readonly same: Times
  /** The very first question of that kind sounds out every word. */
  readonly firstSameMs: number
  readonly loopDelayP99Ms: number
  /** What the search alone takes up in the file, and how long filling it from the records takes. */
  readonly index: IndexFigures
  /** Some of the texts that were asked, for the window. */
  readonly texts: readonly string[]
}

/** Makes a practice of this many patients in the folder, and asks at the gate as a window does. */
export const measureInHost = async (folder: string, patients: number): Promise<HostFigures> => {
  const made: Patient[] = []
  let practice = ''
  let importSeconds = 0
  {
    const { host, ask } = await openHost(folder)
    practice = (await ask<{ practice: { id: string } }>('createPractice', benchPractice, null)).practice.id
    const { replica } = host.practice() ?? {}
    if (replica === undefined) throw new Error('no practice was made')
    const started = performance.now()
    for (const batch of peopleOf(patients, batchPatients)) {
      await replica.records.addAll(batch.map((resource) => ({ type: 'Patient' as const, resource })), 'system')
      made.push(...batch)
    }
    importSeconds = (performance.now() - started) / 1000
    await host.stop()
  }
  // A new start: nothing of the filling is in memory.
  const { host, ask } = await openHost(folder)
  must(await host.unlock(passphrase))
  await ask('signIn', { user: administrator.user, password: administrator.password }, practice)
  await host.practice()?.parts()
  const time = async (request: string, what: unknown): Promise<number> => {
    // A window's questions come in a turn of the event loop each.
    await setImmediate()
    const started = performance.now()
    await ask(request, what, practice)
    return performance.now() - started
  }
  const firstMs = await time('findPatients', { text: 'mok', limit: 20 })
  const questions = questionsOf(made, eachKind)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const timesOf = async (texts: readonly string[]): Promise<Times> => {
    const times: number[] = []
    for (const text of texts) times.push(await time('findPatients', { text, limit: 20 }))
    return times.sort((left, right) => left - right)
  }
  const times = { prefix: await timesOf(questions.prefix), typo: await timesOf(questions.typo), other: await timesOf(questions.other) }
  const [firstSame, ...registrations]: AskOf<'findSamePeople'>[] = registrationsOf(made, eachKind / 2)
  const firstSameMs = await time('findSamePeople', firstSame)
  const same: number[] = []
  for (const registration of registrations) same.push(await time('findSamePeople', registration))
  delay.disable()
  await host.stop()
  const index = measureIndex(made)
  return {
    importSeconds, firstMs, times, same: same.sort((left, right) => left - right), firstSameMs, loopDelayP99Ms: delay.percentile(99) / 1e6, index,
    texts: [...questions.prefix.slice(0, 25), ...questions.typo.slice(0, 25)],
  }
}

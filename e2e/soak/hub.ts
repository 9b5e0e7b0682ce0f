import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root, say } from '../../build/ground.mjs'
import { bundleWorkstation, openWorkstation, passphrase, password, patient, type Workstation } from '../bench/hub/workstations'

/*
 * `npm run soak -- hub --kills 12 --seed 1`: three computers of a clinic, a process each, one of them the hub, all three writing. Again and again
 * one loses its power, the hub most often. In the end all three have every registration that was acknowledged to somebody, each once.
 */
const stations = ['A', 'B', 'C'] as const
type Station = (typeof stations)[number]

const randomOf = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

interface Listed {
  readonly total: number
  readonly patients: readonly { readonly family: string; readonly number: string }[]
}

const everybody = async (at: Workstation): Promise<Listed['patients']> => {
  const found: Listed['patients'][number][] = []
  for (;;) {
    const { value } = await at.must<Listed>('listPatients', { skip: found.length, limit: 200 })
    found.push(...value.patients)
    if (value.patients.length === 0) return found
  }
}

export default async function soak({ kills = 12, seed = 1 }: { readonly kills?: number; readonly seed?: number }) {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'soak-hub-'))
  const random = randomOf(seed)
  const open = new Map<Station, Workstation>()
  const acknowledged = new Set<string>()
  let isOver = false
  let lost = 0
  try {
    const program = await bundleWorkstation(folder)
    const start = (station: Station): Workstation => {
      const made = openWorkstation(program, join(folder, station))
      open.set(station, made)
      return made
    }
    const signIn = (at: Workstation) => at.must('signIn', { user: 'ada', password })
    const hub = start('A')
    await hub.must('createPractice', { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada', user: 'ada', password }, passphrase })
    await signIn(hub)
    const { value: running } = await hub.must<{ addresses: readonly string[] }>('turnOnHub')
    for (const station of ['B', 'C'] as const) {
      const { value: made } = await hub.must<{ code: string }>('makeJoinCode')
      const joined = start(station)
      await joined.must('joinPracticeAtHub', { address: `127.0.0.1:${running.addresses[0]?.split(':').at(-1)}`, code: made.code, stationPrefix: station, passphrase })
      await signIn(joined)
    }

    const ready = new Set<Station>(stations)
    const write = async (station: Station) => {
      for (let n = 0; !isOver; n++) {
        const at = open.get(station)
        if (!at || !ready.has(station)) {
          await wait(50)
          continue
        }
        const one = patient(`${station} `, n)
        try {
          await at.must('registerPatient', one)
          acknowledged.add(one.family)
        } catch {
          // The power went before the answer: nobody was told that it is saved.
          lost++
        }
        await wait(random(60))
      }
    }
    const writing = stations.map(write)
    for (let kill = 0; kill < kills; kill++) {
      await wait(500 + random(2_500))
      const station = kill % 3 === 2 ? (['B', 'C'] as const)[random(2)] ?? 'B' : 'A'
      ready.delete(station)
      await open.get(station)?.kill()
      await wait(random(1_000))
      const again = start(station)
      // The folder is held until the system has seen that its holder is gone.
      for (let look = 0; ; look++) {
        const opened = await again.must('unlockPractice', { secret: passphrase }).then(() => true, () => false)
        if (opened) break
        if (look > 40) throw new Error(`${station} does not open any more`)
        await wait(250)
      }
      await signIn(again)
      ready.add(station)
      say(`hub: ${kill + 1} of ${kills}: ${station} lost its power; ${acknowledged.size} registrations acknowledged`)
    }
    isOver = true
    await Promise.all(writing)

    const begun = Date.now()
    for (;;) {
      const lists = await Promise.all(stations.map((station) => everybody(open.get(station) as Workstation)))
      const families = lists.map((list) => list.map(({ family }) => family).sort())
      const alike = families.every((each) => each.join() === families[0]?.join())
      if (alike && [...acknowledged].every((family) => families[0]?.includes(family))) {
        const list = lists[0] ?? []
        const twice = list.length - new Set(list.map(({ family }) => family)).size
        const numbersTwice = list.length - new Set(list.map(({ number }) => number)).size
        const failure = twice > 0 ? `${twice} patients are there twice` : numbersTwice > 0 ? `${numbersTwice} numbers were given out twice` : undefined
        return { figures: { seed, kills, acknowledged: acknowledged.size, unanswered: lost, patients: list.length, alike_after_ms: Date.now() - begun }, ...(failure && { failure }) }
      }
      if (Date.now() - begun > 90_000) {
        const missing = [...acknowledged].filter((family) => families.some((each) => !each.includes(family)))
        return { figures: { seed, kills, acknowledged: acknowledged.size, patients: families.map((each) => each.length).join() }, failure: `not alike after 90 s; ${missing.length} acknowledged registrations are not everywhere` }
      }
      await wait(250)
    }
  } finally {
    isOver = true
    for (const each of open.values()) await each.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

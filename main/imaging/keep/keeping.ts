import { setImmediate as turn } from 'node:timers/promises'
import type { ArchiveJob, ArchiveState, KeepRule, Whereabouts } from '../../../shared/contract'
import type { LocalStore } from '../../replica'
import type { Archive } from '../archive/archive'
import type { StoredInstance, Studies } from '../archive/studies'
import { setOfStudy } from '../archive/studyFiles'
import type { Intake } from '../import/takeIn'
import { excessOf, planRoom, usualRule, type KeptStudy } from './rule'

/** The server that keeps the practice's files. */
export interface KeepingServer {
  /** Whether it has all of a set, as far as this workstation remembers. */
  believes(set: string): Promise<boolean>
  /** SHA-256 of those of these files that it could give back at this moment. Rejects when it cannot be asked. */
  confirm(set: string, files: readonly { readonly sha256: string; readonly size: number; readonly about: unknown }[]): Promise<readonly string[]>
  /** Asks for what is not here of a set. */
  fetch(set: string): Promise<unknown>
}

/** What keeping works with. */
export interface KeepingParts {
  readonly local: LocalStore
  readonly archive: Archive
  readonly studies: Studies
  readonly intake: Intake
  /** Says that a set lies here and may not be on the server. */
  readonly offer: (set: string) => Promise<void>
  readonly changed: (state: ArchiveState) => void
  readonly failed?: (reason: unknown) => void
  /** ms since 1970. */
  readonly now?: () => number
}

/** Room for images on this workstation: what stays, what goes, and whether what is here is as it was stored. */
export interface Keeping {
  state(): Promise<ArchiveState>
  setRule(rule: KeepRule): Promise<ArchiveState>
  /** Each begins only; one at a time. See `ArchiveJob`. */
  makeRoom(): Promise<ArchiveState>
  check(): Promise<ArchiveState>
  mend(): Promise<ArchiveState>
  cancel(): Promise<ArchiveState>
  /** Takes the files of a study off this workstation, when the server has all of them. */
  drop(study: string): Promise<{ readonly bytes: number } | 'no-server' | 'study-not-confirmed'>
  /** Takes them off without asking anybody: the study was deleted. `isDeleted` is asked while nothing of it comes in; false: what came again meanwhile stays. */
  forget(study: string, isDeleted: () => Promise<boolean>): Promise<void>
  whereabouts(study: string): Promise<Whereabouts>
  /** Somebody looks at it: it stays for a while. */
  used(study: string): Promise<void>
  /** The server that this workstation sends its files to, and studies that are needed here for something that is under way. */
  useServer(server: KeepingServer, needed?: () => Promise<ReadonlySet<string>>): void
  /** More was stored: room is made when there is a rule that asks for it. */
  grew(): void
  /** Waits for what is under way. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Local documents: when a study was last opened; what a drop has still to take away; what a check found. */
const USED = 'dicom-used'
const DROPPING = 'dicom-dropping'
const FAULTY = 'dicom-faulty'
const SETTINGS = 'dicom-keeping'
const everything = 1_000_000
const dayMs = 24 * 60 * 60 * 1000
/** Between two looks at the size while it grows, ms. */
const lookMs = 10 * 60_000
const tellEveryMs = 250

interface Faulty {
  readonly study: string
  readonly sha256: string
  readonly kind: 'missing' | 'damaged'
}

/** Opens it, and ends what a crash left half dropped. */
export const openKeeping = async ({ local, archive, studies, intake, offer, changed, failed = () => undefined, now = Date.now }: KeepingParts): Promise<Keeping> => {
  let server: KeepingServer | undefined
  let needed: () => Promise<ReadonlySet<string>> = async () => new Set()
  let job: ArchiveJob = { state: 'none' }
  let stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let closed = false
  let growTimer: NodeJS.Timeout | undefined
  let lookedAt = -Infinity
  /** Sizes of studies, as long as the number of their files is the same. */
  const sizes = new Map<string, { readonly files: number; readonly bytes: number }>()

  const rule = async (): Promise<KeepRule> => ({ ...usualRule, ...(await local.get<KeepRule>(SETTINGS, 'rule'))?.value })
  const sizeOf = async (study: string): Promise<{ readonly files: number; readonly bytes: number }> => {
    const files = await studies.countHere(study)
    const known = sizes.get(study)
    if (known?.files === files) return known
    const bytes = (await studies.instancesOf(study)).reduce((sum, { size }) => sum + size, 0)
    sizes.set(study, { files, bytes })
    return { files, bytes }
  }
  const kept = async (): Promise<KeptStudy[]> => {
    const used = new Map((await local.list<null>(USED, { limit: everything })).map(({ id, at }) => [id, Date.parse(at)]))
    const found: KeptStudy[] = []
    for (const { study, place, at } of await studies.notes()) {
      const { files, bytes } = await sizeOf(study)
      if (files > 0) found.push({ study, files, bytes, place, usedAt: Math.max(at, used.get(study) ?? 0) })
      await turn()
    }
    return found
  }
  const state = async (): Promise<ArchiveState> => {
    const [all, present, inUse] = [await kept(), await rule(), await needed()]
    const bytes = all.reduce((sum, each) => sum + each.bytes, 0)
    let alsoOnServer = 0
    const mayGo: KeptStudy[] = []
    const plan = new Set(planRoom(all, present, now(), inUse))
    for (const each of all) {
      if (!(await server?.believes(setOfStudy(each.study)))) continue
      alsoOnServer += 1
      if (plan.has(each)) mayGo.push(each)
    }
    return {
      bytes,
      files: all.reduce((sum, each) => sum + each.files, 0),
      studies: all.length,
      alsoOnServer,
      rule: present,
      excess: excessOf(bytes, present),
      mayGo: { studies: mayGo.length, bytes: mayGo.reduce((sum, each) => sum + each.bytes, 0) },
      faulty: await local.count(FAULTY),
      job,
    }
  }
  /** As it was when the work began; what is told while it goes on need not be counted anew. */
  let before: ArchiveState | undefined
  const tell = async (): Promise<void> => {
    if (!closed) changed(await state())
  }

  const takeAway = async (study: string, instances: readonly StoredInstance[]): Promise<void> => {
    const known = await local.get<{ readonly sha256: readonly string[] }>(DROPPING, study)
    const sha256 = [...new Set([...(known?.value.sha256 ?? []), ...instances.map((each) => each.sha256)])]
    // Written first, so that a crash in the middle leaves no file that nobody knows of.
    await local.put(DROPPING, study, { sha256 })
    await studies.forget(study, instances)
    // What the index still has, or has again since an earlier drop was cut off, is no leftover.
    const indexed = new Set((await studies.instancesOf(study)).map((each) => each.sha256))
    for (const each of sha256) if (!indexed.has(each)) await archive.remove(each)
    await local.removeAll(FAULTY, sha256)
    await local.remove(DROPPING, study)
    sizes.delete(study)
  }
  const forget = (study: string, isDeleted: () => Promise<boolean>): Promise<void> =>
    intake.alone(study, async () => {
      if (await isDeleted()) await takeAway(study, await studies.instancesOf(study))
    })
  const drop = async (study: string): Promise<{ readonly bytes: number } | 'no-server' | 'study-not-confirmed'> => {
    const at = server
    if (!at) return 'no-server'
    return intake.alone(study, async () => {
      const instances = await studies.instancesOf(study)
      const files = instances.map(({ sha256, size }) => ({ sha256, size, about: null }))
      const there = await at.confirm(setOfStudy(study), files).then((each) => new Set(each), () => undefined)
      if (!there) return 'no-server'
      if (files.some(({ sha256 }) => !there.has(sha256))) {
        // It was believed to be there: it is sent again.
        await offer(setOfStudy(study))
        return 'study-not-confirmed'
      }
      await takeAway(study, instances)
      return { bytes: files.reduce((sum, { size }) => sum + size, 0) }
    })
  }

  /** Runs one job; another one that is asked for meanwhile is not begun. */
  const begin = async (does: 'room' | 'check' | 'mend', work: (signal: AbortSignal, progress: (done: number, of: number) => void) => Promise<ArchiveJob>): Promise<ArchiveState> => {
    if (job.state === 'running' || closed) return state()
    stopping = new AbortController()
    job = { state: 'running', does, done: 0, of: 0 }
    before = await state()
    let toldAt = now()
    const progress = (done: number, of: number): void => {
      job = { state: 'running', does, done, of }
      if (now() - toldAt < tellEveryMs) return
      toldAt = now()
      if (before && !closed) changed({ ...before, job })
    }
    running = work(stopping.signal, progress)
      .catch((reason: unknown): ArchiveJob => {
        failed(reason)
        return { state: 'failed', does, problem: 'internal' }
      })
      .then(async (ended) => {
        job = ended
        await tell()
      })
      .catch(failed)
    return { ...before, job }
  }
  const makeRoom = (): Promise<ArchiveState> =>
    begin('room', async (signal, progress) => {
      const plan = planRoom(await kept(), await rule(), now(), await needed())
      let [studiesGone, bytes, unconfirmed] = [0, 0, 0]
      for (const [at, { study }] of plan.entries()) {
        if (signal.aborted) break
        progress(at, plan.length)
        const dropped = await drop(study)
        if (dropped === 'no-server') return { state: 'failed', does: 'room', problem: 'no-server' }
        if (dropped === 'study-not-confirmed') unconfirmed += 1
        else {
          studiesGone += 1
          bytes += dropped.bytes
        }
      }
      return { state: signal.aborted ? 'cancelled' : 'done', does: 'room', studies: studiesGone, bytes, unconfirmed }
    })
  const check = (): Promise<ArchiveState> =>
    begin('check', async (signal, progress) => {
      const notes = await studies.notes()
      const of = (await Promise.all(notes.map(({ study }) => studies.countHere(study)))).reduce((sum, files) => sum + files, 0)
      let [files, missing, damaged] = [0, 0, 0]
      for (const { study } of notes) {
        for (const { sha256 } of await studies.instancesOf(study)) {
          if (signal.aborted) return { state: 'cancelled', does: 'check', files, missing, damaged }
          const verdict = await archive.verify(sha256)
          files += 1
          if (verdict === 'good') await local.removeAll(FAULTY, [sha256])
          else {
            const faulty: Faulty = { study, sha256, kind: verdict }
            await local.put(FAULTY, sha256, faulty, study)
            if (verdict === 'missing') missing += 1
            else damaged += 1
          }
          progress(files, of)
          await turn()
        }
      }
      return { state: 'done', does: 'check', files, missing, damaged }
    })
  const mend = (): Promise<ArchiveState> =>
    begin('mend', async (signal, progress) => {
      const at = server
      if (!at) return { state: 'failed', does: 'mend', problem: 'no-server' }
      const faulty = (await local.list<Faulty>(FAULTY, { limit: everything })).map(({ value }) => value)
      let [files, lost, done] = [0, 0, 0]
      for (const study of new Set(faulty.map((each) => each.study))) {
        if (signal.aborted) break
        const names = new Set(faulty.flatMap((each) => (each.study === study ? [each.sha256] : [])))
        const instances = (await studies.instancesOf(study)).filter(({ sha256 }) => names.has(sha256))
        const there = await at.confirm(setOfStudy(study), instances.map(({ sha256, size }) => ({ sha256, size, about: null }))).then((each) => new Set(each), () => undefined)
        if (!there) return { state: 'failed', does: 'mend', problem: 'no-server' }
        const back = instances.filter(({ sha256 }) => there.has(sha256))
        if (back.length > 0) {
          await intake.alone(study, () => takeAway(study, back))
          await at.fetch(setOfStudy(study))
        }
        files += back.length
        lost += names.size - back.length
        done += 1
        progress(done, faulty.length)
      }
      return { state: signal.aborted ? 'cancelled' : 'done', does: 'mend', files, lost }
    })

  for (const { id } of await local.list(DROPPING, { limit: everything })) await takeAway(id, [])

  return {
    state,
    setRule: async (next) => {
      await local.put(SETTINGS, 'rule', next)
      return state()
    },
    makeRoom, check, mend,
    cancel: async () => {
      stopping.abort()
      await running
      return state()
    },
    drop, forget,
    async whereabouts(study) {
      const [here, there] = [(await studies.countHere(study)) > 0, (await server?.believes(setOfStudy(study))) === true]
      return here ? (there ? 'both' : 'here') : there ? 'server' : 'elsewhere'
    },
    async used(study) {
      const before = await local.get(USED, study)
      if (!before || now() - Date.parse(before.at) > dayMs) await local.put(USED, study, null)
    },
    useServer(given, isNeeded) {
      server = given
      if (isNeeded) needed = isNeeded
    },
    grew() {
      if (closed || growTimer || now() - lookedAt < lookMs) return
      growTimer = setTimeout(() => {
        growTimer = undefined
        lookedAt = now()
        void (async () => {
          if ((await rule()).gigabytes > 0 && (await state()).mayGo.studies > 0) await makeRoom()
        })().catch(failed)
      }, 1_000).unref()
    },
    settled: () => running,
    async close() {
      closed = true
      clearTimeout(growTimer)
      stopping.abort()
      await running
    },
  }
}

import { setImmediate } from 'node:timers/promises'
import type { Answer } from '../../../shared/contract'
import type { Replica } from '../types'
import { type Candidate, type PatientPlan, planPurge } from './plan'
import type { PurgedLedger, PurgedVersion } from './purged'

/** The server, as sync knows it. */
export interface KeepingServer {
  /** Takes those records out of here that the server has word for word; `about` is called before they go. Answers those that are gone. */
  forget(ids: readonly string[], about: (records: readonly PurgedVersion[]) => Promise<void>): Promise<Answer<string[]>>
  /** Fetches records; answers those that the server does not have. */
  bringBack(ids: readonly string[]): Promise<Answer<string[]>>
}

/** What a purge works with. */
export interface PurgeParts {
  readonly replica: Replica
  readonly ledger: PurgedLedger
  readonly server: KeepingServer
  /** Called after each piece. */
  readonly progress?: (done: number, of: number) => void
  readonly isCancelled?: () => boolean
}

/** What a purge came to. */
export interface Purged {
  readonly records: number
  readonly patients: readonly string[]
  /** Records that stayed because the server does not have them just as they are here. */
  readonly held: number
  readonly problem?: string
}

const pieceRecords = 200

interface Piece {
  readonly plan: PatientPlan
  readonly records: readonly Candidate[]
}

/** Records of several patients that go together. */
const piecesOf = (plans: readonly PatientPlan[]): Piece[][] => {
  const pieces: Piece[][] = []
  let open: Piece[] = []
  let size = 0
  for (const plan of plans) {
    for (let from = 0; from < plan.records.length; ) {
      const records = plan.records.slice(from, from + pieceRecords - size)
      open.push({ plan, records })
      from += records.length
      size += records.length
      if (size < pieceRecords) continue
      pieces.push(open)
      open = []
      size = 0
    }
  }
  return open.length > 0 ? [...pieces, open] : pieces
}

/**
 * Takes old visits out of this workstation. Each piece is asked for at the server first; what the server does not have just as it is
 * here stays. Nothing is deleted there: there is no tombstone that could be sent, and the feed does not bring it back.
 *
 * @param before ISO instant
 */
export const runPurge = async ({ replica, ledger, server, progress, isCancelled = () => false }: PurgeParts, before: string): Promise<Purged> => {
  const { patients: plans } = await planPurge(replica, before)
  const of = plans.reduce((sum, { records }) => sum + records.length, 0)
  const touched = new Set<string>()
  let [records, held, done] = [0, 0, 0]
  for (const piece of piecesOf(plans)) {
    if (isCancelled()) break
    const ownerOf = new Map(piece.flatMap(({ plan, records: some }) => some.map(({ id }) => [id, plan] as const)))
    const noted: string[] = []
    const gone = await server.forget([...ownerOf.keys()], async (kept) => {
      const perPlan = new Map<PatientPlan, PurgedVersion[]>()
      for (const each of kept) {
        const plan = ownerOf.get(each.id)
        if (plan) perPlan.set(plan, [...(perPlan.get(plan) ?? []), each])
      }
      for (const [plan, some] of perPlan) {
        noted.push(...some.map(({ id }) => id))
        await ledger.note(plan.patient, plan.before, some)
      }
    })
    const went = new Set(gone.ok ? gone.value : [])
    await ledger.strike(noted.filter((id) => !went.has(id)))
    if (!gone.ok) return { records, patients: [...touched], held: of - records, problem: gone.problem.kind }
    for (const id of went) touched.add(ownerOf.get(id)?.patient ?? '')
    records += went.size
    held += ownerOf.size - went.size
    done += ownerOf.size
    progress?.(done, of)
    await setImmediate()
  }
  return { records, patients: [...touched], held }
}

/** What fetching came to. */
export interface FetchedBack {
  readonly records: number
  readonly patients: readonly string[]
  /** Records that the server does not have any more. */
  readonly missing: number
  readonly problem?: string
}

/** Fetches the purged records of one patient, or of all. */
export const fetchBack = async ({ ledger, server, progress, isCancelled = () => false }: PurgeParts, patient?: string): Promise<FetchedBack> => {
  const wanted = ledger.ids(patient)
  const of = wanted.reduce((sum, { records }) => sum + records.length, 0)
  const touched: string[] = []
  let [records, missing, done] = [0, 0, 0]
  for (let place = 0; place < wanted.length && !isCancelled(); ) {
    const ids: string[] = []
    const owners: string[] = []
    for (; place < wanted.length && (ids.length === 0 || ids.length + (wanted[place]?.records.length ?? 0) <= pieceRecords); place += 1) {
      ids.push(...(wanted[place]?.records ?? []))
      owners.push(wanted[place]?.patient ?? '')
    }
    const answer = await server.bringBack(ids)
    if (!answer.ok) return { records, patients: touched, missing, problem: answer.problem.kind }
    const lost = new Set(answer.value)
    await ledger.strike(ids.filter((id) => !lost.has(id)))
    touched.push(...owners)
    records += ids.length - lost.size
    missing += lost.size
    done += ids.length
    progress?.(done, of)
  }
  return { records, patients: touched, missing }
}

import type { BedEntry, DueObservation, ServedPatient } from '../../../shared/contract'
import { currentHours } from '../../../shared/records/early-warning/sets'

/** A bed somebody lies in, and what is known of the next observations there. */
export interface RoundBed {
  readonly bed: string
  readonly name: string
  readonly patient: ServedPatient
  /** Other beds that the patient was put into on another workstation: nobody has said yet which it is. */
  readonly also?: readonly { readonly bed: string; readonly name: string }[]
  /** Absent: not asked, or not answered yet. */
  readonly due?: DueObservation
}

/** Whole minutes since the next set was due; undefined where it is not over, or nobody knows. */
export const overdueMinutes = ({ due }: RoundBed, nowMs: number): number | undefined => {
  if (due?.due.kind !== 'at') return undefined
  const over = nowMs - Date.parse(due.due.at)
  return over >= 0 ? Math.floor(over / 60_000) : undefined
}

/** Whether a set tells how somebody is now: it is of the last day. */
export const isOfNow = (at: string, nowMs: number): boolean => nowMs - Date.parse(at) < currentHours * 3_600_000

const rank = (bed: RoundBed, nowMs: number): number => (overdueMinutes(bed, nowMs) !== undefined ? 0 : bed.due?.due.kind === 'at' ? 2 : 1)
const dueMs = ({ due }: RoundBed): number => (due?.due.kind === 'at' ? Date.parse(due.due.at) : 0)

/** Whether somebody of the round lies in a bed, as anybody says. */
export const liesIn = (each: RoundBed, bed: string): boolean => each.bed === bed || (each.also ?? []).some((other) => other.bed === bed)

/** The beds in the order of the round, each patient once, in the bed that was said last: the longest overdue first; then those of whom nobody can say when they are due, for they may be; then by the time that they are due. */
export const roundOf = (beds: readonly BedEntry[], dues: readonly DueObservation[], nowMs: number): RoundBed[] => {
  const known = new Map(dues.map((due) => [due.patient, due]))
  const ofPatient = new Map<string, BedEntry[]>()
  for (const bed of beds) if (bed.patient) ofPatient.set(bed.patient.id, [...(ofPatient.get(bed.patient.id) ?? []), bed])
  return [...ofPatient.values()]
    .flatMap((lying): RoundBed[] => {
      const [last, ...others] = lying.sort((one, other) => (other.since ?? '').localeCompare(one.since ?? ''))
      if (!last?.patient) return []
      const due = known.get(last.patient.id)
      return [{
        bed: last.id,
        name: last.name,
        patient: last.patient,
        ...(others.length > 0 ? { also: others.map(({ id, name }) => ({ bed: id, name })) } : {}),
        ...(due ? { due } : {}),
      }]
    })
    .sort((one, other) => rank(one, nowMs) - rank(other, nowMs) || dueMs(one) - dueMs(other) || one.name.localeCompare(other.name, undefined, { numeric: true }))
}

/** The next bed of a round that was not visited yet, behind one; undefined when every bed was. */
export const nextBed = (round: readonly RoundBed[], visited: ReadonlySet<string>, now: string | undefined): RoundBed | undefined => round.find(({ bed }) => bed !== now && !visited.has(bed))

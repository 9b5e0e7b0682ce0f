import { createHash } from 'node:crypto'
import { done, refuse, type Answer, type MeasuredValues, type UnknownBed } from '../../../shared/contract'
import type { Replica } from '../../replica'
import type { Decider } from '../inbox'
import { chartRow } from './chartRow'

/** Rows of a bed that nobody knew, as they lie on this workstation's disk. */
interface UnknownRows {
  readonly device: string
  readonly deviceName: string
  readonly profile: string
  readonly label: string
  readonly rows: readonly { readonly at: string; readonly values: MeasuredValues; readonly captures: readonly string[] }[]
  readonly dropped: number
  readonly filedOn?: string
  readonly decision?: { readonly by: string; readonly name: string; readonly at: string; readonly why?: string }
}

const kind = 'unknown-bed'
/** A day of rows of five minutes. */
const mostRows = 288

/** What a central station reports of beds that nobody here knows: kept for a named person, never guessed. */
export const openUnknownBeds = async (replica: Replica, now: () => number, changed: () => void) => {
  const { local, records } = replica
  const nameOf = ({ device, label }: Pick<UnknownRows, 'device' | 'label'>) => JSON.stringify([device, label])
  /** What takes further rows, by device and bed. Decided rows begin a new item, so that nothing is added to what somebody has seen and decided. */
  const open = new Map((await local.list<UnknownRows>(kind, { state: 'waiting' })).filter(({ value }) => value.filedOn === undefined).map(({ id, value }) => [nameOf(value), id]))
  const decision = (by: Decider, why?: string) => ({ by: by.practitioner, name: by.name, at: new Date(now()).toISOString(), ...(why === undefined ? {} : { why }) })

  return {
    /** Keeps a row; the same interval once. Resolves when it is on disk. */
    keep: async (of: Pick<UnknownRows, 'device' | 'deviceName' | 'profile' | 'label'>, row: UnknownRows['rows'][number]): Promise<void> => {
      const known = open.get(nameOf(of))
      const found = known === undefined ? undefined : await local.get<UnknownRows>(kind, known)
      const before = found?.value.rows.filter(({ at }) => at !== row.at) ?? []
      const rows = [...before, row].sort((one, other) => (one.at < other.at ? -1 : 1))
      const tooMany = Math.max(0, rows.length - mostRows)
      const id = known ?? createHash('sha256').update(JSON.stringify([of.device, of.label, row.at])).digest('hex').slice(0, 40)
      await local.put<UnknownRows>(kind, id, { ...of, rows: rows.slice(tooMany), dropped: (found?.value.dropped ?? 0) + tooMany }, 'waiting')
      open.set(nameOf(of), id)
      changed()
    },
    list: async (): Promise<UnknownBed[]> =>
      (await local.list<UnknownRows>(kind, { state: 'waiting', limit: 200 })).map(({ id, value: { device, deviceName, label, rows, dropped } }) => ({
        id, device, deviceName, label, dropped, rows: rows.map(({ at, values }) => ({ at, values })),
      })),
    /** Puts the rows onto a chart, by a named person. */
    file: async (id: string, patient: string, by: Decider): Promise<Answer<null>> => {
      const found = await local.get<UnknownRows>(kind, id)
      if (!found || !(await records.get('Patient', patient))) return refuse('not-found')
      const { value } = found
      // First who it is for: a crash in between leaves rows that can only go to the same patient.
      if (found.state !== 'waiting' || (value.filedOn !== undefined && value.filedOn !== patient)) return refuse('already-filed')
      open.delete(nameOf(value))
      await local.put<UnknownRows>(kind, id, { ...value, filedOn: patient }, 'waiting')
      for (const { at, values, captures } of value.rows) {
        await chartRow(replica, { key: `${id}/${at}`, patient, at, values, device: { id: value.device, name: value.deviceName, profile: value.profile }, captures, by: by.practitioner })
      }
      await local.put<UnknownRows>(kind, id, { ...value, filedOn: patient, decision: decision(by) }, 'filed')
      changed()
      return done(null)
    },
    dismiss: async (id: string, why: string, by: Decider): Promise<Answer<null>> => {
      const found = await local.get<UnknownRows>(kind, id)
      if (!found) return refuse('not-found')
      if (found.state !== 'waiting' || found.value.filedOn !== undefined) return refuse('already-filed')
      open.delete(nameOf(found.value))
      await local.put<UnknownRows>(kind, id, { ...found.value, decision: decision(by, why) }, 'rejected')
      changed()
      return done(null)
    },
  }
}

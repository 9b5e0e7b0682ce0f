import { type Answer, done, type Origin, refuse, type VitalEntry } from '../../shared/contract'
import type { Envelope } from '../../shared/records/envelope'
import { lastCounts } from '../../shared/records/early-warning/sets'
import { flagVital } from '../../shared/records/observation/flagVitals'
import { correctsOf, roundedVital, vitalCodeOf, vitalFacts, vitalFault, vitalObservation, vitalSearchCode, vitalSearchCodes } from '../../shared/records/observation/vitalObservation'
import { type VitalCode, vitals } from '../../shared/records/observation/vitals'
import { idIn } from '../../shared/records/systems'
import { type Actor, type ChartingParts, instantOfStamp } from './parts'

type Value = number | string

/** A set taken together. */
export interface VitalSet {
  readonly key: string
  readonly patient: string
  /** ISO instant with zone. */
  readonly effective: string
  readonly values: readonly { readonly code: VitalCode; readonly value: Value }[]
}

/** Clocks differ a little; what is further ahead than this was not measured yet. */
const aheadMs = 5 * 60_000

/** Observations that are looked through at once for the newest of each sign. */
const pageForLatest = 200

/** Of what was measured at one instant, what counts first. */
const newestFirst = (one: VitalEntry, other: VitalEntry): number => Date.parse(other.effective) - Date.parse(one.effective) || lastCounts(other, one)

const vitalCodes = Object.keys(vitals) as VitalCode[]

/** Why a set cannot be charted; facts never carry a value. */
const faultOf = (set: VitalSet, now: number) => {
  const measured = Date.parse(set.effective)
  if (Number.isNaN(measured)) return refuse('bad-shape', { field: 'effective' })
  if (measured > now + aheadMs) return refuse('implausible-value', { field: 'effective', limit: 'now' })
  const codes = set.values.map((each) => each.code)
  const twice = codes.find((code, index) => codes.indexOf(code) !== index)
  if (twice) return refuse('bad-shape', { field: twice })
  const faults = set.values.map((each) => vitalFault(each.code, each.value)).filter((each) => each !== undefined)
  const [first] = faults
  if (first) return refuse('implausible-value', { field: first.field, limit: first.limit, fields: faults.map((each) => each.field).join(' ') })
  const valueOf = (code: VitalCode) => set.values.find((each) => each.code === code)?.value
  const [systolic, diastolic] = [valueOf('bp-systolic'), valueOf('bp-diastolic')]
  if (typeof systolic === 'number' && typeof diastolic === 'number' && diastolic >= systolic) {
    return refuse('implausible-value', { field: 'bp-diastolic', limit: 'bp-systolic', fields: 'bp-systolic bp-diastolic' })
  }
  return undefined
}

/** Vital signs: recorded, corrected, listed, newest. */
export const openVitals = (parts: ChartingParts) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  /** What stands on the chart: a value that was corrected is only told by its correction. */
  const standing = async (observations: readonly Envelope<'Observation'>[], birthDate: string | undefined): Promise<VitalEntry[]> => {
    const byId = new Map(observations.map((each) => [each.id, each]))
    const corrected = new Set(observations.map((each) => correctsOf(each.resource)).filter((id) => id !== undefined))
    const elsewhere = [...corrected].filter((id) => !byId.has(id))
    if (elsewhere.length > 0) for (const each of await records.getAll('Observation', elsewhere)) byId.set(each.id, each)
    const shown = observations.flatMap((observation) => {
      const facts = corrected.has(observation.id) ? undefined : vitalFacts(observation.resource)
      const before = byId.get(correctsOf(observation.resource) ?? '')
      const old = before && vitalFacts(before.resource)
      return facts ? [{ observation, facts, ...(old && { was: { ...old, id: before.id, at: instantOfStamp(before.at) } }) }] : []
    })
    const people = new Map(await Promise.all([...new Set(shown.flatMap(({ facts, was }) => [facts.by, ...(was ? [was.by] : [])]))].map(async (id) => [id, await nameOf(id)] as const)))
    // What a monitor charts has one origin a thousand times: as one object it goes to the window once.
    const origins = new Map<string, Origin>()
    const once = (origin: Origin): Origin => {
      const said = JSON.stringify(origin)
      const known = origins.get(said) ?? origin
      origins.set(said, known)
      return known
    }
    return shown.map(({ observation: { id, at }, facts, was }): VitalEntry => {
      const flag = flagVital(facts.code, facts.value, birthDate, facts.effective.slice(0, 10))
      return {
        id, ...facts,
        origin: once(facts.origin),
        written: at,
        by: people.get(facts.by) ?? '',
        ...(flag ? { flag } : {}),
        ...(was ? { corrects: { id: was.id, value: was.value, by: people.get(was.by) ?? '', at: was.at } } : {}),
      }
    })
  }

  /** Also what was measured at the instant where a full page broke off: a correction has the instant of what it corrects. */
  const completed = async (patient: string, page: readonly Envelope<'Observation'>[], limit: number): Promise<readonly Envelope<'Observation'>[]> => {
    const boundary = page.at(-1)?.search.date
    if (page.length < limit || boundary === undefined) return page
    const there = await records.find('Observation', { where: { subject: patient, date: boundary, code: { in: vitalSearchCodes } } })
    const known = new Set(page.map((each) => each.id))
    return [...page, ...there.filter((each) => !known.has(each.id))]
  }

  /** Writes a new version of a sign that points at the old one; undefined when somebody has put it right already, to something else. */
  const putRight = async (old: Envelope<'Observation'>, told: { readonly patient: string; readonly code: VitalCode; readonly value: Value; readonly key: string }, actor: Actor): Promise<Envelope<'Observation'> | undefined> => {
    const { patient: subject, code, value, key } = told
    const sameInstant = await records.find('Observation', { where: { subject, code: vitalSearchCode(code), date: old.search.date ?? '' } })
    const already = sameInstant.find((each) => correctsOf(each.resource) === old.id)
    if (already) return already.author !== actor.practitioner || vitalFacts(already.resource)?.value !== value ? undefined : already
    const resource = vitalObservation({ subject, code, value, effective: old.resource.effectiveDateTime ?? '', performer: actor.practitioner, origin: { kind: 'typed' }, corrects: old.id })
    return records.add('Observation', resource, actor.practitioner, `correct:${old.id}:${key}`)
  }

  return {
    /**
     * Charts a set, all or none; `implausible-value` with facts field, limit and fields.
     * @param origin of all of them; the actor typed them or confirmed the device's reading
     */
    record: async (set: VitalSet, actor: Actor, origin: Origin = { kind: 'typed' }): Promise<Answer<VitalEntry[]>> => {
      const patient = await records.get('Patient', set.patient)
      if (!patient) return refuse('not-found')
      const fault = faultOf(set, parts.now())
      if (fault) return fault
      const wanted = set.values.map(({ code, value }) => ({
        code, resource: vitalObservation({ subject: set.patient, code, value, effective: set.effective, performer: actor.practitioner, origin }), key: `vitals:${set.patient}:${set.key}:${code}`,
      }))
      const added = await records.addAll(wanted.map(({ resource, key }) => ({ type: 'Observation' as const, resource, key })), actor.practitioner)
      // The first answer got lost, and another value was typed before the set was saved again: what was typed last stands, and says what it puts right.
      const rights: Envelope<'Observation'>[] = []
      for (const [place, { code, resource }] of wanted.entries()) {
        const [old, value] = [added[place] as Envelope<'Observation'>, vitalFacts(resource)?.value]
        if (value === undefined || vitalFacts(old.resource)?.value === value) continue
        const right = await putRight(old, { patient: set.patient, code, value, key: set.key }, actor)
        if (!right) return refuse('conflict', { field: code })
        rights.push(right)
      }
      return done(await standing([...(added as Envelope<'Observation'>[]), ...rights], patient.resource.birthDate))
    },

    /** A new version that points at the old one; `conflict` when the old one has been corrected already. */
    correct: async (
      ask: { readonly key: string; readonly patient: string; readonly observation: string; readonly value: Value },
      actor: Actor,
    ): Promise<Answer<VitalEntry>> => {
      const [patient, old] = await Promise.all([records.get('Patient', ask.patient), records.get('Observation', ask.observation)])
      const code = old && vitalCodeOf(old.resource)
      if (!patient || !old || !code || idIn(old.resource.subject, 'Patient') !== ask.patient) return refuse('not-found')
      const fault = vitalFault(code, ask.value)
      if (fault) return refuse('implausible-value', { ...fault, fields: fault.field })
      const value = roundedVital(code, ask.value, true)

      const correction = await putRight(old, { patient: ask.patient, code, value, key: ask.key }, actor)
      if (!correction) return refuse('conflict', { field: code })
      const [entry] = await standing([old, correction], patient.resource.birthDate)
      return entry ? done(entry) : refuse('not-found')
    },

    /** Everything charted since then, newest first; of one instant what counts first. */
    list: async (patient: string, birthDate: string | undefined, ask: { readonly since?: string; readonly limit: number }): Promise<VitalEntry[]> => {
      const since = ask.since === undefined ? undefined : new Date(ask.since).toISOString()
      const page = await records.find('Observation', {
        where: { subject: patient, code: { in: vitalSearchCodes }, ...(since === undefined ? {} : { date: { from: since } }) },
        sort: { by: 'date', order: 'descending' },
        limit: ask.limit,
      })
      return (await standing(await completed(patient, page, ask.limit), birthDate)).sort(newestFirst)
    },

    /** The newest of each sign, in the order of the paper form. */
    latest: async (patient: string, birthDate: string | undefined): Promise<VitalEntry[]> => {
      const newest = new Map<VitalCode, VitalEntry>()
      let missing: readonly VitalCode[] = vitalCodes
      let skip = 0
      // Most charts end with the first page; a sign that was measured long ago, or never, costs another look.
      while (missing.length > 0) {
        const page = await records.find('Observation', {
          where: { subject: patient, code: { in: missing.map(vitalSearchCode) } },
          sort: { by: 'date', order: 'descending' },
          skip,
          limit: pageForLatest,
        })
        for (const entry of (await standing(await completed(patient, page, pageForLatest), birthDate)).sort(newestFirst)) {
          if (!newest.has(entry.code)) newest.set(entry.code, entry)
        }
        if (page.length < pageForLatest) break
        const stillMissing = missing.filter((code) => !newest.has(code))
        // A page may hold none of them, where a laboratory result has the code of a vital sign.
        skip = stillMissing.length === missing.length ? skip + pageForLatest : 0
        missing = stillMissing
      }
      return vitalCodes.flatMap((code) => newest.get(code) ?? [])
    },
  }
}

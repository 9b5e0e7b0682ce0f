/**
 * How a first load over a slow line is ordered, so that work can begin before everything is here. Each step reads the feed from the same
 * place, and takes a part of it that no other takes.
 *
 * | step | what it takes |
 * |---|---|
 * | `today` | what was written since the day before yesterday's evening, and the lists that work needs: staff, sign-in, devices, review items |
 * | `patients` | the patients whom that is about |
 * | `around` | everything else about these patients |
 * | `month`, `year`, `earlier` | all other records, the newest first |
 * | `audit` | who read what: nobody waits for it |
 *
 * Last comes the feed as it is, from where it stood before the first step: what was written in the meantime.
 */
export const loadSteps = ['today', 'patients', 'around', 'month', 'year', 'earlier', 'audit'] as const
export type LoadStep = (typeof loadSteps)[number]

/** A first load in steps, as the checkpoint keeps it. */
export interface Load {
  readonly step: LoadStep
  /** Where the feed of this step has been read to. */
  readonly since: string
  /** Where each step begins: what comes before had been read already. */
  readonly begin: string
  /** Divides today from history, ISO instant. */
  readonly cut: string
  /** Ids of the patients of today. */
  readonly patients: readonly string[]
}

/** More patients than this are not of one day. */
const mostPatients = 400
const todayMs = 36 * 3_600_000
const dayMs = 24 * 3_600_000
const basics = ['Organization', 'Practitioner', 'Basic', 'Device', 'Task']

/** The load to begin with, at `begin` of the feed. */
export const beginLoad = (begin: string, nowMs: number): Load => ({ step: 'today', since: begin, begin, cut: new Date(nowMs - todayMs).toISOString(), patients: [] })

/** The load after its present step has been read to the end; undefined: it is done. */
export const nextStep = (load: Load): Load | undefined => {
  const step = loadSteps[loadSteps.indexOf(load.step) + 1]
  return step && { ...load, step, since: load.begin }
}

/** Whether today's work can begin once this step is done. */
export const isEarly = (step: LoadStep): boolean => step === 'today' || step === 'patients' || step === 'around'

/** Adds the patients whom the records are about. */
export const withPatientsOf = (load: Load, records: readonly { readonly id: string; readonly type: string; readonly at: string; readonly search: { readonly subject?: string } }[]): Load => {
  if (load.step !== 'today' || load.patients.length >= mostPatients) return load
  const subjects = records.flatMap(({ type, at, search: { subject } }) => (type !== 'AuditEvent' && at >= load.cut && subject !== undefined ? [subject] : []))
  const patients = [...new Set([...load.patients, ...subjects])].slice(0, mostPatients)
  return patients.length === load.patients.length ? load : { ...load, patients }
}

const aboutPaths = ['resource.subject.reference', 'resource.patient.reference']

/** What of the feed a step takes, as CouchDB's `_selector` filter reads it; undefined: it is no step of the feed. */
export const selectorOf = ({ step, cut, patients }: Load): object | undefined => {
  const references = patients.map((id) => `Patient/${id}`)
  const ago = (days: number) => new Date(Date.parse(cut) - days * dayMs).toISOString()
  // A field that is absent answers no comparison at all, so it is asked for.
  const aboutOthers = aboutPaths.map((path) => ({ $or: [{ [path]: { $exists: false } }, { [path]: { $nin: references } }] }))
  const history = (at: object) => ({ $and: [{ at }, { type: { $nin: [...basics, 'AuditEvent'] } }, ...aboutOthers] })
  switch (step) {
    case 'today':
      return { $and: [{ type: { $ne: 'AuditEvent' } }, { $or: [{ at: { $gte: cut } }, { type: { $in: basics } }] }] }
    case 'patients':
      return undefined
    case 'around':
      return { $and: [{ at: { $lt: cut } }, { type: { $nin: [...basics, 'AuditEvent'] } }, { $or: aboutPaths.map((path) => ({ [path]: { $in: references } })) }] }
    case 'month':
      return history({ $gte: ago(30), $lt: cut })
    case 'year':
      return history({ $gte: ago(365), $lt: ago(30) })
    case 'earlier':
      return history({ $lt: ago(365) })
    case 'audit':
      return { type: 'AuditEvent' }
  }
}

import { type Answer, done, type Inbox, type InboxCount, type InboxItem, type InboxOwner, refuse, type Severity, severities, type SignOffAction, type SignOffEntry } from '../../../shared/contract'
import { type SignOff, signOffOf, signOffRecord, signOffTopics, takeOverRecord } from '../../../shared/records/result-sign-off/signOff'
import { recordIdOfKey } from '../../replica'
import { type Actor, type ChartingParts, instantNow } from '../parts'
import { summaryOf } from '../patients'
import { responsibleFor, type WaitingReport } from './look'
import { openWaitingReports } from './waiting'

/** More sign-offs of one patient are not listed. */
const mostSignOffs = 500

/** What is written on an imaging order when its report was read. */
export interface InboxDeps {
  /** The doctor has read the report that answers this order, at this ISO instant. */
  readonly orderSeen: (patient: string, order: string, actor: Actor, at: string) => Promise<unknown>
}

/** Kind in the local store, by report: the sign-off of an image report that is about to be written, and then to be noted on its order. */
const unseenKind = 'result-sign-off-seen'
const mostUnseen = 500

interface Unseen {
  readonly patient: string
  readonly order: string
  readonly practitioner: string
  /** ISO instant of the sign-off. */
  readonly at: string
  /** Id of its record. */
  readonly signOff: string
}

/** Practitioner ids of those on duty now. */
export type OnDuty = readonly string[]

const urgency = (severity: Severity, isCorrected: boolean): number => (severity === 'critical' ? 0 : isCorrected ? 1 : 1 + severities.indexOf(severity))
/** Critical first, then corrected, then abnormal; what nobody judged before what is normal; the oldest first. */
const inOrder = (one: WaitingReport, other: WaitingReport): number =>
  urgency(one.severity, one.isCorrected) - urgency(other.severity, other.isCorrected) || (one.at < other.at ? -1 : one.at > other.at ? 1 : one.report < other.report ? -1 : 1)

/** Who is not there while this person is on duty, or nobody: whose results this person covers. */
const isToCover = (entry: WaitingReport, actor: Actor, onDuty: OnDuty): boolean => {
  const owner = responsibleFor(entry)
  return owner === undefined || (onDuty.includes(actor.practitioner) && !onDuty.includes(owner))
}

/** Results that are to be read by those who asked for them, and that they were. */
export const openInbox = (parts: ChartingParts, { orderSeen }: InboxDeps) => {
  const { records, local, practice } = parts.replica
  const { nameOf } = parts.names
  const waiting = openWaitingReports(parts.replica, parts.now)

  /** Reports that are being signed off. */
  const signing = new Set<string>()

  const noteSeen = async (report: string, { patient, order, practitioner, at }: Unseen): Promise<void> => {
    await orderSeen(patient, order, { practitioner }, at)
    await local.remove(unseenKind, report)
  }
  /** What was signed off when this computer stopped is noted on its order; what did not come to be written is not. */
  const mend = async (): Promise<void> => {
    for (const { id, value } of await local.list<Unseen>(unseenKind, { limit: mostUnseen })) {
      if (await records.get('Communication', value.signOff)) await noteSeen(id, value)
      else if (!signing.has(id)) await local.remove(unseenKind, id)
    }
  }
  let mending: Promise<void> | undefined
  /** With each look and act until it is done: an order on which nothing can be noted keeps no other result from being read and signed off. */
  const mended = (): Promise<void> => {
    mending ??= mend().catch(() => {
      mending = undefined
    })
    return mending
  }

  const itemOf = async ({ patient: subject, isPartial: _isPartial, orderer, takenOver, signedBefore, ...entry }: WaitingReport): Promise<InboxItem | undefined> => {
    const patient = await records.get('Patient', subject)
    // Its records are still on their way.
    if (!patient) return undefined
    return {
      ...entry,
      patient: summaryOf(patient),
      orderer: orderer === undefined ? '' : await nameOf(orderer),
      signedBefore: await Promise.all(signedBefore.map(nameOf)),
      ...(takenOver && { takenOver: { by: await nameOf(takenOver.by), at: takenOver.at } }),
    }
  }

  /** The version of this patient's report that stands and waits; undefined: it does not, or is another's. */
  const find = async (patient: string, report: string): Promise<WaitingReport | undefined> => (await waiting.look(report)).waiting.find((each) => each.report === report && each.patient === patient)

  const signOffEntry = async ({ report, by, at, action, comment }: SignOff): Promise<SignOffEntry> => ({ report, by: await nameOf(by), at, action, comment })

  /** Why a report is not there to be acted on: it never was this patient's, or it does not wait any more. */
  const missing = async (patient: string, report: string) => ((await records.get('DiagnosticReport', report))?.search.subject === patient ? refuse('conflict') : refuse('not-found'))

  return {
    /** How much waits for a person; `onDuty` says whom they cover. */
    count: async (actor: Actor, onDuty: OnDuty): Promise<InboxCount> => {
      await mended()
      const all = await waiting.all()
      const own = all.filter((entry) => responsibleFor(entry) === actor.practitioner)
      return {
        waiting: own.length,
        critical: own.filter(({ severity }) => severity === 'critical').length,
        corrected: own.filter(({ isCorrected }) => isCorrected).length,
        toCover: all.filter((entry) => responsibleFor(entry) !== actor.practitioner && isToCover(entry, actor, onDuty)).length,
      }
    },

    /** The inbox of a person; `undefined`: what nobody answers for. */
    list: async (of: string | undefined, page: { readonly skip: number; readonly limit: number }): Promise<Inbox> => {
      await mended()
      const own = (await waiting.all()).filter((entry) => responsibleFor(entry) === of).sort(inOrder)
      const items = await Promise.all(own.slice(page.skip, page.skip + page.limit).map(itemOf))
      return { items: items.filter((each) => each !== undefined), total: own.length }
    },

    /** Inboxes of others in which something waits: those of people who are not on duty first. */
    owners: async (actor: Actor, onDuty: OnDuty): Promise<InboxOwner[]> => {
      const owners = new Map<string, { waiting: number; critical: number }>()
      for (const entry of await waiting.all()) {
        const owner = responsibleFor(entry) ?? ''
        if (owner === actor.practitioner) continue
        const counted = owners.get(owner) ?? { waiting: 0, critical: 0 }
        owners.set(owner, { waiting: counted.waiting + 1, critical: counted.critical + (entry.severity === 'critical' ? 1 : 0) })
      }
      const found = await Promise.all([...owners].map(async ([practitioner, counted]): Promise<InboxOwner> => ({ practitioner, name: await nameOf(practitioner), ...counted, isOnDuty: onDuty.includes(practitioner) })))
      return found.sort((one, other) => Number(one.isOnDuty) - Number(other.isOnDuty) || other.critical - one.critical || (one.name < other.name ? -1 : 1))
    },

    /** Signs off a version that stands, by the one who answers for it. The same act again is the same record. */
    signOff: (ask: { readonly key: string; readonly patient: string; readonly report: string; readonly action: SignOffAction; readonly comment: string }, actor: Actor): Promise<Answer<SignOffEntry>> =>
      parts.once(
        `result-signed-off:${ask.report}:${ask.key}`,
        async () => {
          const key = `result-signed-off:${ask.report}:${actor.practitioner}:${ask.key}`
          const id = recordIdOfKey(practice, 'Communication', key)
          await mended()
          const known = await records.get('Communication', id)
          const already = known && signOffOf(known.resource)
          if (already) {
            const unseen = await local.get<Unseen>(unseenKind, ask.report)
            if (unseen) await noteSeen(ask.report, unseen.value)
            return done(await signOffEntry(already))
          }
          const entry = await find(ask.patient, ask.report)
          if (!entry) return missing(ask.patient, ask.report)
          if (responsibleFor(entry) !== actor.practitioner) return refuse('conflict', { reason: 'of-another' })
          if (entry.severity === 'critical' && ask.action === 'none' && ask.comment === '') return refuse('bad-shape', { field: 'comment' })
          const signed = { report: ask.report, subject: ask.patient, by: actor.practitioner, at: instantNow(parts), action: ask.action, comment: ask.comment }
          const unseen = entry.kind === 'imaging' && entry.order !== undefined ? { patient: ask.patient, order: entry.order, practitioner: actor.practitioner, at: signed.at, signOff: id } : undefined
          try {
            signing.add(ask.report)
            if (unseen) await local.put<Unseen>(unseenKind, ask.report, unseen)
            await records.add('Communication', signOffRecord(signed), actor.practitioner, key)
          } finally {
            signing.delete(ask.report)
          }
          if (unseen) await noteSeen(ask.report, unseen)
          return done(await signOffEntry(signed))
        },
        (answer) => answer.ok,
      ),

    /** Somebody answers for a report from now on, in the place of whoever did. */
    takeOver: (ask: { readonly key: string; readonly patient: string; readonly report: string }, actor: Actor): Promise<Answer<InboxItem>> =>
      parts.once(
        `result-taken-over:${ask.report}:${ask.key}`,
        async () => {
          const entry = await find(ask.patient, ask.report)
          if (!entry) return missing(ask.patient, ask.report)
          const at = instantNow(parts)
          if (responsibleFor(entry) !== actor.practitioner) {
            const taken = { report: ask.report, subject: ask.patient, by: actor.practitioner, at }
            await records.add('Communication', takeOverRecord(taken), actor.practitioner, `result-taken-over:${ask.report}:${actor.practitioner}:${ask.key}`)
          }
          const item = await itemOf({ ...entry, takenOver: { by: actor.practitioner, at } })
          return item ? done(item) : refuse('not-found')
        },
        (answer) => answer.ok,
      ),

    /** Who signed off what on a chart, the newest first. */
    signOffs: async (patient: string): Promise<SignOffEntry[]> => {
      const found = await records.find('Communication', { where: { subject: patient, code: signOffTopics.signedOff }, sort: { by: 'date', order: 'descending' }, limit: mostSignOffs })
      return Promise.all(found.flatMap(({ resource }) => signOffOf(resource) ?? []).map(signOffEntry))
    },

    close: () => waiting.close(),
  }
}

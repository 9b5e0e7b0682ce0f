import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { Patient } from 'fhir/r4'
import { alertFigure, isAlertDue, scoreAlert, type ScoreAlertFacts, scoreAlertOf, scoreAlertTopic } from '../../../shared/records/communication/scoreAlert'
import { responseTo } from '../../../shared/records/early-warning/response'
import { scoredAsCodes } from '../../../shared/records/early-warning/scoredAs'
import { currentSet, isCurrent, lastCounts, minuteOf, type ScoredSet } from '../../../shared/records/early-warning/sets'
import type { Envelope, RecordType } from '../../../shared/records/envelope'
import { vitalSearchCodes } from '../../../shared/records/observation/vitalObservation'
import { endedMonitoring, monitoringCode, monitoringOf, monitoringTask, openMonitoring } from '../../../shared/records/task/monitoring'
import { followRecords, type RecordChange, type Replica } from '../../replica'
import { instantOfStamp } from '../parts'
import type { DueDesk, Standing } from './due'

/** What answering scores needs. */
export interface ResponseDeps {
  readonly replica: Replica
  readonly due: DueDesk
  readonly failed: (reason: unknown) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** What another workstation charted is left to it for so long. */
  readonly graceMs?: number
}

/** Signs of a set come one by one within this time. */
const gatherMs = 60
/** The file may be busy or full for a moment; no alarm is forgotten for that. */
const againMs = 2_000
/** Signs that another workstation charted longer ago have been answered there, or are too old to be told of here. */
const freshMs = 15 * 60_000
/** Tasks of one patient that are ended at once. */
const mostAsked = 20
const author = 'system'

/** The signs of a set that give its points, the worst first, and when the last of the set was charted. */
const originOf = ({ signs: charted }: Standing, { minute, score }: ScoredSet): { readonly signs: readonly string[]; readonly chartedAt: string } => {
  const replaced = new Set(charted.flatMap(({ corrects }) => (corrects ? [corrects.id] : [])))
  const ofSet = charted.filter(({ id, effective }) => minuteOf(effective) === minute && !replaced.has(id)).sort(lastCounts)
  const counting = new Map(ofSet.map((sign) => [sign.code, sign]))
  const points = score.kind === 'not-used' ? {} : score.points
  const given = [...counting.values()].filter(({ code }) => (points[code] ?? 0) > 0).sort((one, other) => (points[other.code] ?? 0) - (points[one.code] ?? 0))
  const written = ofSet.map((sign) => sign.written).sort().at(-1) ?? ''
  return { signs: given.map(({ id }) => id), chartedAt: instantOfStamp(written) }
}

/** Whether this is a person whose birth date was changed. */
const isOfAge = (type: RecordType, { resource, prior }: Envelope): boolean => {
  const before = prior.at(-1)
  return type === 'Patient' && before !== undefined && (before.resource as Patient).birthDate !== (resource as Patient).birthDate
}

/**
 * Does what a score asks for, on the workstation where the signs were charted: a task to monitor without a break, and an alert that
 * goes down the roster. Both have the key of their set, so that a repeated look makes neither twice. Where that workstation has told
 * of nothing after a while, another one that has the signs does it in its place, with the same records.
 */
export const openResponse = async ({ replica, due, failed, now = Date.now, graceMs = 60_000 }: ResponseDeps) => {
  const { records, station } = replica
  const waiting = new Set<string>()
  /** Patients whose signs came from elsewhere, each with its timer. */
  const left = new Map<string, NodeJS.Timeout>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let isLooking = false
  let isClosed = false

  const lastAlertOf = async (subject: string): Promise<ScoreAlertFacts | undefined> => {
    const [newest] = await records.find('Communication', { where: { subject, code: scoreAlertTopic }, sort: { by: 'date', order: 'descending' }, limit: 1 })
    return newest && scoreAlertOf(newest.resource)
  }

  const respond = async (patient: string): Promise<void> => {
    const standing = await due.standingOf(patient)
    const set = standing && currentSet(standing.sets, now())
    if (!standing || !set || set.score.kind === 'not-used' || !isCurrent(set, now())) return
    const { score } = set
    const tables = await due.tables()
    const { isContinuous } = responseTo(tables, score.used.chart, score.level)
    const { signs, chartedAt } = originOf(standing, set)
    const [{ chart }, { level }, total, isAtLeast] = [score.used, score, alertFigure(score), score.kind === 'incomplete']
    if (isAlertDue(set, await lastAlertOf(patient), standing.sets, tables)) {
      const alert = scoreAlert({ subject: patient, chart, level, total, isAtLeast, minute: set.minute, at: chartedAt, signs })
      await records.add('Communication', alert, author, `early-warning-alert/${patient}/${set.minute}`)
    }
    if (isContinuous && !standing.monitoring) {
      const asked = monitoringTask({ subject: patient, chart, level, total, isAtLeast, minute: set.minute, since: chartedAt })
      const key = `monitoring/${patient}/${set.minute}`
      const { resource } = await records.add('Task', asked, author, key)
      // That of this set was ended by a value that was wrong itself.
      if (monitoringOf(resource)?.state === 'over') await records.add('Task', asked, author, `${key}/${chartedAt}`)
    }
    if (standing.monitoring && !isContinuous && score.kind === 'score') {
      // Two workstations may each have asked for it.
      for (const { id, resource } of await records.find('Task', { where: { subject: patient, code: monitoringCode, status: { in: openMonitoring } }, limit: mostAsked })) {
        // Only a whole set says that it is over, and none from before it began.
        if (set.minute >= (monitoringOf(resource)?.minute ?? Number.POSITIVE_INFINITY)) await records.revise('Task', id, (task) => endedMonitoring(task, chartedAt), author)
      }
    }
  }

  const plan = (ms: number): void => {
    if (isClosed) return
    timer ??= setTimeout(begin, ms)
  }
  const begin = () => {
    timer = undefined
    looking = looking.then(async () => {
      isLooking = true
      const patients = [...waiting]
      for (const patient of patients) {
        if (isClosed) break
        waiting.delete(patient)
        try {
          await respond(patient)
        } catch (reason) {
          waiting.add(patient)
          failed(reason)
        }
        await turnOfTheLoop()
      }
      isLooking = false
      if (waiting.size > 0) plan(againMs)
    })
  }

  const take = ({ type, id, subject, envelope }: RecordChange): void => {
    // By which table the signs count was said after they were charted.
    if (envelope.station === station && (isOfAge(type, envelope) || (type === 'Observation' && scoredAsCodes.includes(envelope.search.code ?? '')))) {
      waiting.add(subject ?? id)
      plan(gatherMs)
      return
    }
    if (type !== 'Observation' || subject === undefined || !vitalSearchCodes.includes(envelope.search.code ?? '')) return
    // What is older says nothing of now: a first load, an import, a late entry of yesterday's sheet.
    if (!isCurrent({ at: envelope.search.date ?? '' }, now())) return
    if (envelope.station === station) {
      waiting.add(subject)
      plan(gatherMs)
    } else if (!left.has(subject) && now() - Date.parse(instantOfStamp(envelope.at)) < freshMs) {
      left.set(
        subject,
        setTimeout(() => {
          left.delete(subject)
          waiting.add(subject)
          plan(gatherMs)
        }, graceMs),
      )
    }
  }
  // Nothing is answered of what was charted before there were answers.
  const following = followRecords(replica, { name: 'early-warning', take, first: async () => undefined, isDone: () => waiting.size === 0 && left.size === 0 && !isLooking })
  await following.catchUp()

  return {
    /** Resolves when everything that was charted until now has been answered. */
    settled: async (): Promise<void> => {
      while (timer !== undefined || waiting.size > 0) {
        if (timer === undefined) return looking
        await new Promise((later) => setTimeout(later, 5))
      }
      await looking
    },
    close: async (): Promise<void> => {
      isClosed = true
      clearTimeout(timer)
      await looking
      await following.close()
      for (const each of left.values()) clearTimeout(each)
    },
  }
}

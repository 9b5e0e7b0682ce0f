import * as z from 'zod'
import { request } from './request'
import { idempotencyKey, line, optionalLine, recordId } from './shapes'
import { isClockTime, mostDuties } from '../records/basic/dutyRoster'
import type { WarningChart, WarningLevel } from '../records/early-warning/score'

/** To whom an alert went, and from when on; no name: to everybody at work. */
export interface AlertStep {
  readonly name?: string
  /** ISO instant. */
  readonly from: string
}

/** What a person said who took an alert. */
export interface AlertAnswer {
  /** Name of the person. */
  readonly by: string
  readonly told: string
  readonly readBack: string
  readonly action: string
  /** ISO instant. */
  readonly at: string
}

/** A critical result of which somebody must be told. */
export interface CriticalEntry {
  readonly id: string
  readonly patient: string
  /** As the banner writes it. */
  readonly patientName: string
  readonly patientNumber: string
  /** The bed that the patient lies in, where that is known. */
  readonly bed?: string
  readonly test: string
  /** What is read out and read back. */
  readonly value: string
  readonly unit: string
  readonly side?: 'low' | 'high'
  readonly limit?: number
  /** It is an early warning score, and no result of the laboratory; `isAtLeast`: a sign was missing. */
  readonly score?: { readonly chart: WarningChart; readonly level: WarningLevel; readonly isAtLeast: boolean }
  /** When the alert was made, ISO instant. */
  readonly at: string
  /** `unverified`: nobody in the laboratory has accepted it yet. `withdrawn`: the laboratory says that it is no result. */
  readonly state: 'accepted' | 'unverified' | 'withdrawn'
  /** What the result says now, where it was corrected since. */
  readonly now?: string
  /** It was answered, and waits anew since then, ISO instant: the score was corrected and asks for more than what was answered. */
  readonly again?: string
  readonly steps: readonly AlertStep[]
  readonly answers: readonly AlertAnswer[]
}

/** Alerts of some days, the newest first, and how fast they were answered. */
export interface CriticalLog {
  readonly entries: readonly CriticalEntry[]
  /** Median minutes from the alert to the first answer; absent: none was answered. */
  readonly medianMinutes?: number
}

/** One person on duty for alerts. */
export interface DutyEntry {
  readonly practitioner: string
  readonly name: string
  /** Local time, HH:MM. */
  readonly from: string
  /** Local time, HH:MM; not later than `from`: on the next day. */
  readonly to: string
  /** 1 is told first. */
  readonly rank: number
}

const day = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
const clockTime = z.string().refine(isClockTime)

/** Critical results, and the roster of those who are told. */
export const criticalRequests = {
  /** How many nobody has answered: without names, for windows on which nobody is signed in. */
  countCriticals: request(z.undefined(), 'anyone').answers<{ readonly open: number }>(),
  /** What nobody has answered, the oldest first. */
  listCriticals: request(z.undefined(), 'critical.read').answers<CriticalEntry[]>(),
  /** A named person took the alert, told somebody, and heard the value read back; `read-back-differs` when that is another one. */
  answerCritical: request(
    z.object({ key: idempotencyKey, patient: recordId, alert: recordId, told: line, readBack: line, action: optionalLine.default('') }),
    'critical.answer',
    'write',
  ).answers<CriticalEntry>(),
  readCriticalLog: request(z.object({ days: z.int().min(1).max(366) }), 'critical.read').answers<CriticalLog>(),
  readRoster: request(z.object({ day }), 'staff.read').answers<DutyEntry[]>(),
  /** The roster of a day, whole. */
  saveRoster: request(
    z.object({ day, duties: z.array(z.object({ practitioner: recordId, from: clockTime, to: clockTime, rank: z.int().min(1).max(99) })).max(mostDuties) }),
    'staff.manage',
    'write',
  ).answers<DutyEntry[]>(),
}

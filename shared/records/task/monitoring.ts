import type { Task } from 'fhir/r4'
import { warningCharts, warningLevels, type WarningChart, type WarningLevel } from '../early-warning/score'
import { idIn, referenceTo } from '../systems'

/** Our kinds of Task. */
export const taskSystem = 'urn:outpost:task'
/** That a patient is to be monitored without a break, as the score asks for it. */
export const monitoringCode = 'continuous-monitoring'
/** States in which it still is to be done. */
export const openMonitoring = ['ready', 'in-progress'] as const

/** What such a task says. */
export interface MonitoringFacts {
  readonly subject: string
  readonly chart: WarningChart
  readonly level: WarningLevel
  /** The total of the score; `isAtLeast`: a sign was missing. */
  readonly total: number
  readonly isAtLeast: boolean
  /** The set that asked for it: minutes since 1970. */
  readonly minute: number
  /** When the set was charted, ISO instant. */
  readonly since: string
  /** `asked`: nobody has taken it yet. `taken`: a named person sees to it. `over`: the score asks for it no more. */
  readonly state: 'asked' | 'taken' | 'over'
  /** Practitioner id. */
  readonly takenBy?: string
  /** ISO instants. */
  readonly takenAt?: string
  readonly overAt?: string
}

/** The task that a score makes. */
export const monitoringTask = ({ subject, chart, level, total, isAtLeast, minute, since }: Omit<MonitoringFacts, 'state' | 'takenBy' | 'takenAt' | 'overAt'>): Task => ({
  resourceType: 'Task',
  status: 'ready',
  intent: 'order',
  priority: 'stat',
  code: { coding: [{ system: taskSystem, code: monitoringCode, display: 'Continuous monitoring' }], text: 'Continuous monitoring' },
  for: referenceTo('Patient', subject),
  authoredOn: since,
  executionPeriod: { start: since },
  input: [
    { type: { text: 'chart' }, valueCode: chart },
    { type: { text: 'level' }, valueCode: level },
    { type: { text: isAtLeast ? 'at-least' : 'total' }, valueInteger: total },
    { type: { text: 'set' }, valueInteger: minute },
  ],
})

/** A named person sees to it. */
export const takenMonitoring = (task: Task, practitioner: string, at: string): Task => ({ ...task, status: 'in-progress', owner: referenceTo('Practitioner', practitioner), lastModified: at })

/** The score asks for it no more. */
export const endedMonitoring = (task: Task, at: string): Task => ({ ...task, status: 'completed', executionPeriod: { ...task.executionPeriod, end: at } })

/** What a monitoring task says; undefined when it is another kind of task, or not whole. */
export const monitoringOf = (task: Task): MonitoringFacts | undefined => {
  if (!task.code?.coding?.some(({ system, code }) => system === taskSystem && code === monitoringCode)) return undefined
  const input = (name: string) => task.input?.find(({ type }) => type.text === name)
  const chart = warningCharts.find((each) => each === input('chart')?.valueCode)
  const level = warningLevels.find((each) => each === input('level')?.valueCode)
  const [subject, since] = [idIn(task.for, 'Patient'), task.authoredOn]
  const minute = input('set')?.valueInteger
  if (!chart || !level || minute === undefined || subject === undefined || since === undefined || Number.isNaN(Date.parse(since))) return undefined
  const [atLeast, takenBy, end] = [input('at-least')?.valueInteger, idIn(task.owner, 'Practitioner'), task.executionPeriod?.end]
  return {
    subject, chart, level, minute, since,
    total: atLeast ?? input('total')?.valueInteger ?? 0,
    isAtLeast: atLeast !== undefined,
    state: task.status === 'ready' ? 'asked' : task.status === 'in-progress' ? 'taken' : 'over',
    ...(takenBy === undefined ? {} : { takenBy }),
    ...(takenBy === undefined || task.lastModified === undefined ? {} : { takenAt: task.lastModified }),
    ...(end === undefined ? {} : { overAt: end }),
  }
}

const rank = (task: Task): number => (task.status === 'completed' ? 2 : task.status === 'in-progress' ? 1 : 0)

/** Two versions of a task that were changed apart: what is over stays over, what somebody took stays taken; else the earlier stands. */
export const mergeMonitoring = (earlier: Task, later: Task): Task => (rank(later) > rank(earlier) ? later : earlier)

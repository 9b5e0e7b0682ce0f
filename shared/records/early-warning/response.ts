import type { Basic } from 'fhir/r4'
import { settingsIn, settingsRecord } from '../basic/settings'
import { levelsOfChart, warningCharts, type WarningChart, type WarningLevel } from './score'

/** What a level asks for. */
export interface ResponseStep {
  /** The latest time to the next charted set, minutes. */
  readonly everyMinutes: number
  /** The patient is monitored without a break: a task says so until it is over. */
  readonly isContinuous: boolean
  /** Those on the roster are told at once, by the alarm that critical results use. */
  readonly alerts: boolean
  /** Who is called and what is done, in the practice's own words; '': as published. */
  readonly calls: string
}

/** What each level of a chart asks for. */
export type ResponseTable = Readonly<Partial<Record<WarningLevel, ResponseStep>>>

/** The tables of a practice, one a chart. */
export type ResponseTables = Readonly<Record<WarningChart, ResponseTable>>

const step = (everyMinutes: number, more: Partial<Pick<ResponseStep, 'isContinuous' | 'alerts'>> = {}): ResponseStep => ({ everyMinutes, isContinuous: false, alerts: false, calls: '', ...more })

/**
 * What holds until a practice says otherwise. NEWS2: Royal College of Physicians 2017, chart 4 (the shorter bound of 4–6 hours; who is
 * monitored without a break is charted every 30 minutes, a bound of our own). PEWS: the escalation table on the charts of NHS England
 * 2023 (4 hours at 0 points is our own: the chart leaves it to the ward). MEOWS: its authors publish triggers and no intervals; 12 hours, 1 hour with one
 * yellow, 30 minutes once it triggered are our own.
 */
export const publishedResponses: ResponseTables = {
  news2: { none: step(12 * 60), low: step(4 * 60), 'low-medium': step(60), medium: step(60), high: step(30, { isContinuous: true, alerts: true }) },
  pews: {
    none: step(4 * 60), low: step(60), medium: step(30, { isContinuous: true }), high: step(30, { isContinuous: true, alerts: true }),
    emergency: step(15, { isContinuous: true, alerts: true }),
  },
  meows: { none: step(12 * 60), low: step(60), high: step(30, { alerts: true }) },
}

/** Bounds of an interval, minutes. */
export const intervalMinutes = { least: 5, most: 24 * 60 } as const

/** Code of the `Basic` record of a chart's table. */
export const responseCode = 'early-warning-response'
const url = 'urn:outpost:early-warning-response'

/** One table of a chart in a practice: every workstation writes the same record. */
export const responseKey = (chart: WarningChart): string => `early-warning-response/${chart}`

const said = (is: boolean): string => (is ? 'yes' : 'no')

/** The record of a practice's table. */
export const responseRecord = (chart: WarningChart, table: ResponseTable, created: string): Basic =>
  settingsRecord(
    responseCode,
    url,
    {
      chart,
      ...Object.fromEntries(
        levelsOfChart[chart].flatMap((level) => {
          const { everyMinutes, isContinuous, alerts, calls } = table[level] ?? publishedResponses[chart][level] ?? step(60)
          return [[`${level}.every`, String(everyMinutes)], [`${level}.continuous`, said(isContinuous)], [`${level}.alerts`, said(alerts)], [`${level}.calls`, calls]]
        }),
      ),
    },
    created,
  )

/** The chart and its table in a record; what is not whole in it is as published. Undefined: the record holds something else. */
export const responseIn = (record: Basic): { readonly chart: WarningChart; readonly table: ResponseTable } | undefined => {
  const texts = settingsIn(record, responseCode, url)
  const chart = warningCharts.find((each) => each === texts?.['chart'])
  if (!texts || !chart) return undefined
  const stepOf = (level: WarningLevel): ResponseStep => {
    const published = publishedResponses[chart][level] ?? step(60)
    const every = Number(texts[`${level}.every`])
    const isSaid = (name: string, otherwise: boolean) => (texts[`${level}.${name}`] === undefined ? otherwise : texts[`${level}.${name}`] === 'yes')
    return {
      everyMinutes: Number.isInteger(every) && every >= intervalMinutes.least && every <= intervalMinutes.most ? every : published.everyMinutes,
      isContinuous: isSaid('continuous', published.isContinuous),
      alerts: isSaid('alerts', published.alerts),
      calls: texts[`${level}.calls`] ?? '',
    }
  }
  return { chart, table: Object.fromEntries(levelsOfChart[chart].map((level) => [level, stepOf(level)])) }
}

/** What a level of a chart asks for. */
export const responseTo = (tables: ResponseTables, chart: WarningChart, level: WarningLevel): ResponseStep => tables[chart][level] ?? publishedResponses[chart][level] ?? step(60)

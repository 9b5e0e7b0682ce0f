import type { WaveformChannel, WaveformGroup } from '../../../../../shared/standards/dicom'

/** How curves are drawn: millimetres of paper for time and height. */
export interface Paper {
  /** mm a second. */
  readonly speed: 12.5 | 25 | 50
  /** mm a millivolt. */
  readonly gain: 5 | 10 | 20
}

/** The leads of a 12-lead electrocardiogram in the order in which they are read. */
export const standardLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const
export type StandardLead = (typeof standardLeads)[number]

/** Codes of PS3.16 CID 3001 (SCP-ECG and MDC) by lead. */
const leadCodes: Readonly<Record<string, StandardLead>> = {
  'SCPECG:5.6.3-9-1': 'I', 'SCPECG:5.6.3-9-2': 'II', 'SCPECG:5.6.3-9-61': 'III', 'SCPECG:5.6.3-9-62': 'aVR', 'SCPECG:5.6.3-9-63': 'aVL', 'SCPECG:5.6.3-9-64': 'aVF',
  'SCPECG:5.6.3-9-3': 'V1', 'SCPECG:5.6.3-9-4': 'V2', 'SCPECG:5.6.3-9-5': 'V3', 'SCPECG:5.6.3-9-6': 'V4', 'SCPECG:5.6.3-9-7': 'V5', 'SCPECG:5.6.3-9-8': 'V6',
  'MDC:2:1': 'I', 'MDC:2:2': 'II', 'MDC:2:61': 'III', 'MDC:2:62': 'aVR', 'MDC:2:63': 'aVL', 'MDC:2:64': 'aVF',
  'MDC:2:3': 'V1', 'MDC:2:4': 'V2', 'MDC:2:5': 'V3', 'MDC:2:6': 'V4', 'MDC:2:7': 'V5', 'MDC:2:8': 'V6',
}

/** Which standard lead a channel is; undefined for any other curve. The code counts, then a name that says nothing else. */
export const leadOf = ({ name, source }: Pick<WaveformChannel, 'name' | 'source'>): StandardLead | undefined => {
  const plain = name.trim().replace(/^lead\s+/i, '').replace(/\s*\(.*\)$/, '').toLowerCase()
  return leadCodes[source] ?? standardLeads.find((lead) => lead.toLowerCase() === plain)
}

/** Millivolts in one unit of an electrical channel; undefined for other quantities. UCUM. */
const millivolts: Readonly<Record<string, number>> = { V: 1000, mV: 1, uV: 0.001, nV: 0.000001 }
export const millivoltsOf = (unit: string | undefined): number | undefined => (unit === undefined ? undefined : millivolts[unit])

/** Whether every channel is in millivolts, so that the squares of the paper mean something. */
export const isElectrical = ({ channels }: WaveformGroup): boolean => channels.length > 0 && channels.every(({ unit }) => millivoltsOf(unit) !== undefined)

/** The twelve leads of a group in reading order; undefined unless all are there, once each. */
export const twelveLeads = ({ channels }: WaveformGroup): readonly WaveformChannel[] | undefined => {
  const byLead = new Map(channels.map((channel) => [leadOf(channel), channel]))
  const ordered = standardLeads.flatMap((lead) => byLead.get(lead) ?? [])
  return ordered.length === standardLeads.length && channels.filter((channel) => leadOf(channel) !== undefined).length === standardLeads.length ? ordered : undefined
}

/** Least and greatest sample that is no padding; undefined when there is none. */
export const rangeOf = (samples: Float32Array): readonly [low: number, high: number] | undefined => {
  let [low, high] = [Infinity, -Infinity]
  for (const value of samples) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : undefined
}

/** How a curve is drawn. */
export interface Trace {
  readonly samples: Float32Array
  readonly frequency: number
  /** The part that is drawn, in samples; `to` is not drawn. */
  readonly from: number
  readonly to: number
  /** mm a second. */
  readonly speed: number
  /** mm a unit of the samples. */
  readonly gain: number
  /** Value that lies on the line. */
  readonly zero: number
}

const mm = (value: number): string => String(Math.round(value * 1000) / 1000)

/** Columns on a millimetre: more samples than that on one become the least and the greatest of them. */
const columnsPerMm = 8

/**
 * The path of a curve in millimetres, y downwards, `x` 0 at its first sample. Padding interrupts it. Where samples lie
 * closer than a tenth of a millimetre, the least and greatest of each column are drawn, so that no spike is lost.
 */
export const tracePath = ({ samples, frequency, from, to, speed, gain, zero }: Trace): string => {
  const step = speed / frequency
  const perColumn = Math.max(1, Math.floor(1 / columnsPerMm / step))
  const parts: string[] = []
  let pen = false
  const put = (index: number): void => {
    const value = samples[index]
    if (value === undefined) return
    parts.push(`${pen ? 'L' : 'M'}${mm((index - from) * step)} ${mm(-(value - zero) * gain)}`)
    pen = true
  }
  for (let at = from; at < to; at += perColumn) {
    const end = Math.min(at + perColumn, to)
    let [least, greatest] = [-1, -1]
    for (let index = at; index < end; index++) {
      const value = samples[index] ?? NaN
      if (Number.isNaN(value)) continue
      if (least < 0 || value < (samples[least] ?? 0)) least = index
      if (greatest < 0 || value > (samples[greatest] ?? 0)) greatest = index
    }
    if (least < 0) {
      pen = false
      continue
    }
    put(Math.min(least, greatest))
    if (least !== greatest) put(Math.max(least, greatest))
  }
  return parts.join('')
}

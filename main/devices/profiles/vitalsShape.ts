import * as z from 'zod'
import { common } from './common'
import { pattern, patternNaming } from './pattern'

/** Numbers that a device can measure. */
const vital = z.enum(['spo2', 'pulse', 'bp-systolic', 'bp-diastolic', 'respiratory-rate', 'temperature', 'glucose', 'weight', 'height'])
/** What the chart converts from; `1`: the unit of the chart. */
const unit = z.enum(['1', '[degF]', '[lb_av]', 'g', '[in_i]', 'm', 'mm', 'mg/dL', 'kPa'])

const anyVitals = {
  ...common,
  category: z.literal('vitals'),
  /** `stream`: numbers every second or so. `spot`: one finished measurement after the other, and silence between. */
  gives: z.enum(['stream', 'spot']),
  /** What it measures, for lists. */
  measures: z.array(vital).min(1),
  /** Longer silence means that it is off or out of reach. Absent: silence is normal. */
  silenceMs: z.int().min(500).optional(),
  /** How long a reading may still be taken for the patient it was made of. */
  readingMs: z.int().min(1_000).max(3_600_000).optional(),
}
const selectFormat = z.boolean().default(false)

/** A device at the bedside, by what it speaks. */
export const vitalsDevice = z.discriminatedUnion('protocol', [
  z.object({ ...anyVitals, protocol: z.literal('contec-v7'), /** Sent again this often, or the device stops. */ keepAliveMs: z.int().min(100) }),
  z.object({ ...anyVitals, protocol: z.literal('contec-old') }),
  z.object({ ...anyVitals, protocol: z.literal('nonin-stream'), format: z.union([z.literal(2), z.literal(7)]), /** Tell the meter which format to send. */ selectFormat }),
  z.object({ ...anyVitals, protocol: z.literal('nonin-slow'), selectFormat }),
  z.object({ ...anyVitals, protocol: z.literal('nonin-spot'), selectFormat, /** Firmware that wants every measurement confirmed. */ acknowledge: z.boolean().default(false) }),
  z.object({ ...anyVitals, protocol: z.literal('a-and-d') }),
  z.object({ ...anyVitals, protocol: z.literal('taidoc'), askMs: z.int().min(500).default(3_000) }),
  z.object({ ...anyVitals, protocol: z.literal('intellivue') }),
  z.object({ ...anyVitals, protocol: z.literal('dri'), /** How often values are sent. */ seconds: z.int().min(5).max(60).default(10) }),
  z.object({
    ...anyVitals,
    protocol: z.literal('vital-lines'),
    mode: z.enum(['live', 'spot']),
    numbers: z.array(z.object({ pattern: patternNaming('value'), code: vital, unit: unit.optional() })).min(1),
    units: z.record(z.string(), unit).default({}),
    unusable: z.array(pattern).default([]),
    ask: z.string().max(100).optional(),
    askMs: z.int().min(200).optional(),
    /** A line as this device writes it, for its simulator: `{pulse}`, `{spo2:3}` (digits in all), `{weight:6.2}` (and after the point). */
    example: z.string().max(500).optional(),
    lineEnds: z.array(z.int().min(0).max(255)).default([]),
    window: z.object({ ms: z.int().min(500).max(60_000), fewest: z.int().min(1).max(600) }).default({ ms: 5_000, fewest: 3 }),
  }),
  z.object({
    ...anyVitals,
    protocol: z.literal('vital-hl7'),
    codes: z.record(z.string(), vital),
    units: z.record(z.string(), unit),
    bed: z.array(z.string().regex(/^(?:PV1|PID)-\d{1,2}(?:\.\d{1,2}){0,2}$/)).default(['PV1-3.1', 'PV1-3.3']),
  }),
])

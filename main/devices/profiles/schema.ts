import * as z from 'zod'
import { anyAnalyser } from './common'
import { pattern, patternNaming } from './pattern'
import { textAnalyser } from './textShape'
import { vitalsDevice } from './vitalsShape'

/** A place in a record, counted as LIS02-A2 counts: field 1 is the record type, component 1 the first. */
const place = z.object({ record: z.enum(['O', 'P', 'R']), field: z.int().min(1).max(60), component: z.int().min(1).max(20).optional() })

const astmAnalyser = z.object({
  ...anyAnalyser,
  protocol: z.literal('astm'),
  /** Departures from LIS01-A2. */
  framing: z.object({ checksum: z.enum(['required', 'none']).default('required'), frameNumbers: z.enum(['counted', 'any']).default('counted') }).prefault({}),
  /** The analyser asks by barcode what to measure (Q record). Absent: it is not answered. */
  hostQuery: z
    .object({
      /** Components of Q.3 where the number on the tube may stand; the first that is not empty counts. */
      specimen: z.array(z.int().min(1).max(20)).min(1),
      /** `number`: O.3 holds the number alone. `echo`: O.3 is Q.3 as it was asked. */
      answerWith: z.enum(['number', 'echo']).default('number'),
      /** Component of O.5 where the code stands. */
      codeComponent: z.int().min(1).max(10).default(4),
      framing: z.enum(['record-per-frame', 'message-in-frames']).default('record-per-frame'),
    })
    .optional(),
  /** Where the number on the tube stands; the first place that is not empty counts. */
  sampleId: z.array(place).min(1),
  /** Components of R.3 where the test code may stand; the first that is not empty counts. */
  testCode: z.array(z.int().min(1).max(20)).min(1),
  /** `(?<code>…)`: what of that is the code, where more stands there (`990/1` for a dilution). */
  codePattern: patternNaming('code').optional(),
  qualityControl: z.object({
    /** H.12 says that the message is of no patient (Q, T or D). */
    byProcessing: z.boolean().default(true),
    /** O.12 says Q. */
    byAction: z.boolean(),
    samples: z.array(pattern),
  }),
})

/** A place in an HL7 message, as the standard writes it: `OBR-3.1`, `SPM-2.1.1`. */
const hl7Place = z.string().regex(/^(?:OBR|ORC|SPM|SAC|PID|PV1)-\d{1,2}(?:\.\d{1,2}){0,2}$/)

const hl7Analyser = z.object({
  ...anyAnalyser,
  protocol: z.literal('hl7'),
  /** `none`: bare messages over a serial line, without MLLP. */
  framing: z.object({ block: z.enum(['mllp', 'none']).default('mllp') }).prefault({}),
  /** `asked`: as MSH-15 and MSH-16 say. `original`: AA, AE, AR whatever they say. `never`: this device takes no answer. */
  acknowledge: z.enum(['asked', 'original', 'never']).default('asked'),
  /** The analyser asks by barcode what to measure (QRY or QBP). Absent: it is told that there is nothing. */
  hostQuery: z
    .object({
      /** Which parameter of the query is the number on the tube: QPD-3 is the first; QRD-8 in the old form. */
      parameter: z.int().min(1).max(20),
      /** Event of the answer to QBP; default: that of the query. */
      event: z.string().regex(/^[A-Z]\d{2}$/).optional(),
    })
    .optional(),
  /** Where the number on the tube stands; the first place that is not empty counts. */
  sampleId: z.array(hl7Place).min(1),
  /** Components of OBX-3 where the test code may stand; the first that is not empty counts. */
  testCode: z.array(z.int().min(1).max(6)).min(1),
  /** `(?<code>…)`: what of that is the code, where more stands there. */
  codePattern: patternNaming('code').optional(),
  qualityControl: z.object({
    /** MSH-11 says that the message is of no patient (Q, T or D). */
    byProcessing: z.boolean(),
    /** OBR-11 or SPM-11 says Q. */
    byAction: z.boolean(),
    /** OBR-4.1 is one of these. */
    services: z.array(pattern).default([]),
    samples: z.array(pattern),
  }),
})

/** A device type as data: what differs between two analysers that speak the same protocol. */
export const profileShape = z.discriminatedUnion('category', [z.discriminatedUnion('protocol', [astmAnalyser, hl7Analyser, textAnalyser]), vitalsDevice])

/** See {@link profileShape}. */
export type Profile = z.output<typeof profileShape>
export type AstmProfile = z.output<typeof astmAnalyser>
export type Hl7Profile = z.output<typeof hl7Analyser>
export type TextProfile = z.output<typeof textAnalyser>
export type AnalyserProfile = AstmProfile | Hl7Profile | TextProfile
export type VitalsProfile = z.output<typeof vitalsDevice>

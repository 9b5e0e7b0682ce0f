import * as z from 'zod'
import { anyAnalyser } from './common'
import { pattern, patternNaming } from './pattern'

const byte = z.int().min(0).max(255)

/**
 * How a time is written: `yyyy yy MM dd HH mm ss` stand for numbers, `MMM` for `Jan`…`Dec`, all else for itself
 * (a space for any run of spaces). Two digits of a year are of this century.
 */
const timeFormat = z.string().regex(/^(?=.*yy)(?=.*MM)(?=.*dd).{6,40}$/)

/** A page on which people could read the results: line by line, each line by regular expressions with named groups. */
const lines = z.object({
  kind: z.literal('lines'),
  /** `(?<id>…)`: the number on the tube. */
  sampleId: z.array(patternNaming('id')).min(1),
  /** `(?<value>…)`, `(?<code>…)` (or `code` beside it), and if there are any `unit`, `flag`, `range`, `comment`. */
  results: z.array(z.object({ pattern: patternNaming('value'), code: z.string().min(1).optional() })).min(1),
  /** `(?<time>…)`, written as `format` says; several lines may each hold a part (a date here, a time there). */
  measured: z.object({ patterns: z.array(patternNaming('time')).min(1), format: timeFormat }).optional(),
  /** `(?<says>…)`: what the analyser writes of the patient. */
  patient: patternNaming('says').optional(),
  /** A line that begins the next sample of a page. */
  nextSample: pattern.optional(),
  /** Where no unit is printed it is the test's: never where the analyser can be set to others. */
  printsNoUnits: z.boolean().default(false),
})

/** Where something stands in a page of fixed columns, counted from 0. */
const span = z.object({ from: z.int().min(0).max(20_000), length: z.int().min(1).max(200) })

/** A page without separators: each thing has its columns. */
const columns = z.object({
  kind: z.literal('columns'),
  sampleId: span,
  results: z.array(span.extend({ code: z.string().min(1), /** Digits after a point that is not written. */ decimals: z.int().min(0).max(6).default(0), flag: span.optional() })).min(1),
  measured: span.extend({ format: timeFormat }).optional(),
})

/** A column of a table: its heading, or its number from 1. */
const column = z.union([z.string().min(1), z.int().min(1).max(500)])

/** Rows with separators, such as CSV. */
const table = z.object({
  kind: z.literal('table'),
  separator: z.string().length(1),
  quote: z.string().max(1).default('"'),
  /** The first row holds headings. */
  hasHeadings: z.boolean(),
  sampleId: column,
  /** One row for each result. Without it each column whose heading is a test is a result. */
  row: z.object({ code: column, value: column, unit: column.optional(), flag: column.optional(), range: column.optional() }).optional(),
  /** Wide tables without headings: number of the column → code. */
  tests: z.record(z.string().regex(/^\d{1,3}$/), z.string().min(1)).optional(),
  measured: z.object({ columns: z.array(column).min(1), format: timeFormat }).optional(),
  patient: column.optional(),
  /** A comma before decimals. */
  decimalComma: z.boolean().default(false),
  /** Rows without a unit: it is the test's. */
  printsNoUnits: z.boolean().default(false),
})

/** An analyser that sends what its printer would print, or a file of rows. */
export const textAnalyser = z.object({
  ...anyAnalyser,
  protocol: z.literal('text'),
  framing: z
    .object({
      /** Byte that begins a page; what comes before it is noise. Absent: the first byte after a silence. */
      start: byte.optional(),
      /** Byte that ends a page. Absent: it ends when the line is silent for `idleMs` after an end of line (CR, LF, FF). */
      end: byte.optional(),
      idleMs: z.int().min(100).max(60_000).default(1_500),
      /** `ack`: ENQ and every page are answered with ACK once they are on disk, a page with a wrong sum with NAK. */
      answer: z.enum(['none', 'ack']).default('none'),
      /** `gs-sum`: a GS, then the sum of everything between the start byte and the GS, the GS with it, as two hex digits; the page ends there. */
      checksum: z.enum(['none', 'gs-sum']).default('none'),
      /** Longest page, bytes. */
      limit: z.int().min(100).max(8 * 1024 * 1024).default(64 * 1024),
    })
    .prefault({}),
  layout: z.discriminatedUnion('kind', [lines, columns, table]),
  /** A page as this analyser sends it, for its simulator: `{id}`, `{time:yyyy-MM-dd HH:mm}`, `{4.2±0.5}`. */
  example: z.string().max(5_000).optional(),
  qualityControl: z.object({ samples: z.array(pattern), /** A line of the page that says so. */ lines: z.array(pattern).default([]) }),
})

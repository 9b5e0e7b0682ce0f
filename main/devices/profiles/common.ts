import * as z from 'zod'
import { pattern } from './pattern'

/** Line settings of a serial port. */
export const serial = z.object({
  baudRate: z.int().min(300).max(4_000_000),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
})

/** What every profile says. */
export const common = {
  id: z.string().regex(/^[a-z0-9-]{2,60}$/),
  maker: z.string().min(1),
  model: z.string().min(1),
  /** As people call the protocol. */
  protocolName: z.string().min(1),
  serial,
  /** What of this profile no manual confirms: said where a device is paired, so that somebody looks twice. */
  unsure: z.array(z.string().min(1)).default([]),
}

/** What every analyser's profile says, whatever it speaks. */
export const anyAnalyser = {
  ...common,
  category: z.literal('analyser'),
  /** What a filed report is called. */
  reportTitle: z.string().min(1),
  /** Code as sent → what it is. `unit` is UCUM; a value in another unit is not filed by itself. */
  tests: z.record(z.string(), z.object({ loinc: z.string().regex(/^\d{1,7}-\d$/).optional(), name: z.string().min(1), unit: z.string().min(1) })),
  /** Unit as this analyser spells it → UCUM. It only spells, it never converts. */
  units: z.record(z.string(), z.string().min(1)).default({}),
  /** What people order (the order's text, in any case) → codes that the analyser knows the tests by. */
  panels: z.record(z.string(), z.array(z.string().min(1)).min(1)).default({}),
  /** Codes that are remarks of the analyser, not measurements: filed as text, whatever number they carry. */
  findings: z.array(pattern).default([]),
  /** Codes that are left out, such as names of picture files. */
  ignored: z.array(pattern).default([]),
}

import * as z from 'zod'

const serial = z.object({
  baudRate: z.int().min(300).max(4_000_000),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
})

/** A place in a record, counted as LIS02-A2 counts: field 1 is the record type, component 1 the first. */
const place = z.object({ record: z.enum(['O', 'P', 'R']), field: z.int().min(1).max(60), component: z.int().min(1).max(20).optional() })

/** A regular expression as text. */
const pattern = z.string().refine((text) => {
  try {
    RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}, 'not a regular expression')

const common = {
  id: z.string().regex(/^[a-z0-9-]{2,60}$/),
  maker: z.string().min(1),
  model: z.string().min(1),
  /** As people call the protocol. */
  protocolName: z.string().min(1),
  serial,
}

const analyser = z.object({
  ...common,
  category: z.literal('analyser'),
  protocol: z.literal('astm'),
  /** Departures from LIS01-A2. */
  framing: z.object({ checksum: z.enum(['required', 'none']).default('required'), frameNumbers: z.enum(['counted', 'any']).default('counted') }).prefault({}),
  /** What a filed report is called. */
  reportTitle: z.string().min(1),
  /** Where the number on the tube stands; the first place that is not empty counts. */
  sampleId: z.array(place).min(1),
  /** Components of R.3 where the test code may stand; the first that is not empty counts. */
  testCode: z.array(z.int().min(1).max(20)).min(1),
  qualityControl: z.object({ /** O.12 says Q. */ byAction: z.boolean(), samples: z.array(pattern) }),
  /** Code as sent → what it is. `unit` is UCUM; a value in another unit is not filed by itself. */
  tests: z.record(z.string(), z.object({ loinc: z.string().regex(/^\d{1,7}-\d$/), name: z.string().min(1), unit: z.string().min(1) })),
  /** Codes that are remarks of the analyser, not measurements: filed as text, whatever number they carry. */
  findings: z.array(pattern).default([]),
  /** Codes that are left out, such as names of picture files. */
  ignored: z.array(pattern).default([]),
})

const vitalsMonitor = z.object({
  ...common,
  category: z.literal('vitals'),
  protocol: z.literal('contec-v7'),
  /** Sent again this often, or the device stops. */
  keepAliveMs: z.int().min(100),
  /** Longer silence means that it is off or out of reach. */
  silenceMs: z.int().min(500),
})

/** A device type as data: what differs between two analysers that speak the same protocol. */
export const profileShape = z.discriminatedUnion('category', [analyser, vitalsMonitor])

/** See {@link profileShape}. */
export type Profile = z.output<typeof profileShape>
export type AnalyserProfile = z.output<typeof analyser>
export type VitalsProfile = z.output<typeof vitalsMonitor>

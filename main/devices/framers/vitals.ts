import type { NumericVital } from '../../../shared/records/observation/vitals'
import type { LocalDateTime } from '../../../shared/standards/astm'

/** Numbers of a device in the units of the chart; what it has no number for is left out, never 0. */
export type VitalNumbers = Readonly<Partial<Record<NumericVital, number>>>

/** A piece of a curve, as it came. */
export interface Wave {
  readonly code: 'pleth'
  /** 0 to 1 of the device's own scale. */
  readonly samples: readonly number[]
  readonly perSecond: number
}

/** One finished measurement, such as a blood pressure or a weight. */
export interface Measurement {
  /** Empty: the device tells that it failed. */
  readonly numbers: VitalNumbers
  /** In the device's own clock. */
  readonly takenAt?: LocalDateTime
  /**
   * How long ago by the device's own clock, which may be wrong by years and still know this; milliseconds. Below zero: its
   * clock was set back meanwhile. `unknown`: it keeps the time and did not tell it. Absent: it keeps none and sends at once.
   */
  readonly ageMs?: number | 'unknown'
  /** Serial number of the device. */
  readonly serial?: string
  /** It was kept in the device before it was sent: no one knows whose it is. */
  readonly isFromMemory?: boolean
  /** A check with control solution: nobody's. */
  readonly isControl?: boolean
  /** Of no patient: the sender is in training, is being tested, or demonstrates itself. */
  readonly isDemonstration?: boolean
  /** Where the sender says the patient lies. */
  readonly bed?: string
}

/** How long before `sent` something was, both in milliseconds of the device's own clock. */
export const ageOf = (sent: number, taken: number): number | 'unknown' => (Number.isFinite(sent - taken) ? sent - taken : 'unknown')

/** What the driver must do, in this order. */
export type VitalsEffect =
  | { readonly do: 'write'; readonly bytes: Uint8Array }
  /** Numbers of a stream. Not usable: the probe is off, it searches, or the sender doubts them itself. */
  | { readonly do: 'live'; readonly numbers: VitalNumbers; readonly isUsable: boolean; readonly bed?: string }
  | { readonly do: 'wave'; readonly wave: Wave }
  /** Write the bytes to the journal, then send the device `stored`, or `failed` where that could not be. */
  | { readonly do: 'measured'; readonly measurement: Measurement; readonly raw: Uint8Array; /** The bytes end a message that is delivered as a whole. */ readonly isMessage?: boolean; readonly answer?: { readonly stored: Uint8Array; readonly failed?: Uint8Array } }
  /** Bytes that cannot be what the protocol says. */
  | { readonly do: 'refused'; readonly why: 'sum' | 'shape' | 'overlong' }

/** The protocol of a vitals device: bytes to numbers, and what has to be said to it. Pure: the driver owns line, journal and clock. */
export interface VitalsFramer {
  /** When {@link tick} is to be called, milliseconds. */
  readonly deadline: number | undefined
  /** How far back the medians of its stream look, and how many usable samples make a reading. */
  readonly window: { readonly ms: number; readonly fewest: number }
  opened(now: number): VitalsEffect[]
  feed(bytes: Uint8Array, now: number): VitalsEffect[]
  tick(now: number): VitalsEffect[]
}

/** Whether a byte of a packet has its top bit set. */
export const hasTopBit = (byte: number): boolean => (byte & 0x80) !== 0

/** Low byte of the sum. */
export const sumOf = (bytes: Iterable<number>): number => {
  let sum = 0
  for (const byte of bytes) sum += byte
  return sum & 0xff
}

/** The numbers that are there. */
export const present = (numbers: Readonly<Record<string, number | undefined>>): VitalNumbers =>
  Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)) as VitalNumbers

/** Conversions to the units of the chart; what is not here is refused when the profile is read. */
export const toChartUnit = {
  '1': (value: number) => value,
  '[degF]': (value: number) => Number((((value - 32) * 5) / 9).toFixed(2)),
  '[lb_av]': (value: number) => Number((value * 0.45359237).toFixed(3)),
  g: (value: number) => value / 1000,
  '[in_i]': (value: number) => Number((value * 2.54).toFixed(2)),
  m: (value: number) => Number((value * 100).toFixed(2)),
  mm: (value: number) => value / 10,
  /** Glucose, 180.16 g/mol. */
  'mg/dL': (value: number) => Number((value / 18.016).toFixed(2)),
  kPa: (value: number) => Number((value * 7.500617).toFixed(1)),
} as const

import { acknowledgementsOf, ackOf, BlockReader, fields, observationValue, parseDateTime, parseMessage, pathOf, readOrders, writeAck, writeBlock, encodeAs, type Hl7DateTime, type Hl7Message } from '../../../shared/standards/hl7'
import { toChartUnit, type Measurement, type VitalNumbers, type VitalsEffect, type VitalsFramer } from './vitals'

/** How a monitor, gateway or central station that speaks HL7 is read; see the profiles of protocol `vital-hl7`. */
export interface VitalsHl7Options {
  /** OBX-3.1 → what it is. */
  readonly codes: Readonly<Record<string, keyof VitalNumbers>>
  /** OBX-6.1 → what the chart converts from; `1`: the unit of the chart. A number in another unit is left out. */
  readonly units: Readonly<Record<string, string>>
  /** Where it says which bed, as the standard writes places: `PV1-3.1`, `PV1-3.3`. */
  readonly bed: readonly string[]
}

/** A distance from UTC that only one of two times tells cannot be made up. */
const instant = ({ year, month, day, hour, minute, second, offsetMinutes }: Hl7DateTime, otherwise: number | undefined): number =>
  Date.UTC(year, month - 1, day, hour, minute, second) - (offsetMinutes ?? otherwise ?? 0) * 60_000

/** When something was observed that the message says is of `observed`, against when the message was sent; a message without any time is of now. */
const timeOf = (observed: string, sent: string): Pick<Measurement, 'takenAt' | 'ageMs'> => {
  if (observed === '') return {}
  const [at, from] = [parseDateTime(observed), parseDateTime(sent)]
  if (!at) return { ageMs: 'unknown' }
  const { offsetMinutes, ...takenAt } = at
  const isComparable = from !== undefined && (offsetMinutes === undefined || from.offsetMinutes !== undefined)
  return { takenAt, ageMs: isComparable ? instant(from, undefined) - instant(at, from.offsetMinutes) : 'unknown' }
}

const saysDemo = (text: string) => /^demo(?![a-z])/iu.test(text)

/** MSH-11 T (training) and D (debugging), and monitors that show themselves off: in the places of sender, patient and bed stands DEMO. */
const isDemonstration = (message: Hl7Message): boolean => {
  const header = message.segment('MSH')
  const [patient, visit] = [message.segment('PID'), message.segment('PV1')]
  if (/^[TD]/i.test(header?.text(fields.header.processing) ?? '')) return true
  const places = [{ segment: header, field: 3 }, { segment: header, field: 4 }, { segment: patient, field: 3 }, { segment: patient, field: 5 }]
  const bed = [1, 2, 3].map((component) => visit?.text({ field: 3, component }) ?? '')
  return [...places.map(({ segment, field }) => segment?.text({ field, component: 1 }) ?? ''), ...bed].some(saysDemo)
}

/**
 * Reads the numbers of each bed in a message, those of one time (OBX-14, else OBR-7) together, oldest first: a cuff value is
 * repeated with every message until the next one is taken. Pure; for central stations too.
 */
export const vitalsOf = (message: Hl7Message, { codes, units, bed }: VitalsHl7Options): (Measurement & { readonly bed: string })[] => {
  const sent = message.segment('MSH')?.text(fields.header.sentAt) ?? ''
  const nobodys = isDemonstration(message) ? { isDemonstration: true } : {}
  return readOrders(message).orders.flatMap((order) => {
    const times = new Map<string, Partial<Record<keyof VitalNumbers, number>>>()
    const had = new Set<keyof VitalNumbers>()
    for (const { observation } of order.results) {
      const sent = observation.text(fields.observation.code)
      const code = Object.hasOwn(codes, sent) ? codes[sent] : undefined
      const { value, comparator } = observationValue(observation)
      const from = units[observation.text(fields.observation.unit)]
      // The first of several probes counts; what was taken back, could not be had or is only a limit is no number.
      if (code === undefined || value === undefined || comparator || had.has(code) || /^[DWX]/i.test(observation.text(fields.observation.status))) continue
      if (from === undefined || !Object.hasOwn(toChartUnit, from)) continue
      had.add(code)
      const observed = observation.text(fields.observation.observedAt) || (order.request?.text(fields.request.observedAt) ?? '')
      const numbers = times.get(observed) ?? {}
      times.set(observed, { ...numbers, [code]: toChartUnit[from as keyof typeof toChartUnit](value) })
    }
    const where = bed.map((place) => pathOf(place)).map((path) => (path.segment === 'PV1' ? order.visit : order.patient)?.text(path) ?? '')
    return [...times]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([observed, numbers]) => ({ bed: where.filter((part) => part !== '').join('/'), numbers, ...timeOf(observed, sent), ...nobodys }))
  })
}

/** Monitors and gateways that send ORU^R01 over MLLP: each message is on disk before it is answered. */
export class VitalsHl7 implements VitalsFramer {
  readonly window = { ms: 5_000, fewest: 1 }
  readonly #options: VitalsHl7Options
  #reader = new BlockReader()
  #answers = 0

  constructor(options: VitalsHl7Options) {
    this.#options = options
  }

  get deadline(): number | undefined {
    return this.#reader.deadline
  }

  opened(): VitalsEffect[] {
    this.#reader = new BlockReader()
    return []
  }

  feed(bytes: Uint8Array, now: number): VitalsEffect[] {
    return this.#reader.feed(bytes, now).flatMap((event): VitalsEffect[] => (event.kind === 'message' ? this.#message(event.bytes, now) : [{ do: 'refused', why: event.why === 'overlong' ? 'overlong' : 'shape' }]))
  }

  tick(now: number): VitalsEffect[] {
    return this.#reader.tick(now).map(() => ({ do: 'refused', why: 'shape' }))
  }

  #message(bytes: Uint8Array, now: number): VitalsEffect[] {
    const message = parseMessage(bytes)
    if (ackOf(message)) return []
    const stored = this.#answer(message, 'stored', now)
    const failed = this.#answer(message, 'error', now)
    const found = message.type.code === 'ORU' ? vitalsOf(message, this.#options) : []
    const answer = stored ? { answer: { stored, ...(failed ? { failed } : {}) } } : {}
    // One answer for the whole message; what holds no vital sign (an alarm, a status) is answered too.
    if (found.length === 0) return [{ do: 'measured', measurement: { numbers: {} }, raw: bytes, ...answer }]
    return found.map(({ bed, ...measured }, index) => ({ do: 'measured', measurement: { ...measured, ...(bed === '' ? {} : { bed }) }, raw: bytes, ...(index === found.length - 1 ? { isMessage: true, ...answer } : {}) }))
  }

  #answer(message: Hl7Message, outcome: 'stored' | 'error', now: number): Uint8Array | undefined {
    const at = new Date(now)
    const time = { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate(), hour: at.getHours(), minute: at.getMinutes(), second: at.getSeconds() }
    const [code] = acknowledgementsOf(message, outcome)
    return code === undefined ? undefined : writeBlock(encodeAs(writeAck(message, { code, controlId: `V${now}${this.#answers++}`, at: time }), message.charset))
  }
}

import { createHash } from 'node:crypto'
import { vitalFault } from '../../../shared/records/observation/vitalObservation'
import { RawBytes, VitalsWindow, type Measurement, type VitalNumbers, type VitalsEffect, type Wave } from '../framers'
import type { VitalsProfile } from '../profiles'
import type { Capture } from '../messages'
import type { Driver } from './keepOpen'
import type { Surroundings } from './surroundings'
import { vitalsFramer } from './vitalsFramer'

/** Numbers of a device with the bytes behind them. */
export interface VitalsReading {
  /** Measurements only: the same measurement, sent again, has the same id. */
  readonly id?: string
  /** When it was measured, milliseconds since 1970 by this workstation's clock. */
  readonly at: number
  readonly numbers: VitalNumbers
  /** Where the sender says the patient lies. */
  readonly bed?: string
  /** The bytes that made it, for the journal. Absent: they are there already. */
  readonly raw?: Uint8Array
}

/** A driver that also knows the newest numbers. */
export interface VitalsDriver extends Driver {
  /** The newest usable numbers since the line opened; undefined when there were none, or when they are of several beds. */
  newest(): VitalsReading | undefined
  /** Whether it has reported more than one bed: nobody can say whose its numbers are, so none is offered any more. */
  hasSeveralBeds(): boolean
}

/** Surroundings of a vitals device's line. */
export interface VitalsDriverOptions extends Surroundings<VitalsProfile> {
  /** Once a second while numbers come: the medians of a stream. Undefined: the probe is off or the device searches. */
  readonly live: (numbers: VitalNumbers | undefined, at: number) => void
  /** A finished measurement, its bytes on disk. Each once, however often the device sends it. */
  readonly measured?: (reading: VitalsReading, measurement: Measurement) => void
  readonly wave?: (wave: Wave, at: number) => void
  /** A second bed was reported. */
  readonly severalBeds?: () => void
  /** A message that says of which bed it is, on disk: its numbers are charted by the bed. */
  readonly captured?: (capture: Capture) => void
}

/** Bytes of the last seconds of a stream: more than the window of the medians. */
const rawLimit = 16 * 1024
const tellMs = 1_000
/** A measurement that is older by the device's own clock was kept in it: nobody knows whose it is. */
const freshMs = 10 * 60_000
/** What a device's times may differ by that are all of now: some tell no seconds. */
const slackMs = 60_000
/** Measurements that are remembered so that the same one, sent again, is not another. */
const remembered = 500

/** Whether a living person can have every one of these numbers: one that nobody can have makes the others doubtful too. */
export const isPossible = (numbers: VitalNumbers): boolean => (Object.entries(numbers) as [keyof VitalNumbers, number][]).every(([code, value]) => !vitalFault(code, value))

/** Which measurement this is, whenever it is sent: by the device's own clock where it has one. */
const idOf = (device: string, { takenAt, serial, numbers, bed }: Measurement, at: number): string =>
  createHash('sha256').update(JSON.stringify([device, serial, bed, takenAt ?? at, numbers])).digest('hex').slice(0, 26).toUpperCase()

/** Runs the line of a vitals device, whatever it speaks: says what has to be said, keeps a stream's medians, and puts measurements on disk before they are confirmed to the device. */
export const vitalsDriver = ({ device, profile, journal, now, live, measured, wave, journalFailed, endless, severalBeds, captured }: VitalsDriverOptions): VitalsDriver => {
  let framer = vitalsFramer(profile)
  let window = new VitalsWindow(framer.window)
  const raw = new RawBytes(rawLimit)
  let newest: VitalsReading | undefined
  let timer: NodeJS.Timeout | undefined
  let telling: NodeJS.Timeout | undefined
  let write: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()
  /** Counts openings of the line: an answer that is late must not go to another connection. */
  let opening = 0
  const had = new Set<string>()
  const beds = new Set<string>()

  const look = () => {
    const seen = window.lastSeen
    if (!seen) return
    const found = seen.isUsable ? window.numbers() : undefined
    if (found && found.at !== newest?.at) newest = { ...found, raw: raw.copy() }
    live(found?.numbers, seen.at)
  }
  const take = (measurement: Measurement, at: number): void => {
    const { numbers, ageMs = 0, isFromMemory, isControl, isDemonstration, bed } = measurement
    const id = idOf(device, measurement, at)
    if (had.has(id)) return
    had.add(id)
    if (had.size > remembered) for (const oldest of had) if (had.delete(oldest)) break
    const isFresh = ageMs !== 'unknown' && ageMs >= -slackMs && ageMs < freshMs
    const reading: VitalsReading = { id, at: ageMs === 'unknown' ? at : at - Math.max(0, ageMs), numbers, ...(bed === undefined ? {} : { bed }) }
    const isOffered = Object.keys(numbers).length > 0 && isPossible(numbers) && !isFromMemory && !isControl && !isDemonstration && isFresh && beds.size <= 1
    if (isOffered) newest = reading
    measured?.(reading, measurement)
    if (isOffered) live(numbers, reading.at)
  }
  /** Before the bytes are on disk: between a bed and the next of one message nothing may be offered. */
  const hearBed = ({ numbers, bed = '' }: Measurement): void => {
    if (Object.keys(numbers).length === 0 || beds.has(bed)) return
    beds.add(bed)
    if (beds.size !== 2) return
    newest = undefined
    live(undefined, now())
    severalBeds?.()
  }
  const keep = async ({ measurement, raw: bytes, isMessage, answer }: Extract<VitalsEffect, { do: 'measured' }>): Promise<void> => {
    const during = opening
    const at = now()
    try {
      const capture = await journal.keep({ device, profile: profile.id, at: new Date(at).toISOString(), raw: bytes, reading: idOf(device, measurement, at), ...(isMessage ? { message: { text: bytes, complete: true } } : {}) })
      if (capture) captured?.(capture)
    } catch {
      journalFailed()
      if (answer?.failed && during === opening) void write(answer.failed)
      return
    }
    if (answer && during === opening) void write(answer.stored)
    take(measurement, at)
  }
  const act = (effects: readonly VitalsEffect[]): void => {
    for (const effect of effects) {
      if (effect.do === 'measured') hearBed(effect.measurement)
    }
    for (const effect of effects) {
      switch (effect.do) {
        case 'write':
          void write(effect.bytes)
          break
        case 'live':
          window.add(effect.numbers, effect.isUsable && isPossible(effect.numbers), now())
          break
        case 'wave':
          wave?.(effect.wave, now())
          break
        case 'measured':
          void keep(effect)
          break
        case 'refused':
          if (effect.why === 'overlong') endless?.()
      }
    }
    clearTimeout(timer)
    if (framer.deadline !== undefined) timer = setTimeout(() => act(framer.tick(now())), Math.max(0, framer.deadline - now()) + 1)
  }
  const end = () => {
    opening++
    clearTimeout(timer)
    clearInterval(telling)
  }
  return {
    opened: (to) => {
      end()
      framer = vitalsFramer(profile)
      window = new VitalsWindow(framer.window)
      raw.take()
      // A stream's number of another connection may be of another finger; a finished measurement stands.
      if (profile.gives === 'stream') newest = undefined
      write = to
      act(framer.opened(now()))
      telling = setInterval(look, tellMs)
    },
    bytes: (bytes) => {
      raw.add(bytes)
      act(framer.feed(bytes, now()))
    },
    closed: end,
    hasSeveralBeds: () => beds.size > 1,
    newest: () => {
      look()
      return newest
    },
  }
}

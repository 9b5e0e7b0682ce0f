import { type ClockSample, clockOffsetMs, instantTold, withSample } from '../../../../shared/records/observation/analyserClock'
import type { Hl7DateTime } from '../../../../shared/standards/hl7'
import type { LocalStore } from '../../../replica'

/** Kind in the local store; the id is the device's. */
const clockKind = 'analyser-clock'

/** What changes less than this is not worth a write, as long as something was written within the hour. */
const writtenAgain = { offsetMs: 30_000, afterMs: 3_600_000 }

/** What is known of the clocks of this workstation's analysers. */
export interface AnalyserClocks {
  /** Takes note of a message; answers how far the clock is off, milliseconds, undefined where the analyser never says. */
  heard(device: string, sentAt: Hl7DateTime | undefined, receivedAt: string): Promise<number | undefined>
  offsetOf(device: string): Promise<number | undefined>
}

interface Known {
  readonly samples: readonly ClockSample[]
  /** As they were last written. */
  readonly written: readonly ClockSample[]
}

/** See {@link clockOffsetMs}. */
export const openAnalyserClocks = (local: LocalStore): AnalyserClocks => {
  const clocks = new Map<string, Known>()
  const knownOf = async (device: string): Promise<Known> => {
    const known = clocks.get(device)
    if (known) return known
    const written = (await local.get<ClockSample[]>(clockKind, device))?.value ?? []
    return { samples: written, written }
  }
  const isWorthWriting = (written: readonly ClockSample[], next: readonly ClockSample[]): boolean => {
    const [before, now] = [clockOffsetMs(written), clockOffsetMs(next)]
    if (before === undefined || now === undefined || Math.abs(now - before) >= writtenAgain.offsetMs) return true
    return (next.at(-1)?.arrivedMs ?? 0) - (written.at(-1)?.arrivedMs ?? 0) >= writtenAgain.afterMs
  }
  return {
    heard: async (device, sentAt, receivedAt) => {
      const { samples, written } = await knownOf(device)
      if (!sentAt) return clockOffsetMs(samples)
      const arrivedMs = Date.parse(receivedAt)
      const next = withSample(samples, { arrivedMs, offsetMs: instantTold(sentAt) - arrivedMs })
      const isWritten = isWorthWriting(written, next)
      clocks.set(device, { samples: next, written: isWritten ? next : written })
      if (isWritten) await local.put(clockKind, device, next)
      return clockOffsetMs(next)
    },
    offsetOf: async (device) => clockOffsetMs((await knownOf(device)).samples),
  }
}

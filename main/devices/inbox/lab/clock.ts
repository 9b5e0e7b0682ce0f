import { type ClockSample, clockOffsetMs, instantTold, withSample } from '../../../../shared/records/observation/analyserClock'
import type { Hl7DateTime } from '../../../../shared/standards/hl7'
import type { LocalStore } from '../../../replica'

/** Kind in the local store; the id is the device's. */
const clockKind = 'analyser-clock'

/** What is known of the clocks of this workstation's analysers. */
export interface AnalyserClocks {
  /** Takes note of a message; answers how far the clock is off, milliseconds, undefined where the analyser never says. */
  heard(device: string, sentAt: Hl7DateTime | undefined, receivedAt: string): Promise<number | undefined>
  offsetOf(device: string): Promise<number | undefined>
}

/** See {@link clockOffsetMs}. */
export const openAnalyserClocks = (local: LocalStore): AnalyserClocks => {
  const samplesOf = async (device: string) => (await local.get<ClockSample[]>(clockKind, device))?.value ?? []
  return {
    heard: async (device, sentAt, receivedAt) => {
      const samples = await samplesOf(device)
      if (!sentAt) return clockOffsetMs(samples)
      const arrivedMs = Date.parse(receivedAt)
      const next = withSample(samples, { arrivedMs, offsetMs: instantTold(sentAt) - arrivedMs })
      await local.put(clockKind, device, next)
      return clockOffsetMs(next)
    },
    offsetOf: async (device) => clockOffsetMs(await samplesOf(device)),
  }
}

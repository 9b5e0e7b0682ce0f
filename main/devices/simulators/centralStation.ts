import type { VitalNumbers } from '../framers'
import type { VitalsProfile } from '../profiles'
import type { Transport } from '../transports'
import { virtualHl7Analyser, type VirtualHl7Options } from './hl7Analyser'
import { typicalVitals } from './typical'
import { vitalMessage } from './vitalMessage'

/** A virtual central station: reports each of its beds, one message a bed. */
export interface VirtualCentralStation {
  /** Reports every bed once; resolves when each message was acknowledged. */
  report(numbers?: VitalNumbers): Promise<void>
  close(): Promise<void>
}

/** How it behaves. */
export interface CentralStationOptions extends VirtualHl7Options {
  /** As it names them: `ICU/1`. */
  readonly beds: readonly string[]
  /** Reports by itself this often; absent: when it is told to. */
  readonly everyMs?: number
  readonly processing?: 'P' | 'T' | 'D'
  /** Gives numbers in [0, 1). */
  readonly random?: () => number
}

/** Puts a virtual central station on a line. */
export const virtualCentralStation = (transport: Transport, profile: Extract<VitalsProfile, { protocol: 'vital-hl7' }>, { beds, everyMs, processing, random = Math.random, ...options }: CentralStationOptions): VirtualCentralStation => {
  const sender = virtualHl7Analyser(transport, options)
  let sent = 0
  const report = async (numbers?: VitalNumbers) => {
    const at = new Date()
    await Promise.all(
      beds.map((bed) => sender.send(vitalMessage(profile, { numbers: numbers ?? typicalVitals(random), at, id: `CS${at.getTime()}${++sent}`, bed, ...(processing ? { processing } : {}) }))),
    )
  }
  const timer = everyMs === undefined ? undefined : setInterval(() => void report(), everyMs)
  return {
    report,
    close: async () => {
      clearInterval(timer)
      await sender.close()
    },
  }
}

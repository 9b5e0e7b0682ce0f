import type { PairedDevice } from '../messages'
import type { Profile } from '../profiles'
import { bloodCount, mindrayCount, pseudoTerminals, virtualAnalyser, virtualHl7Analyser, virtualOximeter } from '../simulators'
import { serialTransport, simulatedLine, type Transport } from '../transports'

/** A virtual device and our end of its line. */
export interface SimulatedDevice {
  readonly transport: Transport
  readonly path: string
  /** Makes an analyser send a blood count; false: this device is none. */
  sendResult(accession: string): boolean
  close(): Promise<void>
}

/** Starts a virtual device: over a pair of pseudo-terminals where the machine can make one, else in this process. */
export const simulateDevice = async (device: PairedDevice, profile: Profile): Promise<SimulatedDevice> => {
  const pair = await pseudoTerminals()
  const line = pair ? { near: serialTransport(pair.near, device.serial), far: serialTransport(pair.far, device.serial), path: pair.near } : { ...simulatedLine(), path: 'simulated' }
  if (profile.category === 'vitals') {
    const oximeter = await virtualOximeter(line.far)
    return {
      transport: line.near,
      path: line.path,
      sendResult: () => false,
      close: async () => {
        await oximeter.close()
        await pair?.close()
      },
    }
  }
  if (profile.protocol === 'hl7') {
    const analyser = virtualHl7Analyser(line.far)
    return {
      transport: line.near,
      path: line.path,
      sendResult: (accession) => {
        void analyser.send(mindrayCount(accession, new Date(), Math.random))
        return true
      },
      close: async () => {
        await analyser.close()
        await pair?.close()
      },
    }
  }
  const analyser = await virtualAnalyser(line.far)
  return {
    transport: line.near,
    path: line.path,
    sendResult: (accession) => {
      void analyser.send(bloodCount(accession, new Date(), Math.random))
      return true
    },
    close: async () => {
      await analyser.close()
      await pair?.close()
    },
  }
}

import type { PairedDevice } from '../messages'
import type { Profile } from '../profiles'
import { pseudoTerminals, virtualDevice } from '../simulators'
import { serialTransport, simulatedLine, type Transport } from '../transports'

/** A virtual device and our end of its line. */
export interface SimulatedDevice {
  readonly transport: Transport
  readonly path: string
  /** Makes an analyser send results for a tube, and a device that measures once measure; false: this one does neither. */
  sendResult(accession: string): boolean
  close(): Promise<void>
}

/** How often a virtual device that measures once does so. */
const measureMs = 20_000

/** Starts a virtual device: over a pair of pseudo-terminals where the machine can make one, else in this process. */
export const simulateDevice = async (device: PairedDevice, profile: Profile): Promise<SimulatedDevice> => {
  const pair = await pseudoTerminals()
  const line = pair ? { near: serialTransport(pair.near, device.serial), far: serialTransport(pair.far, device.serial), path: pair.near } : { ...simulatedLine(), path: 'simulated' }
  const virtual = await virtualDevice(line.far, profile)
  // Nobody stands at a virtual cuff to press its button.
  const measuring = setInterval(() => virtual.vitals?.measure(), measureMs)
  virtual.vitals?.measure()
  return {
    transport: line.near,
    path: line.path,
    sendResult: (accession) => {
      if (profile.category === 'vitals' && profile.gives === 'stream') return false
      if (virtual.vitals) virtual.vitals.measure()
      else void virtual.send(accession)
      return true
    },
    close: async () => {
      clearInterval(measuring)
      await virtual.close()
      await pair?.close()
    },
  }
}

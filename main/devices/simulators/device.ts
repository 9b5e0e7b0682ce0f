import type { Profile } from '../profiles'
import type { Transport } from '../transports'
import { virtualAnalyser } from './analyser'
import { bloodCount } from './bloodCount'
import { faultyLine, type LineFault } from './faultyLine'
import { virtualHl7Analyser } from './hl7Analyser'
import { type MessageFault, simulatedMessage } from './message'
import { mindrayCount } from './mindrayCount'
import { virtualPrinter } from './printer'
import { virtualVitals, type VirtualVitals, type VirtualVitalsOptions } from './vitalsDevice'

/** A virtual device of any profile. */
export interface VirtualDevice {
  /** Analysers: sends results for a tube; resolves when they were acknowledged (at once where nobody acknowledges). */
  send(accession: string, fault?: MessageFault): Promise<void>
  /** Vitals devices. */
  readonly vitals?: VirtualVitals
  close(): Promise<void>
}

const lineFaults: readonly string[] = ['bad-checksum', 'lost-ack', 'split', 'noise', 'cut-off'] satisfies LineFault[]
const messageFaults: readonly string[] = ['control', 'unknown-test', 'other-unit', 'no-number', 'correction'] satisfies MessageFault[]

/** A probe that lies beside the patient. */
export const probeOff = 'probe-off'

/** Every fault that can be asked for. */
export const deviceFaults: readonly string[] = [...lineFaults, ...messageFaults, probeOff]

/** Whether this is a fault of the line. */
export const isLineFault = (fault: string): fault is LineFault => lineFaults.includes(fault)
/** Whether this is a fault of what is sent. */
export const isMessageFault = (fault: string): fault is MessageFault => messageFaults.includes(fault)

/** Puts a virtual device of any profile on a line. */
export const virtualDevice = async (transport: Transport, profile: Profile, options: VirtualVitalsOptions & { readonly fault?: LineFault } = {}): Promise<VirtualDevice> => {
  const random = options.random ?? Math.random
  const line = options.fault ? faultyLine(transport, options.fault) : transport
  if (profile.category === 'vitals') {
    const vitals = await virtualVitals(line, profile, options)
    return { vitals, send: () => Promise.resolve(), close: () => vitals.close() }
  }
  const content = (accession: string, fault: MessageFault | undefined): Uint8Array => {
    // These two know their analysers better than a profile does.
    if (!fault && profile.id === 'sysmex-xn') return bloodCount(accession, new Date(), random)
    if (!fault && profile.id === 'mindray-bc') return mindrayCount(accession, new Date(), random)
    return simulatedMessage(profile, { accession, at: new Date(), random, ...(fault ? { fault } : {}) })
  }
  switch (profile.protocol) {
    case 'astm': {
      const analyser = await virtualAnalyser(line)
      return { send: (accession, fault) => analyser.send(content(accession, fault)), close: () => analyser.close() }
    }
    case 'hl7': {
      const analyser = virtualHl7Analyser(line)
      return { send: async (accession, fault) => void (await analyser.send(content(accession, fault))), close: () => analyser.close() }
    }
    case 'text': {
      const printer = await virtualPrinter(line, profile)
      return { send: (accession, fault) => printer.send(content(accession, fault)), close: () => printer.close() }
    }
  }
}

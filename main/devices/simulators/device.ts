import type { Profile, TextProfile } from '../profiles'
import type { Line, Transport } from '../transports'
import { virtualAnalyser } from './analyser'
import { bloodCount } from './bloodCount'
import { faultyLine, type LineFault } from './faultyLine'
import { virtualHl7Analyser } from './hl7Analyser'
import { type MessageFault, simulatedMessage } from './message'
import { mindrayCount } from './mindrayCount'
import { virtualVitals, type VirtualVitals, type VirtualVitalsOptions } from './vitalsDevice'

/** A virtual device of any profile. */
export interface VirtualDevice {
  /** Analysers: sends results for a tube; resolves when they were acknowledged (at once where nobody acknowledges). */
  send(accession: string, fault?: MessageFault): Promise<void>
  /** Vitals devices. */
  readonly vitals?: VirtualVitals
  close(): Promise<void>
}

/** What is wrong on demand, with what is sent or with the line. */
export type DeviceFault = MessageFault | LineFault | typeof probeOff

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

const ACK = 0x06
const NAK = 0x15
/** A device that waits for an answer waits this long before it sends its page again. */
const againMs = 4_000

/** A device that prints pages; one that waits for an answer sends a page again until it has it. */
const virtualPrinter = async (transport: Transport, { framing }: TextProfile) => {
  let waiting: { readonly page: Uint8Array; readonly taken: () => void; acks: number } | undefined
  let timer: NodeJS.Timeout | undefined
  const opened: { line?: Line } = {}
  const write = () => {
    clearTimeout(timer)
    if (!waiting) return
    waiting.acks = 0
    void opened.line?.write(waiting.page).catch(() => undefined)
    timer = setTimeout(write, againMs)
  }
  opened.line = await transport.open({
    bytes: (bytes) => {
      for (const byte of bytes) {
        if (byte === NAK) write()
        // The first ACK answers ENQ, the second the page.
        if (byte !== ACK || !waiting || ++waiting.acks < 2) continue
        clearTimeout(timer)
        waiting.taken()
        waiting = undefined
      }
    },
    closed: () => clearTimeout(timer),
  })
  return {
    send: async (page: Uint8Array): Promise<void> => {
      if (framing.answer === 'none') return opened.line?.write(page)
      await new Promise<void>((taken) => {
        waiting = { page, taken, acks: 0 }
        write()
      })
    },
    close: async () => {
      clearTimeout(timer)
      await opened.line?.close()
    },
  }
}

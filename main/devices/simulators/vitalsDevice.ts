import { answerOfTaiDoc, decodeMib, encodeAAndD, encodeDriValues, encodeIntelliVue, encodeNoninPacket, encodeNoninSlow, encodeNoninSpot, encodeOldContec, mibKind, type VitalNumbers } from '../framers'
import { encodeText, type LocalDateTime } from '../../../shared/standards/astm'
import { writeBlock } from '../../../shared/standards/hl7'
import type { VitalsProfile } from '../profiles'
import type { Line, Transport } from '../transports'
import { virtualOximeter } from './oximeter'
import { pulseWave } from './pulseWave'
import { typicalVitals } from './typical'
import { vitalMessage } from './vitalMessage'

/** A virtual vitals device at the far end of a line. */
export interface VirtualVitals {
  /** Puts the probe of a stream on the patient or takes it off. */
  setProbe(isOn: boolean): void
  /** Makes a device that measures once measure; of no meaning for a stream. */
  measure(): void
  close(): Promise<void>
}

/** What a virtual vitals device can be given. */
export interface VirtualVitalsOptions {
  /** Gives numbers in [0, 1). */
  readonly random?: () => number
  /** Numbers that it shall show; the others are typical. */
  readonly numbers?: VitalNumbers
}

const timeOf = (at: Date): LocalDateTime => ({ year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate(), hour: at.getHours(), minute: at.getMinutes(), second: at.getSeconds() })
/** How long a cuff waits for its answer before it sends again, and how often. */
const again = { ms: 5_000, times: 3 } as const

/** What a device makes of being asked, and of time going by. */
interface Script {
  /** Every `everyMs`: what it sends by itself. */
  readonly everyMs?: number
  sends?(numbers: VitalNumbers | undefined, beat: number): Uint8Array
  /** What it answers to bytes of the host. */
  hears?(bytes: Uint8Array, numbers: VitalNumbers): Uint8Array | undefined
  /** What it sends when it has measured. */
  measured?(numbers: VitalNumbers, at: Date): Uint8Array
  /** Sends a measurement again until it hears one of these. */
  readonly until?: string
}

const scriptOf = (profile: VitalsProfile): Script => {
  switch (profile.protocol) {
    case 'contec-v7':
      return {}
    case 'contec-old':
      return {
        everyMs: 50,
        sends: (numbers, beat) =>
          Uint8Array.from([0, 1, 2].flatMap((packet) => [...encodeOldContec({ pleth: numbers ? pulseWave(((beat * 3 + packet) / 45) % 1) : 0, ...numbers, isProbeOff: !numbers, isSearching: false })])),
      }
    case 'nonin-stream':
      return { everyMs: 333, sends: (numbers, beat) => encodeNoninPacket(profile.format, numbers, (frame) => pulseWave(((beat * 25 + frame) / 60) % 1) / 127) }
    case 'nonin-slow':
      return { everyMs: 1_000, sends: (numbers) => encodeNoninSlow(numbers) }
    case 'nonin-spot':
      return { measured: (numbers, at) => encodeNoninSpot(numbers, timeOf(at)) }
    case 'a-and-d':
      return {
        measured: ({ weight, ...others }, at) => encodeAAndD(profile.measures.includes('weight') && weight !== undefined ? { weight } : others, timeOf(at), timeOf(at), 'SIMULATED'),
        until: 'PWA1',
      }
    case 'taidoc': {
      // The meter answers for the newest record whenever it is asked.
      let record: { numbers: VitalNumbers; takenAt: LocalDateTime } | undefined
      return {
        measured: (numbers, at) => {
          record = { numbers, takenAt: timeOf(at) }
          return new Uint8Array()
        },
        hears: (bytes) => answerOfTaiDoc(bytes, record ?? { numbers: {}, takenAt: { year: 2000, month: 0, day: 0, hour: 0, minute: 0, second: 0 } }, timeOf(new Date())),
      }
    }
    case 'intellivue': {
      let poll = 0
      return {
        hears: (bytes, numbers) => {
          const answers = decodeMib(bytes).flatMap((message) => {
            const kind = mibKind(message)
            return kind === 'associate' ? [encodeIntelliVue.accept(), encodeIntelliVue.create()] : kind === 'poll' ? [encodeIntelliVue.numerics(numbers, ++poll)] : []
          })
          return Uint8Array.from(answers.flatMap((answer) => [...answer]))
        },
      }
    }
    case 'dri': {
      let isAsked = false
      return {
        hears: (bytes) => {
          isAsked ||= bytes.includes(0x7e)
          return undefined
        },
        everyMs: profile.seconds * 1_000,
        sends: (numbers, beat) => (isAsked ? encodeDriValues(numbers ?? {}, beat * profile.seconds) : new Uint8Array()),
      }
    }
    case 'vital-lines': {
      const line = (numbers: VitalNumbers | undefined) =>
        encodeText(
          (profile.example ?? '').replace(/\{([a-z0-9-]+)(?::(\d)(?:\.(\d))?)?\}/g, (_, code: string, width = '1', digits: string | undefined = undefined) => {
            const value = numbers?.[code as keyof VitalNumbers]
            return value === undefined ? '-'.repeat(Number(width)) : (digits === undefined ? String(value) : value.toFixed(Number(digits))).padStart(Number(width), '0')
          }),
        )
      return profile.mode === 'live' ? { everyMs: 1_000, sends: line } : { measured: line }
    }
    case 'vital-hl7': {
      let sent = 0
      return {
        measured: (numbers, at) => writeBlock(vitalMessage(profile, { numbers, at, id: `SIM${at.getTime()}${++sent}`, bed: 'WARD/1' })),
        until: 'MSA|',
      }
    }
  }
}

/** Puts a virtual vitals device of any profile on a line. */
export const virtualVitals = async (transport: Transport, profile: VitalsProfile, { random = Math.random, numbers: fixed = {} }: VirtualVitalsOptions = {}): Promise<VirtualVitals> => {
  if (profile.protocol === 'contec-v7') {
    const oximeter = await virtualOximeter(transport, { random, ...(fixed.spo2 === undefined ? {} : { spo2: fixed.spo2 }), ...(fixed.pulse === undefined ? {} : { pulse: fixed.pulse }) })
    return { ...oximeter, measure: () => undefined }
  }
  const script = scriptOf(profile)
  let isOn = true
  let beat = 0
  let waiting: { readonly bytes: Uint8Array; tries: number } | undefined
  let retry: NodeJS.Timeout | undefined
  const opened: { line?: Line } = {}
  const now = (): VitalNumbers => {
    const all = { ...typicalVitals(random), ...fixed }
    return Object.fromEntries(profile.measures.map((code) => [code, all[code]]))
  }
  const write = (bytes: Uint8Array | undefined) => {
    if (bytes && bytes.length > 0) void opened.line?.write(bytes).catch(() => undefined)
  }
  const sendWaiting = () => {
    clearTimeout(retry)
    if (!waiting || waiting.tries++ >= again.times) return
    write(waiting.bytes)
    retry = setTimeout(sendWaiting, again.ms)
  }
  opened.line = await transport.open({
    bytes: (bytes) => {
      if (waiting && script.until !== undefined && new TextDecoder('latin1').decode(bytes).includes(script.until)) {
        waiting = undefined
        clearTimeout(retry)
      }
      write(script.hears?.(bytes, isOn ? now() : {}))
    },
    // The host came, or came back: what it did not confirm is sent again.
    joined: () => sendWaiting(),
    closed: () => clearInterval(timer),
  })
  const timer = setInterval(() => write(script.sends?.(isOn ? now() : undefined, beat++)), script.everyMs ?? 60_000)
  return {
    setProbe: (on) => {
      isOn = on
    },
    measure: () => {
      const bytes = script.measured?.(now(), new Date())
      if (script.until === undefined) return write(bytes)
      waiting = bytes && { bytes, tries: 0 }
      sendWaiting()
    },
    close: async () => {
      clearInterval(timer)
      clearTimeout(retry)
      await opened.line?.close()
    },
  }
}

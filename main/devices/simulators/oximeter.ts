import { contecCommands, encodeContec } from '../framers'
import type { Transport } from '../transports'
import { pulseWave } from './pulseWave'

/** A virtual finger oximeter at the far end of a line. */
export interface VirtualOximeter {
  /** Puts the probe on a finger or takes it off. */
  setProbe(isOn: boolean): void
  close(): Promise<void>
}

const packetsPerSecond = 60
const stepMs = 50
/** Without a keep-alive for this long a Contec stops sending. */
const patienceMs = 10_000

/**
 * Puts a virtual Contec on a line: 60 packets a second of a plausible pulse wave once the host asks
 * for them, until it no longer says that it listens.
 * @param random numbers in [0, 1)
 */
export const virtualOximeter = async (transport: Transport, options: { readonly random?: () => number; readonly spo2?: number; readonly pulse?: number } = {}): Promise<VirtualOximeter> => {
  const random = options.random ?? Math.random
  const meanSpo2 = options.spo2 ?? 97
  const meanPulse = options.pulse ?? 74
  let probe = true
  let heard = -Infinity
  let started = 0
  let sent = 0
  let phase = 0
  let command: number[] = []

  const isAsked = () => Date.now() - heard < patienceMs
  const packet = (): Uint8Array => {
    if (!probe) return encodeContec({ pleth: 0, isProbeOff: true, isSearching: false })
    const second = sent / packetsPerSecond
    // Breathing sways the pulse a little, and the meter shows whole numbers.
    const pulse = Math.round(meanPulse + 2 * Math.sin((second / 9) * 2 * Math.PI) + random() - 0.5)
    const spo2 = Math.round(meanSpo2 + 0.4 * Math.sin((second / 31) * 2 * Math.PI) + 0.4 * (random() - 0.5))
    phase = (phase + pulse / 60 / packetsPerSecond) % 1
    return encodeContec({ pleth: pulseWave(phase), pulse, spo2: Math.min(100, spo2), isProbeOff: false, isSearching: false })
  }
  const line = await transport.open({
    bytes: (bytes) => {
      for (const byte of bytes) {
        if (byte === contecCommands.startLive[0]) command = []
        command.push(byte)
        if (command.length !== contecCommands.startLive.length) continue
        const code = command[2]
        if (code === contecCommands.startLive[2] && !isAsked()) {
          started = Date.now()
          sent = 0
        }
        if (code === contecCommands.stopLive[2]) heard = -Infinity
        else heard = Date.now()
      }
    },
    closed: () => clearInterval(timer),
  })
  const timer = setInterval(() => {
    if (!isAsked()) return
    const due = Math.floor(((Date.now() - started) / 1000) * packetsPerSecond)
    // After a pause of the whole process the past is not made up for.
    if (due - sent > packetsPerSecond) {
      started = Date.now() - (sent / packetsPerSecond) * 1000
      return
    }
    const packets: number[] = []
    for (; sent < due; sent++) packets.push(...packet())
    if (packets.length > 0) void line.write(Uint8Array.from(packets)).catch(() => undefined)
  }, stepMs)
  return {
    setProbe: (isOn) => {
      probe = isOn
    },
    close: async () => {
      clearInterval(timer)
      await line.close()
    },
  }
}

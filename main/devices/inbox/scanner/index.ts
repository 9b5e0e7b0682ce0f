import { done, type Answer, type SerialScanner } from '../../../../shared/contract'
import type { Replica } from '../../../replica'
import type { DeviceDesk } from '../desk'
import { ScannedCodes } from './codes'

const kind = 'serial-scanner'
/** Quick enough for a chart to be open within a second of the beep. */
const lookMs = 150
/** Before a port that could not be opened, or was lost, is tried again. */
const againMs = 5_000

interface Known {
  readonly path: string
  readonly baudRate: number
}

/** A scanner at a serial port: every code that it reads is told to the windows of this workstation, and to nobody else. */
export const openSerialScanner = async ({ local, line, scanned }: { readonly local: Replica['local']; readonly line: DeviceDesk['line']; readonly scanned: (code: string) => void }) => {
  let known = (await local.get<Known | null>(kind, 'scanner'))?.value ?? null
  let open: { readonly id: string; after: number } | undefined
  let codes = new ScannedCodes()
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  const shut = async () => {
    const { id } = open ?? {}
    open = undefined
    codes = new ScannedCodes()
    if (id !== undefined) await line({ do: 'close', line: id })
  }
  const look = async (): Promise<number> => {
    if (!known) return againMs
    if (!open) {
      const answer = await line({ do: 'open', path: known.path, serial: { baudRate: known.baudRate, dataBits: 8, parity: 'none', stopBits: 1 } })
      if (!answer.ok) return againMs
      open = { id: (answer.value as { readonly line: string }).line, after: 0 }
    }
    const heard = await line({ do: 'read', line: open.id, after: open.after })
    if (!heard.ok || !open) {
      open = undefined
      return againMs
    }
    const { pieces, state } = heard.value as { readonly pieces: readonly { readonly number: number; readonly from: string; readonly bytes: Uint8Array }[]; readonly state: string }
    for (const { number, from, bytes } of pieces) {
      open.after = number
      if (from === 'device') for (const code of codes.add(bytes)) scanned(code)
    }
    if (state !== 'closed') return lookMs
    await shut()
    return againMs
  }
  const goOn = (afterMs: number) => {
    if (isOver || !known) return
    clearTimeout(timer)
    timer = setTimeout(() => void look().catch(() => againMs).then(goOn), afterMs)
    timer.unref()
  }
  goOn(0)
  const state = (): SerialScanner | null => known && { ...known, state: open ? 'open' : 'closed' }

  return {
    read: async (): Promise<Answer<SerialScanner | null>> => done(state()),
    set: async (scanner: Known | null): Promise<Answer<SerialScanner | null>> => {
      clearTimeout(timer)
      await shut()
      known = scanner
      await local.put<Known | null>(kind, 'scanner', scanner)
      goOn(0)
      return done(state())
    },
    close: async () => {
      isOver = true
      clearTimeout(timer)
      await shut().catch(() => undefined)
    },
  }
}

/** See {@link openSerialScanner}. */
export type SerialScannerDesk = Awaited<ReturnType<typeof openSerialScanner>>

import type { TextProfile } from '../profiles'
import type { Line, Transport } from '../transports'

const ACK = 0x06
const NAK = 0x15
/** A device that waits for an answer waits this long before it sends its page again. */
const usualAgainMs = 4_000

/** A virtual device that prints. */
export interface VirtualPrinter {
  /** Sends a page with its frame; resolves when it was acknowledged (at once where nobody acknowledges). */
  send(page: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Puts a device that prints pages on a line; one that waits for an answer sends a page again until it has it. One page at a time. */
export const virtualPrinter = async (transport: Transport, { framing }: Pick<TextProfile, 'framing'>, againMs = usualAgainMs): Promise<VirtualPrinter> => {
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

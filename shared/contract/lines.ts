import * as z from 'zod'
import { request } from './request'
import type { SerialSettings } from './devices'

/** Line settings of a serial port, as a person or the search for them may choose. */
export const serialSettings = z.object({
  baudRate: z.int().min(300).max(4_000_000),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
})

/** Some bytes of a bare line, as they came or went in one piece. */
export interface LineBytes {
  /** Counts the pieces of this line from 1. */
  readonly number: number
  /** ISO instant, to the millisecond. */
  readonly at: string
  readonly from: 'device' | 'host'
  readonly bytes: Uint8Array
}

/** A bare line: a port that is open without a driver. Nothing that comes over it is acknowledged, kept or filed. */
export interface BareLine {
  readonly line: string
  readonly path: string
  readonly serial: SerialSettings
  /** `listening`: open, and the device has not connected yet. `closed`: by the cable, or because nobody read it any more. */
  readonly state: 'open' | 'listening' | 'closed'
  /** Why it is closed. */
  readonly problem?: 'unplugged' | 'port-failed'
  /** Bytes that were handed over to be sent and are not sent yet. */
  readonly unsent: number
}

/** What a bare line had to tell. */
export interface LineHeard extends BareLine {
  /** Pieces after the one that was asked for, oldest first; ask again when there are more than fit. */
  readonly pieces: readonly LineBytes[]
  /** Pieces that were forgotten before anybody read them. */
  readonly lost: number
}

/** Id of a bare line, from `openLine`. */
export const lineId = z.string().min(1).max(40)

/**
 * Bare lines, for the pairing wizard, the terminal and the workbench. A line that nobody reads for 20 seconds
 * closes by itself, so a window that dies leaves no port open.
 */
export const lineRequests = {
  /** `port-in-use`: a paired device, another bare line or another program has it. */
  openLine: request(z.object({ path: z.string().min(1).max(500), serial: serialSettings }), 'device.pair', 'write').answers<BareLine>(),
  /** What came and went since the piece `after` (0: from the beginning). To be asked a few times a second. */
  readLine: request(z.object({ line: lineId, after: z.int().min(0) }), 'device.pair').answers<LineHeard>(),
  /** Hands bytes over to be sent; they show among the pieces once the port has taken them. */
  writeLine: request(z.object({ line: lineId, bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= 256 * 1024) }), 'device.pair').answers<BareLine>(),
  /** The same port with other settings; what was heard before stays. */
  setLine: request(z.object({ line: lineId, serial: serialSettings }), 'device.pair').answers<BareLine>(),
  closeLine: request(z.object({ line: lineId }), 'device.pair').answers<null>(),
}

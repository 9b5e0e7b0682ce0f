import type { BareLine, LineHeard, SerialSettings } from '../../../shared/contract'

/** What can be asked of the bare lines; see `lineRequests` of the contract. */
export type LineAsk =
  | { readonly do: 'open'; readonly path: string; readonly serial: SerialSettings }
  | { readonly do: 'read'; readonly line: string; readonly after: number }
  | { readonly do: 'write'; readonly line: string; readonly bytes: Uint8Array }
  | { readonly do: 'set'; readonly line: string; readonly serial: SerialSettings }
  | { readonly do: 'close'; readonly line: string }

/** What each {@link LineAsk} answers. */
export interface LineAnswers {
  open: BareLine
  read: LineHeard
  write: BareLine
  set: BareLine
  close: null
}

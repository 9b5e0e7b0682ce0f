/**
 * What the main process and the practice host say to each other. Main holds no records and parses
 * nothing from outside: it starts processes, hands out ports, asks the OS keystore.
 */

/** From main to the practice host. A port travels with `window` and `link`. */
export type ToPracticeHost =
  | {
      readonly kind: 'start'
      readonly folder: string
      /** Whether the operating system has a real keystore. */
      readonly keystore: boolean
      /** Make and open the demo practice when the folder is empty. */
      readonly demo: boolean
    }
  /** A window of ours was opened; its port travels along. */
  | { readonly kind: 'window'; readonly id: string }
  | { readonly kind: 'window-closed'; readonly id: string }
  /** A process that the host asked for runs (again); the port to it travels along. */
  | { readonly kind: 'link'; readonly process: SideProcess }
  /** A process that the host no longer needs is gone, or never ran. */
  | { readonly kind: 'ended'; readonly process: SideProcess }
  | { readonly kind: 'keystore-answer'; readonly call: number; readonly bytes: Uint8Array | null }
  /** A window fetched the bytes of an image. */
  | { readonly kind: 'pixels'; readonly call: number; readonly ticket: string; readonly sopInstanceUid: string; readonly frame?: number }
  | { readonly kind: 'stop' }

/** From the practice host to main. */
export type FromPracticeHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'need'; readonly process: SideProcess }
  | { readonly kind: 'no-need'; readonly process: SideProcess }
  | { readonly kind: 'keystore'; readonly call: number; readonly act: 'wrap' | 'unwrap'; readonly bytes: Uint8Array }
  | { readonly kind: 'pixels-answer'; readonly call: number; readonly bytes: Uint8Array | null }
  /** Shows an address of the practice's outside viewer in the system's browser. */
  | { readonly kind: 'open-outside'; readonly url: string }
  /** Others work over this computer: it goes on when the last window is closed. */
  | { readonly kind: 'stay'; readonly on: boolean }
  | { readonly kind: 'stopped' }

/** Processes beside the practice host; each can die without taking it along. */
export type SideProcess = 'device' | 'hub' | 'dicom'

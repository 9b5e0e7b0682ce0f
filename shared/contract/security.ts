import * as z from 'zod'
import type { Keystore } from './practice'
import { request } from './request'

/** How the records of this workstation are locked. */
export interface SecurityState {
  readonly keystore: Keystore
  /** Whether a passphrase opens the practice at start. */
  readonly hasPassphrase: boolean
  /** When the recovery code that counts was made, ISO instant; absent when that was not written down. */
  readonly recoveryCodeSince?: string
  /** How many data keys there were before the present one. */
  readonly keyChanges: number
  readonly keySince?: string
  /** Copies of damaged records that were put aside: they are under the present key, and go with it. */
  readonly putAside: number
  /** A change of the key is not finished: files that follow, in the background. */
  readonly following?: { readonly done: number; readonly of: number }
  /** How the last change of the key ended. */
  readonly lastChange?: KeyChangeOutcome
}

/** How a change of the key ended; `undone`: it was cut off, everything is as it was. */
export interface KeyChangeOutcome {
  readonly at: string
  readonly outcome: 'done' | 'undone'
  /** Images that did not read back as they were stored, and stay unreadable. */
  readonly damaged: number
}

/** A passphrase that guards a whole practice. */
export const passphrase = z.string().min(12).max(200)

/** The person's password, asked for again: a screen that somebody left open must not be enough. */
const password = z.string().min(1).max(200)

/** Keys, recovery code and passphrase of this workstation. */
export const securityRequests = {
  securityState: request(z.undefined(), 'security.manage').answers<SecurityState>(),
  /** Not for training practices, whose passphrase is published. */
  changePassphrase: request(z.object({ password, passphrase }), 'security.manage', 'write').answers<SecurityState>(),
  /** Answers a new recovery code, once. The present one counts until {@link securityRequests.confirmRecoveryCode}. */
  newRecoveryCode: request(z.object({ password }), 'security.manage', 'write').answers<{ code: string }>(),
  /** The new code is on paper: its last 4 characters say so. From now on the one before opens nothing here. */
  confirmRecoveryCode: request(z.object({ ending: z.string().min(4).max(8) }), 'security.manage', 'write').answers<SecurityState>(),
  /**
   * Encrypts everything with a new data key. The practice is closed while its records are copied (`practiceChanged`
   * tells how far), everybody signs in again, and images follow in the background (`securityChanged`).
   */
  changeKey: request(z.object({ password }), 'security.manage', 'write').answers<null>(),
}

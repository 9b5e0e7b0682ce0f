import * as z from 'zod'
import type { ProblemKind } from './problems'
import { request } from './request'

/** How writing or reading a stick ended. */
export interface StickReport {
  readonly does: 'write' | 'read'
  /** ISO instant. */
  readonly at: string
  readonly outcome: 'done' | 'failed'
  readonly problem?: ProblemKind
  /** Records that were written, or were in what was read. */
  readonly records: number
  /** Images that were written, or that were not here before. */
  readonly files: number
  /** Images that do not read back here, or on the stick are not what they say. */
  readonly leftOut?: number
  /** Records that were not here before. */
  readonly added?: number
  /** Records that are another version now. */
  readonly changed?: number
  /** Fields that two workstations gave different values: to be reviewed. */
  readonly clashes?: number
  /** Stick files that had been read before. */
  readonly alreadyRead?: number
  /** The files that were written or read: which workstation's, and its how manieth. */
  readonly sticks?: readonly { readonly station: string; readonly number: number; readonly name: string }[]
  /** Files that could not be read to their end, and why: the others count. `failed` is only where none could be read. */
  readonly unread?: readonly { readonly station: string; readonly number: number; readonly name: string; readonly problem: ProblemKind }[]
  /** Sticks that one of these goes on from and that were never read here: what was on them is not here. */
  readonly missing?: readonly { readonly station: string; readonly number: number }[]
}

/** Carrying changes by stick, where there is no line. */
export interface StickState {
  /** The last stick that this workstation wrote. */
  readonly last?: { readonly at: string; readonly number: number }
  readonly running?: { readonly does: 'write' | 'read'; readonly records: number; readonly files: number }
  /** Of the last work since the practice was opened. */
  readonly report?: StickReport
}

const folder = z.string().min(1).max(4096).refine((path) => !path.includes('\0'))

/** Changes on a stick, encrypted. */
export const stickRequests = {
  stickState: request(z.undefined(), 'stick.use').answers<StickState>(),
  /**
   * Writes what changed since the last stick, or everything. Begins only; see `stickChanged`.
   * Problems: `conflict` (something is under way), `stick-missing`.
   */
  writeStick: request(z.object({ folder, all: z.boolean().default(false), images: z.boolean().default(false) }), 'stick.use', 'write').answers<StickState>(),
  /**
   * Takes in what lies in the folder of other workstations of this practice and was not read yet. Begins only.
   * Problems: `conflict`, `stick-missing`, `stick-none`, `stick-code-wrong` (facts.group: where the slip is).
   */
  readStick: request(z.object({ folder, code: z.string().min(1).max(200).optional() }), 'stick.use', 'write').answers<StickState>(),
  cancelStick: request(z.undefined(), 'stick.use').answers<StickState>(),
  /** What another workstation types once, to read sticks of this one. */
  stickCode: request(z.undefined(), 'stick.use', 'read').answers<{ code: string }>(),
}

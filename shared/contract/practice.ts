import * as z from 'zod'
import { request } from './request'
import { calendarDate, line, optionalLine, recordId } from './shapes'
import type { Action, Role } from './actions'
import type { ProblemKind } from './problems'

/** The state of the practice on this workstation. */
export type PracticeState =
  /** First run: nothing here yet. */
  | { readonly state: 'none'; readonly keystore: Keystore }
  /** There is a practice, and its key must be asked for (no keystore, or it cannot open the key). */
  | { readonly state: 'locked'; readonly practice: PracticeName; readonly keystore: Keystore }
  /** There is a practice that cannot be opened: in use by another process, damaged, no room on the disk. */
  | { readonly state: 'failed'; readonly problem: ProblemKind; readonly keystore: Keystore }
  /** Its records are being copied under a new key; nobody can work meanwhile. `done` of a hundred. */
  | { readonly state: 'rekeying'; readonly practice: PracticeName; readonly done: number }
  /** Its records are being brought into the form of this version; nobody can work meanwhile. `done` of a hundred. */
  | { readonly state: 'migrating'; readonly practice: PracticeName; readonly done: number }
  /** Bytes of its records were found that are not what was written. Nobody can work until they have been repaired. */
  | { readonly state: 'damaged'; readonly practice: PracticeName; readonly keystore: Keystore }
  /** The records are being repaired; `of` is 0 where it is not known. */
  | { readonly state: 'repairing'; readonly practice: PracticeName; readonly step: 'reading' | 'fetching' | 'placing' | 'server'; readonly done: number; readonly of: number }
  /** They are whole again; somebody has to read what was kept and what was not. */
  | { readonly state: 'repaired'; readonly practice: PracticeName; readonly report: RepairReport }
  /** A demo practice is being generated. */
  | { readonly state: 'preparing'; readonly done: number; readonly of: number }
  /** Open; people can sign in. */
  | { readonly state: 'open'; readonly practice: PracticeName; readonly station: string; readonly keystore: Keystore }

/** What a repair brought; numbers are of documents. */
export interface RepairReport {
  /** Read from the damaged file. */
  readonly kept: number
  /** Fetched from a backup, because the file had them not or older. */
  readonly fetched: number
  /** When that backup was made, ISO instant; absent: there was none, or nothing of it was needed. */
  readonly backupAt?: string
  /** Of those that could not be read, how many the server gave back. */
  readonly fromServer: number
  /** `unreachable`: what it has comes by itself when it is reached. */
  readonly server: 'none' | 'done' | 'unreachable'
  /** Known to have been there, and read from nowhere. */
  readonly unread: number
  /** The file does not say for certain what was in it: there may have been more. */
  readonly mayBeMore: boolean
  /** The folder, in the data folder, in which the damaged file lies now. */
  readonly aside: string
}

/** `os`: wrapped by the operating system. `none`: there is no real keystore; a passphrase opens the practice. */
export type Keystore = 'os' | 'none'

/** What may be said of a practice before anyone has signed in. */
export interface PracticeName {
  readonly id: string
  readonly name: string
  /** Synthetic data only; marked everywhere; never syncs to a real centre. */
  readonly training: boolean
}

/** A person who may sign in on this workstation. */
export interface SignInChoice {
  readonly practitioner: string
  readonly user: string
  readonly name: string
  readonly role: Role
  readonly hasPin: boolean
  /** Shown on the sign-in screen of a training practice, absent elsewhere. */
  readonly trainingPassword?: string
}

/** Who is signed in on this window. */
export interface Who {
  readonly practitioner: string
  readonly user: string
  readonly name: string
  readonly role: Role
  readonly actions: readonly Action[]
  readonly locked: boolean
}

/** One line of the audit trail as an administrator reads it. */
export interface AuditLine {
  readonly id: string
  readonly at: string
  readonly station: string
  readonly who: string
  readonly action: string
  readonly patient?: string
  /** Prefix of the workstation that was let in or shut out. */
  readonly workstation?: string
  readonly outcome: 'done' | 'refused'
}

/** Opening, creating and joining a practice; its letterhead. */
export const practiceRequests = {
  /** What this workstation holds; asked first by every window. */
  practiceState: request(z.undefined(), 'anyone').answers<PracticeState>(),
  /**
   * First run. Answers the recovery code, once: it is printed and never stored readable.
   * `passphrase` is required where there is no keystore.
   */
  createPractice: request(
    z.object({
      name: line,
      address: optionalLine,
      phone: optionalLine,
      email: optionalLine,
      stationPrefix: z.string().regex(/^[A-Z]{1,3}$/),
      administrator: z.object({ name: line, user: z.string().regex(/^[a-z][a-z0-9._-]{1,31}$/), password: z.string().min(8).max(200) }),
      passphrase: z.string().min(12).max(200).optional(),
    }),
    'anyone',
  ).answers<{ practice: PracticeName; recoveryCode: string }>(),
  /** First run: makes the demo practice and opens it. Progress comes as `practiceChanged`. */
  openDemo: request(z.undefined(), 'anyone').answers<PracticeName>(),
  /** First run of a second workstation: takes over the practice found at a hub or centre. */
  joinPractice: request(
    z.object({
      url: z.url({ protocol: /^https?$/ }).max(500),
      user: line,
      password: z.string().min(1).max(200),
      stationPrefix: z.string().regex(/^[A-Z]{1,3}$/),
      passphrase: z.string().min(12).max(200).optional(),
    }),
    'anyone',
  ).answers<{ practice: PracticeName; recoveryCode: string }>(),
  /**
   * Repairs damaged records: what can be read is kept, the rest comes from the newest backup and from the server. The damaged file is
   * put aside. Progress comes as `practiceChanged`. `backupFolder`: where backups are looked for besides where they were made.
   */
  repairPractice: request(z.object({ backupFolder: z.string().min(1).max(4096).optional() }), 'anyone').answers<RepairReport>(),
  /** Goes on after the report of a repair was read. */
  leaveRepair: request(z.undefined(), 'anyone').answers<PracticeName>(),
  /**
   * Opens a locked practice with its passphrase or its recovery code. `newPassphrase` takes the place of the one that
   * was forgotten; it is set only when the secret is right.
   */
  unlockPractice: request(z.object({ secret: z.string().min(1).max(200), newPassphrase: z.string().min(12).max(200).optional() }), 'anyone').answers<PracticeName>(),
}

/** Signing in, locking, people and their roles, the audit trail. */
export const accessRequests = {
  /** The people who may sign in here, for the sign-in screen. */
  signInChoices: request(z.undefined(), 'anyone').answers<SignInChoice[]>(),
  /** Signs a person in on this window; whoever was signed in is signed out. Works offline. */
  signIn: request(z.object({ user: line, password: z.string().min(1).max(200) }), 'anyone').answers<Who>(),
  /** Quick switch on a shared workstation, by PIN; same lock-out as the password. */
  signInByPin: request(z.object({ practitioner: recordId, pin: z.string().regex(/^\d{4,8}$/) }), 'anyone').answers<Who>(),
  /** Hides everything until the same person (or another) signs in. */
  lock: request(z.undefined(), 'anyone').answers<null>(),
  signOut: request(z.undefined(), 'anyone').answers<null>(),
  whoAmI: request(z.undefined(), 'anyone').answers<Who | null>(),
  listStaff: request(z.undefined(), 'staff.read').answers<SignInChoice[]>(),
  addStaff: request(
    z.object({
      name: line,
      user: z.string().regex(/^[a-z][a-z0-9._-]{1,31}$/),
      role: z.enum(['receptionist', 'nurse', 'doctor', 'lab-technician', 'device-technician', 'administrator']),
      password: z.string().min(8).max(200),
      pin: z.string().regex(/^\d{4,8}$/).optional(),
    }),
    'staff.manage',
    'write',
  ).answers<SignInChoice>(),
  /** Newest first. `intact` is false when the hash chain does not hold. */
  readAudit: request(z.object({ patient: recordId.optional(), day: calendarDate.optional(), limit: z.int().min(1).max(500).default(100) }), 'audit.read').answers<{
    lines: AuditLine[]
    intact: boolean
  }>(),
}

import * as z from 'zod'
import { request } from './request'
import type { PracticeName } from './practice'
import type { ProblemKind } from './problems'

/** How this workstation stands with its backups. */
export interface BackupState {
  /** The folder that was chosen, on another disk as a rule. Absent: none is set up. */
  readonly folder?: string
  /** Whether the folder is there now; false: the disk is not plugged in. */
  readonly reachable: boolean
  /** The folder lies on the disk that holds the practice: one fault takes both. */
  readonly sameDisk: boolean
  /** The newest finished backup onto the chosen folder. */
  readonly last?: {
    /** ISO instant. */
    readonly at: string
    /** Versions of documents and files that it added. */
    readonly documents: number
    readonly files: number
    /** Images that do not read back on this computer, so are in no backup. */
    readonly damagedFiles: number
  }
  /** The newest rehearsal: restored into a scratch folder, counted and compared. */
  readonly rehearsal?: { readonly at: string; readonly good: boolean; readonly documents: number; readonly compared: number; readonly files: number; readonly problem?: ProblemKind }
  readonly running?: { readonly work: 'backup' | 'rehearsal'; readonly done: number; readonly of: number }
  /** The last attempt, when it did not succeed. */
  readonly failed?: { readonly at: string; readonly problem: ProblemKind }
  /** `none`: not set up, or nothing finished yet. `old`: older than three days. `bad`: the rehearsal found it wanting. */
  readonly standing: 'none' | 'good' | 'old' | 'bad'
}

/** Backups that lie in a folder. */
export interface FoundBackup {
  readonly practice: PracticeName
  /** Letters of the workstation that was backed up. */
  readonly station: string
  /** When the newest base was begun, ISO instant; the code tells how far it reaches. */
  readonly newest: string
}

/** What a restore brought back. */
export interface RestoreReport {
  readonly practice: PracticeName
  readonly stationBefore: string
  /** New letters: numbers that were given after the backup must not be given again. */
  readonly station: string
  /** When the backup was finished, ISO instant: what was written later is not in it. */
  readonly at: string
  readonly documents: number
  readonly files: number
}

const folder = z.string().min(1).max(1000).refine((path) => !path.includes('\0'))

/** Backups of this workstation, and restoring one on a computer that holds nothing yet. */
export const backupRequests = {
  backupState: request(z.undefined(), 'backup.read').answers<BackupState>(),
  /** Sets the folder for backups, or none; the first backup starts at once. */
  chooseBackupFolder: request(z.object({ folder: folder.nullable() }), 'backup.manage', 'write').answers<BackupState>(),
  /** Starts a backup; onto another folder than the chosen one with `to`. How it goes comes as `backupChanged`. */
  backUpNow: request(z.object({ to: folder.optional() }), 'backup.manage', 'write').answers<BackupState>(),
  /** Starts a rehearsal of the newest backup. */
  rehearseBackup: request(z.undefined(), 'backup.manage', 'write').answers<BackupState>(),
  cancelBackup: request(z.undefined(), 'backup.manage').answers<BackupState>(),
}

/** First run, before there is a practice. */
export const restoreRequests = {
  /** What lies in a folder that a person chose; newest first. */
  findBackups: request(z.object({ folder }), 'anyone').answers<FoundBackup[]>(),
  /** Restores into this empty data folder and opens the practice. Progress comes as `practiceChanged` (`preparing`). */
  restoreBackup: request(
    z.object({
      folder,
      /** Which one, where the folder holds several: id of the practice, letters of the workstation. Default: the newest. */
      practice: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/).optional(),
      station: z.string().regex(/^[A-Z]{1,3}$/).optional(),
      /** Letters of the restored workstation; by default three that nobody in the practice has. `practice-exists`: somebody has them. */
      asStation: z.string().regex(/^[A-Z]{1,3}$/).optional(),
      /** The newest backup not after this instant. */
      until: z.iso.datetime({ offset: true }).optional(),
      code: z.string().min(1).max(200),
      /** Opens the practice from now on, where there is no keystore. */
      passphrase: z.string().min(12).max(200).optional(),
    }),
    'anyone',
  ).answers<RestoreReport>(),
  cancelRestore: request(z.undefined(), 'anyone').answers<null>(),
}

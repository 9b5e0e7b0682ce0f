/** Why a backup could not be made, read or restored. */
export class BackupProblem extends Error {
  constructor(
    /**
     * `backup-folder-missing`: the folder is not there, the disk is not plugged in.
     * `backup-folder-unwritable`: it is there and does not take files, or does not give them back.
     * `backup-disk-full`: no room on it.
     * `backup-none`: no finished backup lies there.
     * `backup-damaged`: a part is missing, cut off, exchanged or changed.
     * `wrong-passphrase`: the recovery code opens none of it.
     */
    readonly kind: 'backup-folder-missing' | 'backup-folder-unwritable' | 'backup-disk-full' | 'backup-none' | 'backup-damaged' | 'wrong-passphrase' | 'practice-exists' | 'cancelled',
    /** Which part: never what is in it. */
    readonly facts: Readonly<Record<string, string | number>> = {},
  ) {
    super([kind, ...Object.values(facts)].join(' '))
    this.name = 'BackupProblem'
  }
}

const missing = ['ENOENT', 'ENODEV', 'ENXIO', 'ENOTDIR', 'ESTALE']
const unwritable = ['EACCES', 'EPERM', 'EROFS', 'EIO', 'EBUSY']
const full = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** What the disk refused, as a problem of ours; any other error unchanged. */
export const problemOfDisk = (reason: unknown): unknown => {
  const code = (reason as { code?: unknown }).code
  if (typeof code !== 'string') return reason
  if (full.includes(code)) return new BackupProblem('backup-disk-full')
  if (missing.includes(code)) return new BackupProblem('backup-folder-missing')
  if (unwritable.includes(code)) return new BackupProblem('backup-folder-unwritable')
  return reason
}

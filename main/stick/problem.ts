/** Why a stick could not be written or read. */
export class StickProblem extends Error {
  constructor(
    /**
     * `stick-missing`: the folder is not there. `stick-unwritable`: it takes no files. `stick-full`: no room on it.
     * `stick-none`: nothing of this practice lies there. `stick-code-needed`: it is sealed under a code that is not known here.
     * `stick-damaged`: it does not read back as it was written.
     */
    readonly kind: 'stick-missing' | 'stick-unwritable' | 'stick-full' | 'stick-none' | 'stick-code-needed' | 'stick-damaged' | 'cancelled',
    /** Which part: never what is in it. */
    readonly facts: Readonly<Record<string, string | number>> = {},
  ) {
    super([kind, ...Object.values(facts)].join(' '))
    this.name = 'StickProblem'
  }
}

const missing = ['ENOENT', 'ENODEV', 'ENXIO', 'ENOTDIR', 'ESTALE']
const unwritable = ['EACCES', 'EPERM', 'EROFS', 'EIO', 'EBUSY']
const full = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** What the disk refused, as a problem of ours; any other error unchanged. */
export const problemOfStick = (reason: unknown): unknown => {
  const { code } = (reason ?? {}) as { code?: unknown }
  if (typeof code !== 'string') return reason
  if (full.includes(code)) return new StickProblem('stick-full')
  if (missing.includes(code)) return new StickProblem('stick-missing')
  if (unwritable.includes(code)) return new StickProblem('stick-unwritable')
  return reason
}

import { type PracticeFile, readPracticeFile } from '../access'
import { BackupProblem } from './problem'

/** The practice file as a backup carries it. */
export interface PortablePracticeFile {
  readonly text: string
  /** Tells data keys apart: another one while a change of key is under way, and after it. */
  readonly keys: string
}

/**
 * The practice file without what only this computer, or a guessable passphrase, opens: a backup opens by its
 * recovery code alone. The passphrase of a training practice is published anyway.
 *
 * @throws {BackupProblem} `backup-none` when the data folder has no practice file
 */
export const portablePracticeFile = async (data: string): Promise<PortablePracticeFile> => {
  const read = await readPracticeFile(data)
  if (!read.ok || !read.value) throw new BackupProblem('backup-none')
  const { key, ...file } = read.value
  const portable: PracticeFile = { ...file, key: { recovery: key.recovery, ...(file.practice.training && key.passphrase && { passphrase: key.passphrase }) } }
  return { text: `${JSON.stringify(portable, null, 2)}\n`, keys: `${file.generation}${file.earlier ? ' changing' : ''}` }
}

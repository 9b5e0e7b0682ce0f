import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Where folders cannot be synced there is nothing that could be done about it; a disk that fails is another matter. */
const cannotSync = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP']

/** Makes a new name in a folder survive a power cut; on Windows, where folders cannot be synced, it does nothing. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (reason) {
    if (!cannotSync.includes((reason as NodeJS.ErrnoException).code ?? '')) throw reason
  } finally {
    await handle.close()
  }
}

/** Makes a folder, for this account alone, so that it survives a power cut; one that is there is left as it is. */
export const makeFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made))
    if (made === first || made === dirname(made)) return
  }
}

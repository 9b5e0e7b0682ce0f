import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What a practice consists of in its data folder: nothing of it may be there when one is restored. */
export const contents = ['practice.json', 'replica.db', 'replica.db-wal', 'archive', 'journal']
/** Stands in a folder as long as a restore into it is not finished. */
export const markName = 'restoring'

/** Everything that a restore has put into the folder so far. */
export const removeRemains = async (data: string): Promise<void> => {
  for (const name of [...contents, 'replica.db-shm', 'replica.seal', 'replica.head', 'replica.pages']) await rm(join(data, name), { recursive: true, force: true })
}

/** Removes what a crash left of a restore, so that the folder is as empty as it was. */
export const clearInterruptedRestore = async (data: string): Promise<void> => {
  const mark = join(data, markName)
  if (!existsSync(mark)) return
  // With a practice file it was as good as done.
  if (!existsSync(join(data, 'practice.json'))) await removeRemains(data)
  await rm(mark, { force: true })
}

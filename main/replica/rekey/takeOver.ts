import { existsSync } from 'node:fs'
import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from '../../sealed'

/** Lists the files that make the new replica whole, so that one of them missing later means: it has been moved already. */
const listName = 'files.json'

const databaseName = 'replica.db'

/** Everything that a replica consists of in its folder: the database, its log, its seal and marks. */
const isReplicaFile = (name: string): boolean => /^replica\.(?:db(?:-wal|-shm|-journal)?|seal|head|pages)$/.test(name)

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Brings a folder with a replica that nobody has open to the disk, with the list that {@link takeOver} goes by. */
export const completeForTakingOver = async (from: string): Promise<void> => {
  const names = (await readdir(from)).filter(isReplicaFile)
  await writeFile(join(from, listName), JSON.stringify(names), { mode: 0o600 })
  for (const name of [...names, listName]) await syncFile(join(from, name))
  await syncFolder(from)
  await syncFolder(dirname(from))
}

/**
 * Puts the replica in `from` in the place of the one in `folder`, whose files go for good. May be cut off anywhere and
 * done again. Nobody may have either open.
 */
export const takeOver = async (folder: string, from: string): Promise<void> => {
  // The database is moved last: as long as it is here, nothing in the folder can have been opened as the new replica.
  if (existsSync(join(from, databaseName))) {
    const names = JSON.parse(await readFile(join(from, listName), 'utf8')) as string[]
    for (const name of (await readdir(folder)).filter(isReplicaFile)) if (!names.includes(name)) await rm(join(folder, name), { force: true })
    const others = names.filter((name) => name !== databaseName && existsSync(join(from, name)))
    for (const name of [...others, databaseName]) await rename(join(from, name), join(folder, name))
    await syncFolder(folder)
    await syncFolder(from)
  }
  await rm(from, { recursive: true, force: true })
  await syncFolder(folder)
}

import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { syncFolder } from '../../../sealed'
import { ReplicaProblem } from '../../types'

/*
 * The repaired replica takes the place of the damaged one in two steps, each of which can be cut off anywhere and done again:
 * as long as the folder holds `made`, damaged files are moved aside; once it holds `aside`, repaired ones are moved in.
 */
const workName = 'repair'
const madeName = 'made'
const asideName = 'aside'

/** Where a replica is repaired, in its folder. */
export const workFolder = (folder: string): string => join(folder, workName)

const ownerName = 'owner'

/** When this computer was started, in milliseconds; a few seconds of slack are for clocks that were set. */
const startedAt = (): number => Date.now() - uptime() * 1000
const slackMs = 60_000

/** Notes that this process repairs, and since when this computer runs: after a restart the number is another's. */
export const claim = (folder: string): Promise<void> => writeFile(join(workFolder(folder), ownerName), `${process.pid} ${startedAt()}`)

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0)
    return true
  } catch (reason) {
    return (reason as { code?: unknown }).code === 'EPERM'
  }
}

/** Whether another process, which is alive, is repairing. */
const isClaimed = async (folder: string): Promise<boolean> => {
  const text = await readFile(join(workFolder(folder), ownerName), 'utf8').catch(() => '')
  const [owner, started] = text.split(' ').map(Number)
  if (owner === undefined || started === undefined || !Number.isInteger(owner) || owner === process.pid) return false
  return Math.abs(started - startedAt()) < slackMs && isAlive(owner)
}

const isReplicaFile = (name: string): boolean => /^replica\.(?:db(?:-wal|-shm|-journal)?|seal|head|pages)$/.test(name)

const putDown = async (path: string, text: string): Promise<void> => {
  await writeFile(path, text)
  const file = await open(path, 'r+')
  await file.sync()
  await file.close()
}

/** Notes that the replica in {@link workFolder} is whole; `aside` is the name of the folder into which the damaged one goes. */
export const noteMade = async (folder: string, aside: string): Promise<void> => {
  for (const name of (await readdir(workFolder(folder))).filter(isReplicaFile)) {
    const file = await open(join(workFolder(folder), name), 'r+')
    await file.sync()
    await file.close()
  }
  await mkdir(join(folder, aside), { recursive: true })
  await putDown(join(workFolder(folder), `${madeName}.part`), aside)
  await rename(join(workFolder(folder), `${madeName}.part`), join(workFolder(folder), madeName))
  await syncFolder(workFolder(folder))
}

/**
 * Brings a repair to its end that was cut off, or clears away what was not finished. To be called before the replica
 * in the folder is opened.
 *
 * @throws {ReplicaProblem} `practice-in-use`: another process is repairing
 */
export const settleRepair = async (folder: string): Promise<void> => {
  const work = workFolder(folder)
  if (!existsSync(work)) return
  if (await isClaimed(folder)) throw new ReplicaProblem('practice-in-use')
  if (existsSync(join(work, madeName))) {
    const aside = join(folder, await readFile(join(work, madeName), 'utf8'))
    for (const name of (await readdir(folder)).filter(isReplicaFile)) await rename(join(folder, name), join(aside, name))
    await syncFolder(aside)
    await rename(join(work, madeName), join(work, asideName))
    await syncFolder(work)
  }
  if (existsSync(join(work, asideName))) {
    for (const name of (await readdir(work)).filter(isReplicaFile)) await rename(join(work, name), join(folder, name))
    await syncFolder(folder)
  }
  await rm(work, { recursive: true, force: true })
  await syncFolder(folder)
}

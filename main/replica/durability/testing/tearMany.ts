import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from './inspect'
import { type AfterKill, killMany, type Kills, type Workstation } from './rig'
import { tears } from './tear'

/** What came of torn files, by what was done to them. */
export interface Torn extends Kills {
  readonly torn: number
  /** All that was acknowledged could still be read. */
  readonly whole: number
  /** The replica said that it is damaged. */
  readonly reported: number
  /** By tear: how often it was reported of how often it was done. */
  readonly byTear: Readonly<Record<string, string>>
}

/**
 * Kills a workstation again and again, and tears a copy of what each kill left: either everything that was acknowledged
 * can still be read, or the replica says that it is damaged.
 *
 * @param each tears after each kill
 */
export const tearMany = async (workstation: Workstation, kills: number, each: number, seed: number, say?: (line: string) => void): Promise<Torn> => {
  const scratch = mkdtempSync(join(tmpdir(), 'torn-'))
  const older = join(scratch, 'older')
  const names = Object.keys(tears)
  const counts = new Map(names.map((name) => [name, { done: 0, reported: 0 }]))
  let olderOf: unknown
  let next = 0
  const afterKill: AfterKill = async (folder, account, random) => {
    // The first kill of a folder has no earlier time to go back to.
    if (olderOf === account) {
      for (let tear = 0; tear < each; tear += 1) {
        const name = names[(next += 1) % names.length] as string
        const copy = join(scratch, 'copy')
        rmSync(copy, { recursive: true, force: true })
        cpSync(folder, copy, { recursive: true })
        tears[name]?.(copy, older, random)
        const torn = join(scratch, 'torn')
        rmSync(torn, { recursive: true, force: true })
        cpSync(copy, torn, { recursive: true })
        const inspection = await inspect(copy, account, false)
        const count = counts.get(name) as { done: number; reported: number }
        count.done += 1
        if (inspection.is === 'reported') count.reported += 1
        if (inspection.is === 'wrong') return `${name} (as it was torn: ${torn}): ${inspection.faults.slice(0, 8).join('\n')}`
      }
    }
    olderOf = account
    rmSync(older, { recursive: true, force: true })
    cpSync(folder, older, { recursive: true })
    return undefined
  }
  const sum = await killMany(workstation, kills, seed, { afterKill, say })
  if (sum.failure === undefined) rmSync(scratch, { recursive: true, force: true })
  const all = [...counts.values()]
  const torn = all.reduce((total, { done }) => total + done, 0)
  const reported = all.reduce((total, count) => total + count.reported, 0)
  return { ...sum, torn, reported, whole: torn - reported, byTear: Object.fromEntries([...counts].map(([name, { done, reported: said }]) => [name, `${said} of ${done} reported`])) }
}

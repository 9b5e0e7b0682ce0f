import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder that `remove` deletes with everything in it. `OUTPOST_KEEP=1` keeps it for a look afterwards. */
export interface ScratchFolder {
  path: string
  remove: () => void
}

/** Makes an empty folder for one test: a data folder, a place for fixtures. */
export const scratchFolder = (name: string): ScratchFolder => {
  const path = mkdtempSync(join(tmpdir(), `outpost-${name}-`))
  const remove = () => {
    if (process.env['OUTPOST_KEEP']) process.stderr.write(`kept: ${path}\n`)
    else rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  return { path, remove }
}

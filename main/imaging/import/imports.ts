import { randomUUID } from 'node:crypto'
import type { ImportProgress } from '../../../shared/contract'
import { runImport, type ImportAsk, type ImportParts, type ImportRun } from './run'

/** What is imported: folders, zip archives, files. */
export type ImportStart = Omit<ImportAsk, 'id'>

/** The imports of this session: those that run, and those that ended lately. */
export interface Imports {
  /** Starts at once; how it goes comes as `importChanged` and from {@link progress}. */
  startImport(start: ImportStart): ImportProgress
  /** As it stands; `undefined` when there is no such import. */
  progress(id: string): ImportProgress | undefined
  /** Imports these of what was found; undefined: it does not wait for that. */
  choose(id: string, studies: readonly string[]): ImportProgress | undefined
  /** Ends after the files at hand. Answers when it has ended. */
  cancel(id: string): Promise<ImportProgress | undefined>
  /** Waits for an import to end. */
  ended(id: string): Promise<ImportProgress | undefined>
}

/** Imports that can still be asked about. */
const remembered = 20

/** Opens the list of imports. */
export const openImports = (parts: ImportParts): Imports & { readonly close: () => Promise<void> } => {
  const runs = new Map<string, ImportRun>()
  /** The oldest that nobody waits for are forgotten; one that nobody chose from is given up first. */
  const forget = (): void => {
    for (const [oldest, run] of runs) {
      if (runs.size <= remembered) return
      if (run.progress().state === 'running' || run.progress().state === 'looking') continue
      run.cancel()
      runs.delete(oldest)
    }
  }
  return {
    startImport(start) {
      const id = randomUUID()
      const run = runImport(parts, { ...start, id })
      runs.set(id, run)
      forget()
      return run.progress()
    },
    progress: (id) => runs.get(id)?.progress(),
    choose: (id, studies) => {
      const run = runs.get(id)
      return run?.choose(studies) === true ? run.progress() : undefined
    },
    async cancel(id) {
      runs.get(id)?.cancel()
      return runs.get(id)?.ended
    },
    async ended(id) {
      return runs.get(id)?.ended
    },
    async close() {
      for (const run of runs.values()) run.cancel()
      await Promise.all([...runs.values()].map(({ ended }) => ended))
    },
  }
}

import { holdAlone as hold } from '../main/sealed'
import { StoreProblem } from './orderedStore'

/**
 * Makes sure that no other hub has this folder open: PouchDB counts in memory, and two of them on
 * one file would spoil it.
 *
 * @returns how to let go
 * @throws {StoreProblem} `in-use`
 */
export const holdAlone = async (folder: string): Promise<() => Promise<void>> => {
  const letGo = await hold(folder, 'hub')
  if (!letGo) throw new StoreProblem('in-use')
  return letGo
}

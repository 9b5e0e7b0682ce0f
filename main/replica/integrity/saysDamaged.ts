import { accessSync, constants } from 'node:fs'
import { ReplicaProblem } from '../types'

const mayWrite = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Whether SQLite refuses to open a file, under the right key, for what is in its first page: a key that seems wrong, a format that
 * it does not know, or one that it may only read.
 */
export const saysDamaged = (reason: unknown, path: string): boolean => {
  if (reason instanceof ReplicaProblem) return reason.kind === 'wrong-passphrase' || reason.kind === 'replica-damaged'
  const { code } = reason as { code?: unknown }
  return code === 'SQLITE_ERROR' || code === 'SQLITE_IOERR_SHORT_READ' || (String(code).startsWith('SQLITE_READONLY') && mayWrite(path))
}

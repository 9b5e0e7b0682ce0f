import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { done, refuse, type Answer, type SavedRecording } from '../../../shared/contract'
import { profileOf } from '../profiles'
import type { Entry } from './entry'
import { blankPatients, canBlank } from './privacy'
import { writeRecordingFile } from './recordingFile'
import { writeTextLog } from './textLog'

/** What is to be saved, and how. */
export interface SaveOptions {
  readonly entries: readonly Entry[]
  /** Profile of the line's device; absent: a bare line. */
  readonly profile?: string
  readonly isCut: boolean
  readonly folder: string
  /** `recording`: to be played again. `log`: text for people. */
  readonly form: 'recording' | 'log'
  readonly patients: 'blanked' | 'kept'
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Saves a recording into a folder, without what tells who a patient is unless it shall be kept. */
export const saveRecording = async ({ entries, profile: id, isCut, folder, form, patients, now }: SaveOptions): Promise<Answer<SavedRecording>> => {
  if (!entries.some(({ kind }) => kind === 'bytes')) return refuse('no-recording')
  const profile = id === undefined ? undefined : profileOf(id)
  if (patients === 'blanked' && !canBlank(profile)) return refuse('cannot-blank')
  const treated = patients === 'kept' ? { entries } : await blankPatients(entries, profile, randomBytes(32))
  const blanked = 'blanked' in treated ? treated.blanked : undefined
  const text = form === 'log' ? writeTextLog(treated.entries) : writeRecordingFile(treated.entries, { ...(id === undefined ? {} : { profile: id }), ...(blanked ? { blanked } : {}) })
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+Z/g, '').replace('T', '-')
  const file = join(folder, `outpost-${form}-${stamp}-${randomBytes(2).toString('hex')}.${form === 'log' ? 'txt' : 'json'}`)
  try {
    await writeParts(file, text)
  } catch (reason) {
    const { code } = reason as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return refuse('folder-unreadable')
    if (code === 'ENOSPC' || code === 'EDQUOT') return refuse('disk-full')
    return refuse('folder-unwritable')
  }
  const saved: SavedRecording = { file, pieces: treated.entries.length, isCut, ...(blanked ? { blanked } : {}) }
  return done(saved)
}

/** Characters that are written before other work has its turn. */
const atOnce = 64 * 1024

/** Writes a new file in parts; what cannot be written whole is removed again. */
const writeParts = async (path: string, parts: Iterable<string>): Promise<void> => {
  const file = await open(path, 'wx', 0o600)
  try {
    let waiting = ''
    for (const part of parts) {
      waiting += part
      if (waiting.length < atOnce) continue
      await file.writeFile(waiting)
      waiting = ''
    }
    await file.writeFile(waiting)
    await file.close()
  } catch (reason) {
    await file.close().catch(() => undefined)
    await rm(path, { force: true }).catch(() => undefined)
    throw reason
  }
}
